/* SPDX-License-Identifier: Apache-2.0
 *
 * Many jobs on a few threads, one account of what failed.
 */
#ifndef MR_ARTIFACT_TRANSFER_JOBS_H
#define MR_ARTIFACT_TRANSFER_JOBS_H

#include <pthread.h>

#include "artifact/transfer.h"

enum { TRANSFER_BLOCK = 256 * 1024 };

/* How far a transfer is. */
struct transfer_account {
	const struct mr_transfer *transfer;
	pthread_mutex_t lock;
	int64_t done, total;
};
void transfer_account_init(struct transfer_account *account, const struct mr_transfer *transfer, int64_t total);
void transfer_account_dispose(struct transfer_account *account);
/* n: bytes more, or, of a file that is begun again, less. */
void transfer_account_add(struct transfer_account *account, mr_str path, int64_t n);

/* call: of the thread's own, emptied after each job; buffer: TRANSFER_BLOCK bytes. */
typedef mr_code transfer_job(void *arg, size_t i, mr_call *call, char *buffer, mr_error *err);

struct transfer_jobs {
	const struct mr_transfer *transfer;
	transfer_job *run;
	void *arg;
	size_t n;
	mr_str (*name)(void *arg, size_t i);
	const char *what; /* "uploading one or more artifacts to s3://..." */
};
/* Runs them all, whatever fails; the error tells of each failure, or, when there is one job, is its error. */
mr_code transfer_jobs_run(const struct transfer_jobs *jobs, mr_error *err);

#endif
