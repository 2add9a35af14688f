/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens lib/millrace/net.so when the first request is made.
 */
#include "net/net.h"

#include "base/module.h"

static struct mr_module module = MR_MODULE("net.so", MR_NET_SYMBOL, sizeof(struct mr_net), "HTTP",
					   "libcurl (on Debian: apt-get install libcurl4)");

const struct mr_net *mr_net_get(mr_error *err)
{
	return mr_module_get(&module, err);
}
