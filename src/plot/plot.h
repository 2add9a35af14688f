/* SPDX-License-Identifier: Apache-2.0
 *
 * Charts as PNG files, on a light ground. lib/millrace/plot.so draws them with
 * cairo; it is opened when the first one is needed. Any thread.
 */
#ifndef MR_PLOT_PLOT_H
#define MR_PLOT_PLOT_H

#include <millrace/types.h>

typedef enum mr_plot_style {
	MR_PLOT_LINE,
	MR_PLOT_STEPS,  /* the value holds until the next x */
	MR_PLOT_MARKED, /* a line with a mark at each point */
	MR_PLOT_POINTS,
	MR_PLOT_GUIDE   /* a thin dashed line to compare with; without a colour of its own */
} mr_plot_style;

struct mr_plot_series {
	mr_str label; /* in the legend; empty: not there */
	mr_str value; /* behind it, aligned: "AUC 0.991" */
	const double *x, *y; /* points with a NaN are left out */
	size_t n;
	mr_plot_style style;
};

/* A histogram along an axis of the chart, whose range it has: how many there are of x (below the chart), or of y (at
 * its right). n 0: none. */
struct mr_plot_counts {
	const double *counts; /* n bins of equal width from min to max */
	size_t n;
	double min, max;
	mr_str label;
};

struct mr_plot_lines {
	mr_str title, subtitle, x_label, y_label;
	const struct mr_plot_series *series;
	size_t series_n;
	double x_min, x_max, y_min, y_max; /* NaN: as the points need it */
	struct mr_plot_counts below, beside;
};

struct mr_plot_matrix {
	mr_str title, subtitle, x_label, y_label, scale_label;
	const mr_str *labels; /* of rows and columns */
	size_t n;
	const double *shares; /* n * n, from 0 to 1: the colours; NaN: an empty row */
	const double *counts; /* n * n: written into the cells where there is room */
};

struct mr_plot {
	size_t size;
	mr_code (*lines)(const struct mr_plot_lines *chart, const char *path, mr_error *err);
	mr_code (*matrix)(const struct mr_plot_matrix *chart, const char *path, mr_error *err);
};

#define MR_PLOT_SYMBOL "mr_plot_module"

/* NULL with an error that names the file and the package when it cannot be loaded. */
const struct mr_plot *mr_plot_get(mr_error *err);

#endif
