/* SPDX-License-Identifier: Apache-2.0
 *
 * Unpacking, over libarchive, which is large: this module is lib/millrace/archive.so, loaded by
 * mr_archive_get (src/archive/archive_loader.c) on first use.
 */
#ifndef MR_ARCHIVE_ARCHIVE_H
#define MR_ARCHIVE_ARCHIVE_H

#include "base/arena.h"

struct mr_archive_limits {
	int64_t bytes;   /* of all files together, unpacked */
	int64_t entries;
};

struct mr_archive {
	size_t size;
	/* The files and folders of a zip into a folder that is there. One whose name leads out of the folder is an
	 * error before anything of it is written; links and devices are, too. Of the mode only "executable" is kept. */
	mr_code (*unzip)(mr_str file, mr_str folder, const struct mr_archive_limits *limits, mr_error *err);
};

#define MR_ARCHIVE_SYMBOL "mr_archive_module"

/* NULL with an error that names the file and the package when it cannot be loaded. */
const struct mr_archive *mr_archive_get(mr_error *err);

#endif
