/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens lib/millrace/archive.so when it is needed.
 */
#include "archive/archive.h"

#include "base/module.h"

static struct mr_module module = MR_MODULE("archive.so", MR_ARCHIVE_SYMBOL, sizeof(struct mr_archive), "Unpacking",
					   "libarchive (on Debian: apt-get install millrace-projects, or libarchive13)");

const struct mr_archive *mr_archive_get(mr_error *err)
{
	return mr_module_get(&module, err);
}
