/* SPDX-License-Identifier: Apache-2.0
 *
 * The run context that says which git commit the running program belongs to, as
 * MLflow's GitRunContext does. A plugin of its own because libgit2 is large:
 * who starts no runs never loads it.
 */
#define _GNU_SOURCE /* realpath of /proc/self/exe */
#include <git2.h>
#include <limits.h>
#include <millrace/run_context.h>
#include <stdlib.h>
#include <unistd.h>

#define COMMIT_TAG "mlflow.source.git.commit"

/* HEAD of the repository that holds this folder. */
static bool head_of(const char *folder, char out[GIT_OID_HEXSZ + 1])
{
	git_repository *repository = NULL;
	git_oid head;
	bool found = git_repository_open_ext(&repository, folder, 0, NULL) == 0 &&
		     git_reference_name_to_id(&head, repository, "HEAD") == 0;

	if (found)
		git_oid_tostr(out, GIT_OID_HEXSZ + 1, &head);
	git_repository_free(repository);
	return found;
}

/* The repository of the program's file, else of the folder that it runs in: a
 * compiled program is often installed elsewhere. */
static bool find_commit(char out[GIT_OID_HEXSZ + 1])
{
	char path[PATH_MAX];
	bool found = false;

	git_libgit2_init();
	if (realpath("/proc/self/exe", path)) {
		*strrchr(path, '/') = 0;
		found = head_of(path[0] ? path : "/", out);
	}
	if (!found && getcwd(path, sizeof path))
		found = head_of(path, out);
	git_libgit2_shutdown();
	return found;
}

/* MLFLOW_RUN_CONTEXT speaks after git in MLflow's order; here it is a built-in and
 * speaks before, so leave the tag to it when it has it. */
static bool in_context(const mr_host *host, mr_call *call)
{
	const char *given = getenv("MLFLOW_RUN_CONTEXT");

	(void)host;
	(void)call;
	return !given || !strstr(given, "\"" COMMIT_TAG "\"");
}

static mr_code tags(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	char commit[GIT_OID_HEXSZ + 1];

	(void)host;
	(void)call;
	return find_commit(commit) ? visit(arg, mr_str_from(COMMIT_TAG), mr_str_from(commit), err) : MR_OK;
}

static const struct mr_run_context_ops ops = {.size = sizeof ops, .in_context = in_context, .tags = tags};

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_RUN_CONTEXT, "git", &ops, NULL, 0)

MR_PLUGIN_EXPORT("git-context", "0.1.0", "Tags runs with the git commit of the program.", "Apache-2.0", ENTRIES)
