/* SPDX-License-Identifier: Apache-2.0
 *
 * The one table: code <-> MLflow's error_code <-> HTTP status (and the
 * sqlstate and error_class that MLflow adds to an error's body).
 */
#ifndef MR_BASE_ERROR_H
#define MR_BASE_ERROR_H

#include <millrace/export.h>
#include <millrace/types.h>

struct mr_code_info {
	mr_code code;
	const char *name;        /* "RESOURCE_DOES_NOT_EXIST" */
	int http_status;         /* 404 */
	const char *sqlstate;    /* NULL where MLflow gives none */
	const char *error_class; /* NULL where MLflow gives none */
};

const struct mr_code_info *mr_code_info(mr_code code); /* never NULL: unknown is INTERNAL_ERROR */
MR_API const char *mr_code_name(mr_code code);
int mr_code_http_status(mr_code code);
/* Unknown names give MR_INTERNAL_ERROR. */
mr_code mr_code_from_name(mr_str name);
/* As MLflow's client maps a status whose body is not JSON. */
mr_code mr_code_from_http_status(int status);

#endif
