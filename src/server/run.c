/* SPDX-License-Identifier: Apache-2.0
 *
 * The server as a process: signals, and what a person sees when it starts.
 */
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/os.h"
#include "base/uri.h"
#include "server/gate.h"

enum { IDLE_CHECK_MS = 5000 };

/* Before any thread starts: all inherit the mask, and this one waits for them. */
static void take_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, set, NULL);
	signal(SIGPIPE, SIG_IGN); /* sendfile has no MSG_NOSIGNAL */
}

/* Large blocks come from the kernel and go back to it; threads share two heaps. */
static void keep_memory_small(void)
{
	mallopt(M_ARENA_MAX, 2);
	mallopt(M_MMAP_THRESHOLD, 256 << 10);
	mallopt(M_TRIM_THRESHOLD, 512 << 10);
}

static void say_start(const mr_server *server)
{
	const struct mr_server_config *config = &server->config;
	mr_arena *arena = mr_arena_new(0);

	if (!arena)
		return;
	printf("Millrace %s (MLflow API 3.17.2) listens on %.*s\n", MR_VERSION, MR_STR_ARG(server->url));
	if (config->artifacts_only)
		printf("  artifacts only, in %.*s\n", MR_STR_ARG(mr_uri_redact(arena, config->artifacts_destination)));
	else
		printf("  store      %.*s\n  artifacts  %.*s\n",
		       MR_STR_ARG(mr_uri_redact(arena, config->backend_store_uri)),
		       MR_STR_ARG(mr_uri_redact(arena, config->serve_artifacts ? config->artifacts_destination
									       : config->default_artifact_root)));
	for (size_t i = 0; i < config->app_names_n; i++)
		printf("%s%.*s%s", i ? ", " : "  apps       ", MR_STR_ARG(config->app_names[i]),
		       i + 1 < config->app_names_n ? "" : "\n");
	if (config->no_security)
		printf("  WARNING: the security middleware is off; any web page can use this server\n");
	else
		printf("  for        %.*s\n", MR_STR_ARG(mr_security_hosts_text(server->security)));
	printf("Next:  MLFLOW_TRACKING_URI=%.*s millrace experiments search\n", MR_STR_ARG(server->url));
	fflush(stdout);
	mr_arena_free(arena);
}

/* After a busy time, what malloc kept goes back to the system. */
static void give_back(mr_server *server, uint64_t *seen, bool *trimmed)
{
	uint64_t now = server->metrics ? mr_metrics_requests(server->metrics) : 0;

	if (now == *seen && !*trimmed) {
		malloc_trim(0);
		*trimmed = true;
	} else if (now != *seen) {
		*trimmed = false;
	}
	*seen = now;
}

/* A service manager that cannot be told is no reason to stop. */
static void tell(const char *what, mr_str about)
{
	char lines[512];
	mr_error err;

	mr_error_init(&err);
	snprintf(lines, sizeof lines, "%s%.*s", what, MR_STR_ARG(about));
	if (mr_os_notify(lines, &err) != MR_OK)
		mr_log(MR_LOG_WARNING, "server", "%s", err.message);
}

/* Half of what the manager asks for; a loop that hangs is not vouched for. */
static int patience_of(int64_t watchdog_us)
{
	int64_t ms = watchdog_us / 2000;

	return ms <= 0 || ms > IDLE_CHECK_MS ? IDLE_CHECK_MS : (int)ms;
}

/* Until a signal says to stop, or the program that started this one is gone: then 0. */
static int wait_for_end(mr_server *server, const sigset_t *set)
{
	int64_t watchdog_us = mr_os_watchdog_us();
	struct pollfd what[] = {{signalfd(-1, set, SFD_CLOEXEC), POLLIN, 0},
				{server->config.parent_fd > 0 ? server->config.parent_fd : -1, POLLIN, 0}};
	struct signalfd_siginfo info;
	uint64_t seen = 0;
	bool trimmed = true;

	for (;;) {
		int n = poll(what, 2, patience_of(watchdog_us));

		if (what[1].revents)
			return 0;
		if (n > 0 && what[0].revents && read(what[0].fd, &info, sizeof info) == sizeof info) {
			if (info.ssi_signo != SIGHUP) {
				close(what[0].fd);
				return (int)info.ssi_signo;
			}
			if (server->access_log)
				mr_access_log_reopen(server->access_log);
		} else if (n == 0) {
			give_back(server, &seen, &trimmed);
		}
		if (watchdog_us && mr_http_beats(server->http) && (!server->gate || mr_http_beats(server->gate->http)))
			tell("WATCHDOG=1", mr_str_from(""));
	}
}

/* To whom it belongs: the person at the terminal and the service manager, or the program that started this one. */
static void say_ready(const mr_server *server)
{
	if (server->config.parent_fd > 0) {
		if (send(server->config.parent_fd, "ready\n", 6, MSG_NOSIGNAL) < 0)
			mr_log(MR_LOG_WARNING, "server", "The program that started this one is gone: %s", strerror(errno));
		return;
	}
	say_start(server);
	tell("READY=1\nSTATUS=Serves ", server->url);
}

static void say_end(int signal_number, int64_t graceful_timeout_ms)
{
	if (!signal_number)
		return;
	mr_log(MR_LOG_INFO, "server", "%s: finishing what is in flight, at most %lld s; once more ends at once",
	       signal_number == SIGINT ? "interrupted" : "asked to stop", (long long)(graceful_timeout_ms / 1000));
	tell("STOPPING=1\nSTATUS=Finishes what is in flight", mr_str_from(""));
}

mr_code mr_server_run(const struct mr_server_config *config, int64_t graceful_timeout_ms, mr_error *err)
{
	mr_server *server = NULL;
	sigset_t set;

	take_signals(&set);
	keep_memory_small();
	if (mr_server_start(config, &server, err) != MR_OK)
		return err->code;
	say_ready(server);
	say_end(wait_for_end(server, &set), graceful_timeout_ms);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	if (!mr_server_stop(server, graceful_timeout_ms)) {
		mr_log(MR_LOG_WARNING, "server", "ending although calls of plugins have not returned");
		_exit(0); /* their threads use what would be freed now */
	}
	return MR_OK;
}
