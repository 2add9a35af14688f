/* SPDX-License-Identifier: Apache-2.0 */
#include "server/host_policy.h"

#include <ctype.h>
#include <strings.h>

#include "base/uri.h"

/* Two URIs mean the same target when family, host and a port agree. A port of 0:
 * known to the backend's own configuration only. */
static const struct scheme {
	const char *name, *family;
	int ports[2];
} schemes[] = {
	{"ftp", "ftp", {21, 21}},	{"sftp", "sftp", {22, 22}},
	{"hdfs", "hdfs", {0, 0}},	{"viewfs", "hdfs", {0, 0}},
	{"http", "http", {80, 80}},	{"https", "http", {443, 443}},
	{"r2", "r2", {443, 443}},	{"b2", "b2", {443, 443}},
	{"abfss", "abfss", {443, 443}}, {"mlflow-artifacts", "http", {80, 443}},
};

struct target {
	const struct scheme *scheme;
	mr_str host;
	int ports[2];
	bool malformed;
};

static bool same_word(mr_str a, const char *b)
{
	return a.len == strlen(b) && strncasecmp(a.ptr, b, a.len) == 0;
}

static const struct scheme *scheme_of(mr_str name)
{
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		if (same_word(name, schemes[i].name))
			return &schemes[i];
	}
	return NULL;
}

/* HTTP clients end a host at a backslash where a parser of URIs does not. */
static bool is_malformed(mr_str authority)
{
	for (size_t i = 0; i < authority.len; i++) {
		if (authority.ptr[i] == '\\' || isspace((unsigned char)authority.ptr[i]))
			return true;
	}
	return false;
}

/* False when the URI selects no host. */
static bool target_of(mr_str text, struct target *out)
{
	mr_error ignored;
	mr_uri uri;

	memset(out, 0, sizeof *out);
	mr_error_init(&ignored);
	if (mr_uri_parse(text, &uri, &ignored) != MR_OK) {
		const char *colon = memchr(text.ptr, ':', text.len);

		out->scheme = colon ? scheme_of(mr_str_make(text.ptr, (size_t)(colon - text.ptr))) : NULL;
		out->malformed = true;
		return out->scheme != NULL;
	}
	out->scheme = scheme_of(uri.scheme);
	if (!out->scheme || (strcmp(out->scheme->name, "mlflow-artifacts") == 0 && uri.authority.len == 0))
		return false;
	out->host = uri.host;
	out->malformed = is_malformed(uri.authority);
	for (int i = 0; i < 2; i++)
		out->ports[i] = uri.port >= 0 ? uri.port : out->scheme->ports[i];
	return true;
}

static bool same_target(const struct target *a, const struct target *b)
{
	bool port = a->ports[0] == b->ports[0] || a->ports[0] == b->ports[1] || a->ports[1] == b->ports[0] ||
		    a->ports[1] == b->ports[1];

	return !a->malformed && !b->malformed && port && strcmp(a->scheme->family, b->scheme->family) == 0 &&
	       a->host.len == b->host.len && strncasecmp(a->host.ptr, b->host.ptr, a->host.len) == 0;
}

static bool is_allowed_scheme(const char *list, const char *name)
{
	while (list && *list) {
		size_t len = strcspn(list, ",");
		mr_str item = mr_str_make(list, len);

		while (item.len && isspace((unsigned char)item.ptr[0]))
			item = mr_str_make(item.ptr + 1, item.len - 1);
		while (item.len && isspace((unsigned char)item.ptr[item.len - 1]))
			item.len--;
		if (same_word(item, name))
			return true;
		list += len + (list[len] != 0);
	}
	return false;
}

mr_code mr_host_policy_check(const struct mr_host_policy *policy, mr_str uri, const char *field, mr_error *err)
{
	static const char reason[] =
		"scheme addresses a host other than the tracking server's configured artifact storage, so "
		"the server would connect to the host named in the URI. Set the "
		"MLFLOW_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES environment variable on the server to "
		"allow it.";
	struct target asked, ours;

	if (!target_of(uri, &asked) || is_allowed_scheme(policy->allowed_schemes, asked.scheme->name))
		return MR_OK;
	for (size_t i = 0; i < 2; i++) {
		if (target_of(policy->trusted[i], &ours) && same_target(&asked, &ours))
			return MR_OK;
	}
	if (field)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "'%s' cannot use the '%s' scheme: the '%s' %s",
				    field, asked.scheme->name, asked.scheme->name, reason);
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "The tracking server does not connect to artifact location '%.*s': the '%s' %s",
			    MR_STR_ARG(uri), asked.scheme->name, reason);
}
