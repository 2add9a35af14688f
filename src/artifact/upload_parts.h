/* SPDX-License-Identifier: Apache-2.0
 *
 * A file in parts, each to a URL of its own, where the repository offers it.
 */
#ifndef MR_ARTIFACT_UPLOAD_PARTS_H
#define MR_ARTIFACT_UPLOAD_PARTS_H

#include "artifact/transfer_jobs.h"

struct upload_parts {
	const struct mr_artifact_repository_ops *ops;
	void *self;
	const struct mr_transfer *transfer;
	struct transfer_account *account;
	mr_str local, path;
	int fd;
	int64_t size;
};

/* *offered false, and MR_OK: the repository does not take parts now, nothing has happened. */
mr_code upload_in_parts(const struct upload_parts *what, bool *offered, mr_call *call, mr_error *err);

#endif
