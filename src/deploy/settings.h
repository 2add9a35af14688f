/* SPDX-License-Identifier: Apache-2.0
 *
 * The -C settings of the local target: checked when they are given, used by the supervisor.
 */
#ifndef MR_DEPLOY_SETTINGS_H
#define MR_DEPLOY_SETTINGS_H

#include "base/buf.h"
#include "deploy/state.h"

/* Durations in ms. */
struct deploy_settings {
	mr_str command, host;
	int64_t port;
	bool copy;
	int64_t startup_timeout, stop_timeout, request_timeout, health_interval, health_timeout;
};

/* Reads a revision's settings over the defaults; an unknown key or a value of the wrong form is an error that names
 * what there is. err may be NULL. */
mr_code deploy_settings_read(const struct mr_map_string *config, size_t n, struct deploy_settings *out, mr_error *err);
/* "library" of "flavor.library"; empty: it is no setting of a flavor. */
mr_str deploy_setting_of_flavor(mr_str key);
/* The settings of before with those given in their place. */
mr_code deploy_settings_merge(const struct mr_map_string *before, size_t before_n, const struct mr_map_string *given,
			  size_t given_n, mr_arena *arena, struct mr_map_string **out, size_t *n, mr_error *err);
/* The keys with what they mean, as lines for the help. */
void deploy_settings_describe(mr_buf *out);

/* The environment of a server: what of ours it needs to run, but no secrets, and the env.NAME settings. */
mr_code deploy_settings_environment(const struct mr_map_string *config, size_t n, mr_arena *arena,
				struct mr_map_string **out, size_t *out_n, mr_error *err);

/* What stands for {model_uri}, {port}, ... in a command. */
struct mr_command_values {
	mr_str name, model, host;
	int port;
};
/* The words of a command, quoted as for a shell (no shell runs it), with its placeholders filled in; ends with NULL. */
mr_code mr_command_words(mr_str command, const struct mr_command_values *values, mr_arena *arena, char ***argv,
			 mr_error *err);

#endif
