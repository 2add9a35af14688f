/* SPDX-License-Identifier: Apache-2.0
 *
 * What disk.c and disk_write.c share.
 */
#ifndef MR_STORE_FILE_DISK_INTERNAL_H
#define MR_STORE_FILE_DISK_INTERNAL_H

#include "store/file/disk.h"

enum { MR_DISK_NAME_MAX = 255 };

/* From errno. */
mr_code mr_disk_failed(const char *what, mr_str path, mr_error *err);
/* The folder that a path is in, and the last name of the path. */
mr_code mr_disk_parent(const struct mr_disk *disk, mr_str path, int *folder, char name[MR_DISK_NAME_MAX + 1],
		       mr_error *err);

#endif
