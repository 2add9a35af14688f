/* SPDX-License-Identifier: Apache-2.0
 *
 * What an operation is about, and the level that it needs there.
 */
#ifndef APPS_AUTH_RULES_H
#define APPS_AUTH_RULES_H

#include "apps.h"

/* What a field of a request names. */
enum names {
	NAMES_EXPERIMENT = 1,
	NAMES_EXPERIMENT_NAME,
	NAMES_RUN,
	NAMES_LOGGED_MODEL,
	NAMES_MODEL,
	NAMES_ARTIFACT, /* no field: request->artifact */
	NAMES_NOTHING, /* everybody who is known may; a listing shows the rows that its reader may read */
	NAMES_ADMIN /* only an administrator may when the field is there */
};

struct rule {
	uint32_t message;
	uint32_t offset; /* of an mr_str, or of an array of them */
	bool many;
	enum names names;
	enum level level;
};

/* One operation may have several: all must hold. One without any is for administrators. */
extern const struct rule auth_rules[];
extern const size_t auth_rules_n;

#endif
