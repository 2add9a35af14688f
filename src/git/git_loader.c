/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens lib/millrace/git.so when it is needed.
 */
#include "git/git.h"

#include "base/module.h"

static struct mr_module module =
	MR_MODULE("git.so", MR_GIT_SYMBOL, sizeof(struct mr_git), "Git", "libgit2 (on Debian: apt-get install millrace-projects, or libgit2-1.5)");

const struct mr_git *mr_git_get(mr_error *err)
{
	return mr_module_get(&module, err);
}
