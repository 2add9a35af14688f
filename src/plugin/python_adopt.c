/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/registry.h"

mr_code python_adopt(struct registry *r, struct plugin *p, mr_error *err)
{
	(void)r;
	return mr_error_set(err, MR_NOT_IMPLEMENTED, "the Python plugin %.*s is found, but Python plugins do not run yet",
			    MR_STR_ARG(p->info.name));
}
