/* SPDX-License-Identifier: Apache-2.0
 *
 * Who we are to a git server: what the SSH agent or git's credential helpers know.
 */
#include "base/process.h"
#include "base/uri.h"
#include "git/parts.h"

/* The value of a line "key=value" of what `git credential fill` prints. */
static const char *line_value(mr_arena *arena, mr_str text, const char *key)
{
	size_t n = strlen(key);

	while (text.len) {
		const char *end = memchr(text.ptr, '\n', text.len);
		size_t line = end ? (size_t)(end - text.ptr) : text.len;

		if (line > n && memcmp(text.ptr, key, n) == 0 && text.ptr[n] == '=')
			return mr_arena_copy(arena, mr_str_make(text.ptr + n + 1, line - n - 1)).ptr;
		text = mr_str_make(text.ptr + line + (end != NULL), text.len - line - (end != NULL));
	}
	return NULL;
}

static void keep(void *arg, bool is_stderr, const char *bytes, size_t n)
{
	if (!is_stderr)
		mr_buf_add(arg, bytes, n);
}

/* Asks git, which asks the helpers that the user has set up; never the person. */
static int from_helpers(git_credential **out, const char *url, const char *user, mr_arena *arena)
{
	static const char *const script = "printf 'protocol=%s\\nhost=%s\\n%s\\n' \"$MR_PROTOCOL\" \"$MR_HOST\" "
					  "\"${MR_USER:+username=$MR_USER\n}\" | git credential fill";
	const char *const argv[] = {"sh", "-c", script, NULL};
	struct mr_process process = {.argv = argv, .output = keep};
	const char *name, *password;
	mr_uri uri;
	mr_buf said;
	int status = -1, rc = GIT_PASSTHROUGH;

	if (mr_uri_parse(mr_str_from(url), &uri, NULL) != MR_OK)
		return GIT_PASSTHROUGH;
	mr_buf_init(&said, 65536);
	const char *host = mr_arena_printf(arena, uri.port > 0 ? "%.*s:%d" : "%.*s", MR_STR_ARG(uri.host), uri.port).ptr;
	const char *const pairs[] = {"MR_PROTOCOL", mr_arena_copy(arena, uri.scheme).ptr, "MR_HOST", host,
				     "MR_USER", user, "GIT_TERMINAL_PROMPT", "0", "GIT_ASKPASS", "true", NULL};
	process.environment = mr_environment_with(arena, pairs);
	process.arg = &said;
	if (process.environment && mr_process_run(&process, &status, NULL) == MR_OK && status == 0) {
		name = line_value(arena, mr_buf_view(&said), "username");
		password = line_value(arena, mr_buf_view(&said), "password");
		if (name && password)
			rc = git_credential_userpass_plaintext_new(out, name, password);
	}
	mr_buf_dispose(&said);
	return rc;
}

int git_credentials_get(git_credential **out, const char *url, const char *user, unsigned int allowed, void *arg)
{
	struct git_credentials *c = arg;
	mr_arena *arena;
	int rc = GIT_PASSTHROUGH;

	if (allowed & GIT_CREDENTIAL_USERNAME)
		return git_credential_username_new(out, user ? user : "git");
	if (c->tries++)
		return GIT_PASSTHROUGH; /* it was refused once, and will be again */
	if (allowed & GIT_CREDENTIAL_SSH_KEY)
		return git_credential_ssh_key_from_agent(out, user ? user : "git");
	arena = mr_arena_new(0);
	if (arena && (allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT))
		rc = from_helpers(out, url, user, arena);
	mr_arena_free(arena);
	return rc;
}
