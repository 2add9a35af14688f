/* SPDX-License-Identifier: Apache-2.0 */
#include "artifact/environment.h"

#include <strings.h>

#include "base/json.h"
#include "base/os.h"

mr_code mr_environment_bool(const char *name, bool *value, bool *set, mr_error *err)
{
	const char *text = mr_getenv(name);

	*value = false;
	*set = text != NULL;
	if (!text)
		return MR_OK;
	*value = !strcasecmp(text, "true") || !strcmp(text, "1");
	if (*value || !strcasecmp(text, "false") || !strcmp(text, "0"))
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "%s value must be one of ['true', 'false', '1', '0'] (case-insensitive), but got %s", name,
			    text);
}

mr_code mr_environment_size(const char *name, int64_t *value, mr_error *err)
{
	const char *text = mr_getenv(name);

	if (!text || (mr_parse_int64(mr_str_from(text), value) && *value > 0))
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "Failed to convert '%s' for %s: it must be a number of bytes greater than 0", text, name);
}
