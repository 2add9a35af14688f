/* SPDX-License-Identifier: Apache-2.0
 *
 * An axis: its range, and round numbers to write beside it.
 */
#ifndef MR_PLOT_AXIS_H
#define MR_PLOT_AXIS_H

#include <millrace/types.h>

struct axis {
	double min, max;
	double step; /* between ticks; the first is the least multiple of it that is not below min */
	int decimals; /* that the ticks need */
	bool scientific;
};

/* A range for values from low to high, with a margin; a bound that is given (not NaN) stands as it is. */
void axis_fit(struct axis *axis, double low, double high, double min, double max, int ticks);
double axis_first_tick(const struct axis *axis);
bool axis_has_tick(const struct axis *axis, double at);
/* 0 at min, 1 at max. */
double axis_place(const struct axis *axis, double value);
mr_str axis_label(const struct axis *axis, double at, char out[32]);

#endif
