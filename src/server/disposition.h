/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MR_SERVER_DISPOSITION_H
#define MR_SERVER_DISPOSITION_H

#include "base/buf.h"

/* Appends the Content-Disposition of a download, "attachment; filename=..." (RFC
 * 6266), with the name in UTF-8 beside a plain one where it is not ASCII. */
void mr_disposition_write(mr_str name, mr_buf *out);

#endif
