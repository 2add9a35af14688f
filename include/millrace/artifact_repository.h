/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/artifact_repository.h - the contract of group
 * "mlflow.artifact_repository". An entry's name is a URI scheme; the object is
 * opened with the URI of an artifact root, and every path below is relative to
 * it: separated by '/', decoded, never empty unless said, without "." or ".."
 * or empty segments, without NUL (the host refuses others before it calls).
 *
 * Different pushes and pulls may run at once; one push or pull is used by one
 * thread at a time. Nothing is visible before commit, and a push to a path
 * that exists replaces it at commit.
 */
#ifndef MILLRACE_ARTIFACT_REPOSITORY_H
#define MILLRACE_ARTIFACT_REPOSITORY_H

#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

struct mr_artifact_info {
	mr_str path; /* relative to the root */
	bool is_dir;
	int64_t size; /* bytes; -1 unknown */
	int64_t modified_ms; /* Unix milliseconds; 0 unknown */
};

/* Called for each entry; a failure ends the listing: return it. */
typedef mr_code mr_artifact_visit(void *arg, const struct mr_artifact_info *info, mr_error *err);

struct mr_artifact_part {
	int64_t number; /* from 1 */
	mr_str etag;
	mr_str url;
	const struct mr_header *headers;
	size_t headers_n;
};

struct mr_artifact_repository_ops {
	size_t size;
	mr_code (*open)(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);
	void (*close)(void *self);

	/* Writing one artifact. size_hint: its size, -1 unknown. After a failed
	 * push_write only push_abort follows. push_commit and push_abort end the push,
	 * whatever they return. */
	mr_code (*push_begin)(void *self, mr_str path, int64_t size_hint, void **push, mr_call *call, mr_error *err);
	mr_code (*push_write)(void *self, void *push, const void *bytes, size_t size, mr_call *call, mr_error *err);
	mr_code (*push_commit)(void *self, void *push, mr_call *call, mr_error *err);
	void (*push_abort)(void *self, void *push);

	/* Reading one artifact. info is of the call's memory. pull_read gives at most
	 * size bytes from offset on, *got 0 at the end. MR_RESOURCE_DOES_NOT_EXIST when
	 * there is none; a folder is none. */
	mr_code (*pull_open)(void *self, mr_str path, void **pull, struct mr_artifact_info *info, mr_call *call,
			     mr_error *err);
	mr_code (*pull_read)(void *self, void *pull, int64_t offset, void *out, size_t size, size_t *got, mr_call *call,
			     mr_error *err);
	void (*pull_close)(void *self, void *pull);

	/* The direct children of a folder (path may be empty: the root), sorted by
	 * path as bytes. A file, or nothing there: no entries, MR_OK. */
	mr_code (*list)(void *self, mr_str path, mr_artifact_visit *visit, void *arg, mr_call *call, mr_error *err);
	/* Removes a file, or a folder with all in it; MR_OK when nothing is there. */
	mr_code (*remove)(void *self, mr_str path, mr_call *call, mr_error *err);

	/* Optional: where the artifact is on this machine, if it can be read there. */
	mr_code (*local_path)(void *self, mr_str path, mr_str *out, mr_call *call, mr_error *err);
	/* Optional: upload in parts by the client itself. create fills parts_n parts
	 * with URLs and headers; upload_id may be empty in the answer when the URL carries it. */
	mr_code (*multipart_create)(void *self, mr_str path, int64_t parts_n, mr_str *upload_id,
				    struct mr_artifact_part **parts, mr_call *call, mr_error *err);
	mr_code (*multipart_complete)(void *self, mr_str path, mr_str upload_id, const struct mr_artifact_part *parts,
				      size_t parts_n, mr_call *call, mr_error *err);
	mr_code (*multipart_abort)(void *self, mr_str path, mr_str upload_id, mr_call *call, mr_error *err);
	/* Optional: a URL that reads (method GET) or writes (PUT) the artifact for some seconds. */
	mr_code (*presign)(void *self, mr_str path, mr_str method, int64_t expires_s, struct mr_artifact_part *out,
			   mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
