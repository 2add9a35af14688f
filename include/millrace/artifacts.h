/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/artifacts.h - an artifact root by its URI, whatever plugin keeps it: files and folders, several at a
 * time and in constant memory, each there whole or not at all; or one artifact as a stream.
 *
 *	mr_artifacts *root;
 *
 *	mr_artifacts_open("mlflow-artifacts:/0/4f…/artifacts", "http://localhost:5000", NULL, &root, &err);
 *	mr_artifacts_upload(root, "model.bin", "model", NULL, &err);
 *	mr_artifacts_close(root);
 *
 * Paths are relative to the root, with '/' between their parts; NULL or "" is the root itself. All functions may be
 * called from any thread; one push or pull belongs to one thread at a time.
 */
#ifndef MILLRACE_ARTIFACTS_H
#define MILLRACE_ARTIFACTS_H

#include "millrace/artifact_repository.h"
#include "millrace/client.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mr_artifacts mr_artifacts;
typedef struct mr_artifact_push mr_artifact_push;
typedef struct mr_artifact_pull mr_artifact_pull;

/* What may be said of a call; NULL for none of it. Read during the call; of a stream, until its end. */
struct mr_artifacts_options {
	size_t size; /* sizeof(struct mr_artifacts_options) */
	const char *workspace;
	mr_progress *progress; /* of transfers; may be NULL */
	/* Asked several times a second by the thread that called, and by others; true ends the call with MR_CANCELLED. */
	bool (*cancelled)(void *arg);
	void *arg; /* of both */
};

/* NULL URIs: those of the client that was opened last, as host->store_open takes them. */
MR_API mr_code mr_artifacts_open(const char *uri, const char *tracking_uri, const char *registry_uri, mr_artifacts **out,
				 mr_error *err);
MR_API void mr_artifacts_close(mr_artifacts *root);

/* A file, or a folder under its own name, into a folder of the root. */
MR_API mr_code mr_artifacts_upload(mr_artifacts *root, const char *local, const char *folder,
				   const struct mr_artifacts_options *options, mr_error *err);
/* What is in a local folder. */
MR_API mr_code mr_artifacts_upload_folder(mr_artifacts *root, const char *local, const char *folder,
					  const struct mr_artifacts_options *options, mr_error *err);
/* An artifact, or a folder of them, to the same path below a local folder, which is made. */
MR_API mr_code mr_artifacts_download(mr_artifacts *root, const char *path, const char *local_folder,
				     const struct mr_artifacts_options *options, mr_error *err);
/* One artifact to a local file, whose folder is there. */
MR_API mr_code mr_artifacts_download_file(mr_artifacts *root, const char *path, const char *local_file,
					  const struct mr_artifacts_options *options, mr_error *err);

/* The direct children of a folder, sorted; called on the caller's thread. A file, or nothing there: no entries. */
MR_API mr_code mr_artifacts_list(mr_artifacts *root, const char *path, mr_artifact_visit *visit, void *arg,
				 const struct mr_artifacts_options *options, mr_error *err);
/* A file, or a folder with all in it; MR_OK when nothing is there. */
MR_API mr_code mr_artifacts_remove(mr_artifacts *root, const char *path, const struct mr_artifacts_options *options,
				   mr_error *err);
/* Where it is on this machine, freed by mr_str_free; MR_NOT_IMPLEMENTED where it is elsewhere. */
MR_API mr_code mr_artifacts_local_path(mr_artifacts *root, const char *path, mr_str *out, mr_error *err);

/* One artifact as it is made. size: -1 unknown. It is there when end with keep true has returned MR_OK, and never
 * when that was false; end ends it, whatever it returns. */
MR_API mr_code mr_artifacts_push(mr_artifacts *root, const char *path, int64_t size,
				 const struct mr_artifacts_options *options, mr_artifact_push **out, mr_error *err);
MR_API mr_code mr_artifacts_push_write(mr_artifact_push *push, const void *bytes, size_t size, mr_error *err);
MR_API mr_code mr_artifacts_push_end(mr_artifact_push *push, bool keep, mr_error *err);
/* One artifact as it is read, in order; *got 0 at the end. size (may be NULL): its bytes, -1 unknown. */
MR_API mr_code mr_artifacts_pull(mr_artifacts *root, const char *path, const struct mr_artifacts_options *options,
				 mr_artifact_pull **out, int64_t *size, mr_error *err);
MR_API mr_code mr_artifacts_pull_read(mr_artifact_pull *pull, void *out, size_t room, size_t *got, mr_error *err);
MR_API void mr_artifacts_pull_close(mr_artifact_pull *pull);

#ifdef __cplusplus
}
#endif
#endif
