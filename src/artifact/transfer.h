/* SPDX-License-Identifier: Apache-2.0
 *
 * Files to and from an artifact repository, as MLflow's log_artifact(s) and
 * download_artifacts: several at a time, in constant memory, each of them there
 * whole or not at all. For client, command line and server.
 */
#ifndef MR_ARTIFACT_TRANSFER_H
#define MR_ARTIFACT_TRANSFER_H

#include "api/call.h"
#include "plugin/handle.h"

/* All members may be 0. */
struct mr_transfer {
	mr_call *call; /* cancels the transfer; its deadline is the transfer's */
	int threads; /* files at a time; 0: as MLflow, twice the processors, 20 at most */
	/* After each piece, from any of the threads but one at a time: the file, and the
	 * bytes of the whole transfer, of which total is -1 while it is not known. */
	void (*progress)(void *arg, mr_str path, int64_t done, int64_t total);
	void *progress_arg;
};

/* A file, or a folder with all in it, under its own name into a folder of the repository (empty: the root). */
mr_code mr_transfer_upload(mr_artifact_handle *repository, mr_str local, mr_str folder,
			   const struct mr_transfer *transfer, mr_error *err);
/* What is in a local folder. Links to files are followed, links to folders are not; empty folders are left out. */
mr_code mr_transfer_upload_folder(mr_artifact_handle *repository, mr_str local, mr_str folder,
				  const struct mr_transfer *transfer, mr_error *err);
/* These bytes as one artifact. */
mr_code mr_transfer_upload_bytes(mr_artifact_handle *repository, mr_str path, mr_str bytes, mr_call *call,
				 mr_error *err);

/* An artifact, or a folder of them (empty: all), to the same path below a local
 * folder, which is made. local (may be NULL): where it is now, in arena. */
mr_code mr_transfer_download(mr_artifact_handle *repository, mr_str path, mr_str local_folder,
			     const struct mr_transfer *transfer, mr_arena *arena, mr_str *local, mr_error *err);
/* One artifact to a file of any name, whose folder is there. */
mr_code mr_transfer_download_file(mr_artifact_handle *repository, mr_str path, mr_str local_file,
				  const struct mr_transfer *transfer, mr_error *err);
/* One artifact of at most cap bytes, with a NUL behind, in the call's memory. */
mr_code mr_transfer_download_bytes(mr_artifact_handle *repository, mr_str path, size_t cap, mr_call *call, mr_str *out,
				   mr_error *err);

/* "runs:/ID/a/b" -> "runs:/ID/a" and "b"; "models:/NAME/1/a/b" -> "models:/NAME/1" and "a/b": what to open, and what to
 * download from it, when a URI names one artifact. */
mr_code mr_transfer_split_uri(mr_arena *arena, mr_str uri, mr_str *root, mr_str *path, mr_error *err);

#endif
