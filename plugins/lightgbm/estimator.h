/* SPDX-License-Identifier: Apache-2.0
 *
 * Estimators of lightgbm.sklearn, as skops saves them: a zip without compression,
 * with an object tree in JSON, in which the booster is a text, and arrays.
 */
#ifndef MILLRACE_PLUGINS_LIGHTGBM_ESTIMATOR_H
#define MILLRACE_PLUGINS_LIGHTGBM_ESTIMATOR_H

#include <millrace/types.h>

struct estimator {
	char *booster; /* the model as LightGBM's text */
	int best_iteration; /* 0: all */
	/* Of a classifier: what its classes are called, one of the two. */
	int64_t *numbers;
	mr_str *texts;
	size_t classes;
	char *bytes; /* of the texts */
};

mr_code estimator_parse(mr_str bytes, bool classifier, struct estimator *out, mr_error *err);
mr_code estimator_read(const char *path, bool classifier, struct estimator *out, mr_error *err);
void estimator_dispose(struct estimator *e);

#endif
