/* SPDX-License-Identifier: Apache-2.0
 *
 * The names of folders that MLflow makes of an MD5.
 */
#include "base/md5.h"
#include "store/file/store.h"

mr_str mr_file_md5(mr_call *call, mr_str a, mr_str b)
{
	mr_md5 md5;
	char hex[33];

	mr_md5_init(&md5);
	mr_md5_add(&md5, a.ptr, a.len);
	mr_md5_add(&md5, b.ptr, b.len);
	mr_md5_hex(&md5, hex);
	return mr_call_copy(call, mr_str_make(hex, 32));
}
