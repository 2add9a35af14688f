/* SPDX-License-Identifier: Apache-2.0
 *
 * Git, over libgit2, which is large: this module is lib/millrace/git.so, loaded by
 * mr_git_get (src/git/git_loader.c) on first use.
 */
#ifndef MR_GIT_GIT_H
#define MR_GIT_GIT_H

#include "base/arena.h"

struct mr_git_facts {
	bool found;        /* false: the path lies in no work tree of a repository */
	bool bare;         /* the path is a repository without one */
	mr_str work_tree;  /* absolute, without a slash at its end */
	mr_str commit;     /* HEAD; empty: there is none yet, or git ignores the path */
	mr_str remote_url; /* of the first remote, without user and password; empty: there is none */
};

struct mr_git_request {
	mr_str url;     /* anything that git fetches from, or a folder */
	mr_str version; /* a branch, tag or commit; empty: the default branch */
	mr_str folder;  /* an empty one, where the files go */
	bool (*cancelled)(void *arg); /* asked now and then; NULL: never */
	void *arg;
};

struct mr_git_result {
	mr_str commit;
	mr_str branch; /* when the version is one */
};

struct mr_git {
	size_t size;
	mr_code (*describe)(mr_str path, mr_arena *arena, struct mr_git_facts *out, mr_error *err);
	/* Fetches and checks out, submodules included. Credentials: the URL's, the SSH agent's, or what git's own
	 * credential helpers give. A version that is not there is MR_NOT_FOUND, with the nearest names. */
	mr_code (*fetch)(const struct mr_git_request *request, mr_arena *arena, struct mr_git_result *out, mr_error *err);
};

#define MR_GIT_SYMBOL "mr_git_module"

/* NULL with an error that names the file and the package when it cannot be loaded. */
const struct mr_git *mr_git_get(mr_error *err);

#endif
