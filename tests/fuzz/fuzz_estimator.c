/* SPDX-License-Identifier: Apache-2.0
 *
 * Estimators of LightGBM in skops files, which a plugin reads: any bytes are
 * refused with a message or give a booster's text and names of classes.
 */
#include "../../plugins/lightgbm/estimator.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct estimator e;
	char *copy = malloc(size + 1);
	mr_error err;
	size_t i, total = 0;
	int classifier;

	for (classifier = 0; copy && classifier < 2; classifier++) {
		if (size)
			memcpy(copy, data, size);
		mr_error_init(&err);
		if (estimator_parse(mr_str_make(copy, size), classifier, &e, &err)) {
			if (!err.length || e.booster)
				abort();
			continue;
		}
		total += strlen(e.booster);
		for (i = 0; e.texts && i < e.classes; i++)
			total += e.texts[i].len;
		estimator_dispose(&e);
	}
	free(copy);
	return total == SIZE_MAX;
}
