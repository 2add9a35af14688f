/* SPDX-License-Identifier: Apache-2.0
 *
 * What the three apps of this plugin share.
 */
#ifndef APPS_H
#define APPS_H

#include <millrace/app.h>

extern const struct mr_app_ops basic_auth_app, rate_limit_app, audit_log_app;
extern const struct mr_option_desc basic_auth_options[], rate_limit_options[], audit_log_options[];

/* The value of a header of the request (its name in lower case), or the empty view. */
mr_str app_header(const struct mr_app_request *request, const char *name);

/* ---- users.c: a file of "name:hash[:admin]" ---- */

struct users;

mr_code users_open(const mr_host *host, mr_str path, struct users **out, mr_error *err);
void users_close(struct users *users);

struct who {
	char name[128];
	bool admin;
};
/* True when the password is the user's. Reads the file again when it has changed. */
mr_code users_check(struct users *users, mr_str name, mr_str password, struct who *out, bool *is_right, mr_error *err);
bool users_is_admin(struct users *users, mr_str name);

/* ---- grants.c: a file of "user kind id LEVEL" ---- */

enum level { LEVEL_NONE, LEVEL_READ, LEVEL_USE, LEVEL_EDIT, LEVEL_MANAGE };
enum kind { KIND_EXPERIMENT, KIND_MODEL };

struct grants;

bool level_parse(mr_str text, enum level *out);
const char *level_name(enum level level);
/* path may be empty: everybody has the default, and nothing is granted. */
mr_code grants_open(const mr_host *host, mr_str path, enum level otherwise, struct grants **out, mr_error *err);
void grants_close(struct grants *grants);
mr_code grants_level(struct grants *grants, mr_str user, enum kind kind, mr_str id, enum level *out, mr_error *err);
mr_code grants_add(struct grants *grants, mr_str user, enum kind kind, mr_str id, enum level level, mr_error *err);
/* Of something that is gone, so that the next of its name does not inherit them. */
mr_code grants_forget(struct grants *grants, enum kind kind, mr_str id, mr_error *err);

#endif
