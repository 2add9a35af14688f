/* SPDX-License-Identifier: Apache-2.0
 *
 * What lib/millrace/plot.so offers.
 */
#include <millrace/export.h>

#include "plot/charts.h"

MR_API const struct mr_plot mr_plot_module;
const struct mr_plot mr_plot_module = {sizeof(struct mr_plot), plot_lines, plot_matrix};
