/* SPDX-License-Identifier: Apache-2.0
 *
 * The two kinds of charts.
 */
#ifndef MR_PLOT_CHARTS_H
#define MR_PLOT_CHARTS_H

#include "plot/plot.h"

mr_code plot_lines(const struct mr_plot_lines *chart, const char *path, mr_error *err);
mr_code plot_matrix(const struct mr_plot_matrix *chart, const char *path, mr_error *err);

#endif
