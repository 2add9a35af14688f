/* SPDX-License-Identifier: Apache-2.0
 *
 * Source of the rules: mlflow/utils/git_utils.py of the reference.
 */
#define _GNU_SOURCE /* PATH_MAX */
#include <limits.h>
#include <stdlib.h>

#include "base/uri.h"
#include "git/parts.h"

const char *git_why(void)
{
	const git_error *e = git_error_last();

	return e && e->message ? e->message : "libgit2 does not say why";
}

static mr_str without_credentials(mr_arena *arena, const char *url)
{
	mr_str text = mr_str_from(url);
	mr_uri uri;
	size_t skip;

	if (mr_uri_parse(text, &uri, NULL) != MR_OK || !uri.scheme.len || !uri.has_authority ||
	    !memchr(uri.authority.len ? uri.authority.ptr : "x", '@', uri.authority.len))
		return mr_arena_copy(arena, text);
	for (skip = uri.authority.len; skip > 0 && uri.authority.ptr[skip - 1] != '@'; skip--)
		;
	return mr_arena_printf(arena, "%.*s%s", (int)(uri.authority.ptr - text.ptr), text.ptr, uri.authority.ptr + skip);
}

/* In the order of the configuration; the iterator instead of git_remote_list, whose regular expressions leak in libgit2 1.5. */
static mr_str first_remote(git_repository *repository, mr_arena *arena)
{
	git_config_iterator *each = NULL;
	git_config_entry *entry;
	git_config *config = NULL;
	mr_str url = mr_str_make("", 0);

	if (git_repository_config_snapshot(&config, repository) == 0 && git_config_iterator_new(&each, config) == 0)
		while (!url.len && git_config_next(&entry, each) == 0) {
			size_t n = strlen(entry->name);

			if (strncmp(entry->name, "remote.", 7) == 0 && n > 11 && strcmp(entry->name + n - 4, ".url") == 0)
				url = without_credentials(arena, entry->value);
		}
	git_config_iterator_free(each);
	git_config_free(config);
	return url;
}

static bool is_ignored(git_repository *repository, mr_str work_tree, mr_str path)
{
	int ignored = 0;

	if (path.len <= work_tree.len || memcmp(path.ptr, work_tree.ptr, work_tree.len) != 0)
		return false;
	return git_ignore_path_is_ignored(&ignored, repository, path.ptr + work_tree.len + 1) == 0 && ignored;
}

static bool is_the_repository(git_repository *repository, mr_str path)
{
	const char *folder = git_repository_path(repository);
	char real[PATH_MAX];
	size_t n = strlen(folder);

	return git_repository_is_bare(repository) && realpath(path.ptr, real) && strlen(real) + 1 == n &&
	       strncmp(real, folder, n - 1) == 0;
}

mr_code git_describe(mr_str path, mr_arena *arena, struct mr_git_facts *out, mr_error *err)
{
	git_repository *repository = NULL;
	char hex[GIT_OID_HEXSZ + 1];
	const char *work_tree;
	git_oid head;

	memset(out, 0, sizeof *out);
	out->commit = out->remote_url = mr_str_make("", 0);
	if (git_repository_open_ext(&repository, path.ptr, 0, NULL) == 0)
		out->bare = is_the_repository(repository, path);
	if (repository && (work_tree = git_repository_workdir(repository))) {
		size_t n = strlen(work_tree);

		out->found = true;
		out->work_tree = mr_arena_copy(arena, mr_str_make(work_tree, n > 1 ? n - 1 : n));
		out->remote_url = first_remote(repository, arena);
		if (git_reference_name_to_id(&head, repository, "HEAD") == 0 && !is_ignored(repository, out->work_tree, path))
			out->commit = mr_arena_copy(arena, mr_str_from(git_oid_tostr(hex, sizeof hex, &head)));
	}
	git_repository_free(repository);
	if (out->found && (!out->work_tree.ptr || !out->remote_url.ptr || !out->commit.ptr))
		return mr_error_no_memory(err);
	return MR_OK;
}
