/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace serve-store: a store for the one program that started this (src/store/child),
 * which gave it a socket that listens and one to say on how it went. Not for people.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/codec.h"
#include "base/log.h"
#include "base/os.h"
#include "cli/cli.h"
#include "plugin/host.h"
#include "server/server.h"
#include "store/child/child.h"

enum { GRACE_MS = 10000 };

/* The error in MLflow's form, for the program that waits for it. */
static int say_failure(const mr_error *err)
{
	mr_buf text;

	mr_buf_init(&text, 1 << 16);
	mr_error_encode(err, &text);
	if (send(CHILD_CONTROL_FD, text.ptr, text.len, MSG_NOSIGNAL) < 0)
		mr_cli_fail("serve-store", err);
	mr_buf_dispose(&text);
	return MR_EXIT_FAILED;
}

/* The socket's file is in a folder of its own; whichever of the two programs ends last finds neither. */
static void remove_socket(const char *path)
{
	char *slash, *copy = strdup(path);

	unlink(path);
	slash = copy ? strrchr(copy, '/') : NULL;
	if (slash) {
		*slash = 0;
		rmdir(copy);
	}
	free(copy);
}

/* Those that the other program has added to itself. */
static mr_code add_plugins(const char *lines, mr_error *err)
{
	mr_code code = MR_OK;

	while (lines && *lines && code == MR_OK) {
		size_t n = strcspn(lines, "\n");

		code = mr_plugins_add_file(mr_str_make(lines, n), err);
		lines += n + (lines[n] == '\n');
	}
	return code;
}

int mr_cmd_serve_store(int argc, char **argv)
{
	const char *uri = mr_getenv(CHILD_URI), *socket = mr_getenv(CHILD_SOCKET), *root = mr_getenv(CHILD_ROOT);
	struct mr_server_config config = {.backend_store_uri = mr_str_from(uri ? uri : ""),
					  .default_artifact_root = mr_str_from(root ? root : ""),
					  .listen_fd = CHILD_LISTEN_FD,
					  .parent_fd = CHILD_CONTROL_FD,
					  .one_sided = true,
					  .write_on_loop = true,
					  .loops = 1,
					  .no_metrics = true};
	mr_error err;
	mr_code code;

	(void)argc;
	if (!uri || !socket) {
		fprintf(stderr, "millrace %s is started by libmillrace; `millrace server` is for people\n", argv[0]);
		return MR_EXIT_USAGE;
	}
	mr_error_init(&err);
	mr_log_configure(MR_LOG_WARNING, MR_LOG_TEXT);
	signal(SIGINT, SIG_IGN); /* Ctrl-C is the other program's to answer */
	code = add_plugins(mr_getenv(CHILD_PLUGINS), &err);
	if (code == MR_OK)
		code = mr_server_run(&config, GRACE_MS, &err);
	remove_socket(socket);
	return code == MR_OK ? MR_EXIT_OK : say_failure(&err);
}
