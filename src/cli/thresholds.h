/* SPDX-License-Identifier: Apache-2.0
 *
 * Thresholds as they are written on the command line.
 */
#ifndef MR_CLI_THRESHOLDS_H
#define MR_CLI_THRESHOLDS_H

#include <millrace/evaluate.h>

#include "cli/options.h"

struct thresholds {
	struct mr_metric_threshold *items; /* one a metric */
	size_t n;
};

/* METRIC>=BOUND or METRIC<=BOUND, where the bound is a number, "baseline+NUMBER" or "baseline+NUMBER%" (with <=:
 * "baseline-..."). A usage error otherwise. */
mr_code thresholds_parse(const struct mr_opt_list *rules, mr_arena *arena, struct thresholds *out, mr_error *err);
/* All rules of one metric, joined by commas. */
mr_str thresholds_text(const struct mr_metric_threshold *threshold, mr_arena *arena);

#endif
