/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens lib/millrace/plot.so when the first chart is drawn.
 */
#include "plot/plot.h"

#include "base/module.h"

static struct mr_module module = MR_MODULE("plot.so", MR_PLOT_SYMBOL, sizeof(struct mr_plot), "Charts",
					   "cairo (on Debian: apt-get install millrace-plot, or libcairo2)");

const struct mr_plot *mr_plot_get(mr_error *err)
{
	return mr_module_get(&module, err);
}
