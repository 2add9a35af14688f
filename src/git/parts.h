/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this module share.
 */
#ifndef MR_GIT_PARTS_H
#define MR_GIT_PARTS_H

#include <git2.h>

#include "git/git.h"

/* libgit2's own words about what failed last. */
const char *git_why(void);

mr_code git_describe(mr_str path, mr_arena *arena, struct mr_git_facts *out, mr_error *err);
mr_code git_fetch(const struct mr_git_request *request, mr_arena *arena, struct mr_git_result *out, mr_error *err);

/* For libgit2's callbacks; tries counts how often it was asked in one connection. */
struct git_credentials {
	int tries;
};
int git_credentials_get(git_credential **out, const char *url, const char *user, unsigned int allowed, void *arg);

#endif
