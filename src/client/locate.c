/* SPDX-License-Identifier: Apache-2.0 */
#include "client/locate.h"

#include <dirent.h>
#include <unistd.h>

#include "base/os.h"

static bool all_digits(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == 0;
}

/* As MLflow: an experiment of a file store is a folder named by a number. */
static bool holds_file_store(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		char path[600];

		if (!all_digits(entry->d_name))
			continue;
		snprintf(path, sizeof path, "%s/%s/meta.yaml", folder, entry->d_name);
		found = access(path, F_OK) == 0;
	}
	if (dir)
		closedir(dir);
	return found;
}

/* "millrace+sqlite:///m.db" is how the same store is named to MLflow in Python. */
static mr_str plain(mr_arena *arena, const char *uri)
{
	static const char prefix[] = "millrace+";

	return mr_arena_copy(arena, mr_str_from(strncmp(uri, prefix, sizeof prefix - 1) == 0 ? uri + sizeof prefix - 1 : uri));
}

mr_str mr_tracking_uri(mr_arena *arena, const char *given)
{
	const char *uri = given && *given ? given : mr_getenv("MLFLOW_TRACKING_URI");

	if (!uri)
		uri = holds_file_store("mlruns") ? "mlruns" : "sqlite:///mlflow.db";
	return plain(arena, uri);
}

mr_str mr_registry_uri(mr_arena *arena, const char *given, mr_str tracking_uri)
{
	const char *uri = given && *given ? given : mr_getenv("MLFLOW_REGISTRY_URI");

	return uri ? plain(arena, uri) : tracking_uri;
}
