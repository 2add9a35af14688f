/* SPDX-License-Identifier: Apache-2.0
 *
 * What a program may ask of the library itself.
 */
#include <errno.h>
#include <millrace/client.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/inject.h"
#include "client/builtins.h"
#include "plugin/listing.h"
#include "store/wire.h"

const char *mr_version(void)
{
	return MR_VERSION;
}

mr_code mr_plugins_json(mr_str *out, mr_error *err)
{
	const struct mr_plugin_info *const *list;
	size_t n;
	mr_buf buf;
	mr_code code;

	mr_builtins_register();
	code = mr_plugins_list(&list, &n, err);
	if (code != MR_OK)
		return code;
	mr_buf_init(&buf, 64 << 20);
	mr_plugins_write_json(&buf, list, n);
	code = mr_buf_check(&buf, err);
	if (code == MR_OK) {
		size_t len = buf.len;

		*out = mr_str_make(mr_buf_take(&buf), len);
	}
	mr_buf_dispose(&buf);
	return code;
}

mr_code mr_plugins_add(const char *file, mr_error *err)
{
	char *real = realpath(file, NULL);
	mr_code code;

	if (!real)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The plugin file %s cannot be opened: %s", file, strerror(errno));
	code = mr_plugins_add_file_now(mr_str_from(real), err);
	if (code == MR_OK)
		code = mr_child_plugin_add(mr_str_from(real), err);
	free(real);
	return code;
}

void mr_str_free(mr_str s)
{
	mr_free((char *)(uintptr_t)s.ptr);
}
