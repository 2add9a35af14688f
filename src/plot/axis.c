/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/axis.h"

#include <math.h>

/* So that the range of an axis is a number, and so is the step behind its end. */
#define LARGEST 1e307

/* 1, 2 or 5 times a power of ten, so that there are about so many steps. */
static double round_step(double range, int ticks)
{
	double rough = range / ticks, power = pow(10, floor(log10(rough))), lead = rough / power;

	return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
}

void axis_fit(struct axis *axis, double low, double high, double min, double max, int ticks)
{
	double margin, magnitude;

	if (!isfinite(low) || !isfinite(high)) {
		low = 0;
		high = 1;
	}
	low = fmax(low, -LARGEST);
	high = fmin(high, LARGEST);
	if (!(high - low > fmax(fabs(low), fabs(high)) * 1e-9)) { /* one value: something around it */
		margin = fabs(low) > 1e-300 ? fabs(low) * 0.1 : 1;
		low -= margin;
		high += margin;
	}
	margin = (high - low) * 0.04;
	axis->min = isnan(min) ? low - margin : min;
	axis->max = isnan(max) ? high + margin : max;
	if (!(axis->max - axis->min > fmax(fabs(axis->min), fabs(axis->max)) * 1e-9)) /* a step must be more than nothing */
		axis->max = axis->min + fmax(fabs(axis->min), 1) * 1e-3;
	axis->step = round_step(axis->max - axis->min, ticks);
	magnitude = fmax(fabs(axis->min), fabs(axis->max));
	axis->scientific = magnitude >= 1e6 || magnitude < 1e-3;
	axis->decimals = axis->step >= 1 ? 0 : (int)ceil(-log10(axis->step) - 1e-9);
	if (axis->scientific)
		axis->decimals = (int)fmin(fmax(ceil(log10(magnitude / axis->step)), 1), 6);
}

double axis_first_tick(const struct axis *axis)
{
	return ceil(axis->min / axis->step - 1e-9) * axis->step;
}

bool axis_has_tick(const struct axis *axis, double at)
{
	return at <= axis->max + axis->step * 1e-6;
}

double axis_place(const struct axis *axis, double value)
{
	return (value - axis->min) / (axis->max - axis->min);
}

/* Charts are drawn in other people's processes, whose locale may write a comma. */
mr_str axis_label(const struct axis *axis, double at, char out[32])
{
	int n;

	if (fabs(at) < axis->step * 1e-6)
		at = 0;
	n = snprintf(out, 32, axis->scientific && at != 0 ? "%.*e" : "%.*f", axis->decimals, at);
	for (int i = 0; i < n && i < 31; i++)
		if (out[i] == ',')
			out[i] = '.';
	return mr_str_from(out);
}
