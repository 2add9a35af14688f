/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing and removing below a folder without ever leaving it: every step goes
 * from a descriptor to one name in it, and no symbolic link is followed, so that
 * nothing that happens meanwhile leads out. Paths are relative, separated by '/'.
 */
#ifndef MR_ARTIFACT_FOLDER_H
#define MR_ARTIFACT_FOLDER_H

#include <millrace/types.h>

/* Names that begin so are files on their way, MLflow's and ours: hidden, and refused to callers. */
#define MR_FOLDER_TEMP_PREFIX ".artifact.uploading."

/* The folder at path, made with its parents where missing; durable: what was made is synced. */
mr_code mr_folder_make(int root, mr_str path, bool durable, int *fd, mr_error *err);

/* A file that appears under its name whole or not at all. */
struct mr_folder_file {
	int folder, fd; /* -1: closed */
	char temp[64];
	char name[256];
	bool durable; /* commit returns when file and name are on disk */
};
mr_code mr_folder_file_begin(struct mr_folder_file *file, int root, mr_str path, bool durable, mr_error *err);
mr_code mr_folder_file_write(struct mr_folder_file *file, const void *bytes, size_t n, mr_error *err);
/* Both end it, whatever they return. */
mr_code mr_folder_file_commit(struct mr_folder_file *file, mr_error *err);
void mr_folder_file_abort(struct mr_folder_file *file);

/* A file or a folder with all in it; fine when nothing is there. Links are removed, not followed. */
mr_code mr_folder_remove(int root, mr_str path, mr_error *err);
/* All that is in the folder, which stays. */
mr_code mr_folder_empty(int root, mr_error *err);

/* Called for each regular file and folder, in no order; links, pipes and the like are left out. */
struct stat;
typedef mr_code mr_folder_visit(void *arg, const char *name, const struct stat *st, mr_error *err);
mr_code mr_folder_each(int fd, mr_folder_visit *visit, void *arg, mr_error *err);

#endif
