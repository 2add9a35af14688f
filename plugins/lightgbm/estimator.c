/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* memmem */
#include "estimator.h"

#include <stdlib.h>

#define FILE_MAX (1L << 30)
#define CLASSES_MAX 100000

static uint32_t little(const char *at, size_t n)
{
	uint32_t value = 0;
	size_t i;

	for (i = 0; i < n; i++)
		value |= (uint32_t)(unsigned char)at[i] << 8 * i;
	return value;
}

static mr_code no_skops(mr_error *err, const char *why)
{
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The estimator is not in a skops file that can be read: %s", why);
}

static char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rbe");
	char *bytes = NULL;
	long n;

	if (!file)
		return NULL;
	if (!fseek(file, 0, SEEK_END) && (n = ftell(file)) > 0 && n <= FILE_MAX && !fseek(file, 0, SEEK_SET)) {
		bytes = malloc((size_t)n + 1);
		if (bytes && fread(bytes, 1, (size_t)n, file) != (size_t)n) {
			free(bytes);
			bytes = NULL;
		}
		if (bytes)
			bytes[n] = 0;
		*size = (size_t)n;
	}
	fclose(file);
	return bytes;
}

/* ---- the zip ---- */

/* A member that is stored as it is; ptr NULL when there is none of that name. */
static mr_str member(mr_str zip, mr_str name)
{
	size_t end = zip.len, at, i, n, local, size, skip;

	for (i = 22; name.len && i <= zip.len && i < 66000; i++)
		if (!memcmp(zip.ptr + zip.len - i, "PK\5\6", 4)) {
			end = zip.len - i;
			break;
		}
	if (end == zip.len)
		return mr_str_make(NULL, 0);
	n = little(zip.ptr + end + 10, 2);
	at = little(zip.ptr + end + 16, 4);
	for (i = 0; i < n && at <= end && end - at >= 46; i++) {
		skip = 46 + little(zip.ptr + at + 28, 2) + little(zip.ptr + at + 30, 2) + little(zip.ptr + at + 32, 2);
		size = little(zip.ptr + at + 20, 4);
		local = little(zip.ptr + at + 42, 4);
		if (skip <= end - at && little(zip.ptr + at + 28, 2) == name.len &&
		    !memcmp(zip.ptr + at + 46, name.ptr, name.len)) {
			if (little(zip.ptr + at + 10, 2) || local > end || end - local < 30)
				break;
			local += 30 + little(zip.ptr + local + 26, 2) + little(zip.ptr + local + 28, 2);
			if (local > end || size > end - local)
				break;
			return mr_str_make(zip.ptr + local, size);
		}
		at += skip;
	}
	return mr_str_make(NULL, 0);
}

/* ---- the tree ---- */

/* The string that a node's member holds, with its escapes: "key": { ... "member": "HERE". Inside of strings quotes are
 * escaped, so that the keys are found nowhere else. */
static mr_str node(mr_str json, const char *key, const char *member_name)
{
	char wanted[64];
	const char *at, *end = json.ptr + json.len, *from;

	snprintf(wanted, sizeof wanted, "\"%s\": {", key);
	at = memmem(json.ptr, json.len, wanted, strlen(wanted));
	snprintf(wanted, sizeof wanted, "\"%s\": \"", member_name);
	at = at ? memmem(at, (size_t)(end - at), wanted, strlen(wanted)) : NULL;
	if (!at)
		return mr_str_make(NULL, 0);
	from = at + strlen(wanted);
	for (at = from; at < end && *at != '"'; at++)
		if (*at == '\\' && at + 1 < end)
			at++;
	return mr_str_make(from, (size_t)(at - from));
}

static size_t put_utf8(char *to, unsigned c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 63));
		to[2] = (char)(0x80 | (c & 63));
		return 3;
	}
	to[0] = (char)(0xf0 | (c >> 18 & 7));
	to[1] = (char)(0x80 | (c >> 12 & 63));
	to[2] = (char)(0x80 | (c >> 6 & 63));
	to[3] = (char)(0x80 | (c & 63));
	return 4;
}

/* Takes one level of JSON's escapes off, in place; the text gets no longer by it. */
static size_t unescape(char *text, size_t n)
{
	static const char from[] = "ntrbf", to[] = "\n\t\r\b\f";
	char digits[5] = {0}, *out = text;
	const char *known;
	size_t i;

	for (i = 0; i < n; i++) {
		if (text[i] != '\\' || i + 1 == n) {
			*out++ = text[i];
			continue;
		}
		i++;
		known = strchr(from, text[i]);
		if (text[i] == 'u' && i + 4 < n) {
			memcpy(digits, text + i + 1, 4);
			out += put_utf8(out, (unsigned)strtoul(digits, NULL, 16));
			i += 4;
		} else {
			*out++ = known && *known ? to[known - from] : text[i];
		}
	}
	*out = 0;
	return (size_t)(out - text);
}

/* A JsonNode's content is JSON within a string: two levels of escapes, and quotes. */
static char *json_content(mr_str json, const char *key)
{
	mr_str content = node(json, key, "content");
	char *text = content.ptr ? malloc(content.len + 1) : NULL;
	size_t n;

	if (!text)
		return NULL;
	memcpy(text, content.ptr, content.len);
	n = unescape(text, content.len);
	if (n >= 2 && text[0] == '"') {
		memmove(text, text + 1, n - 2);
		unescape(text, n - 2);
	}
	return text;
}

/* ---- the classes: an array of numpy's ---- */

static mr_code read_texts(struct estimator *out, const char *data, size_t width, mr_error *err)
{
	size_t i, k, used = 0, begun;

	out->bytes = malloc(out->classes * width * 4 + 1);
	out->texts = calloc(out->classes + 1, sizeof *out->texts);
	if (!out->bytes || !out->texts)
		return mr_error_no_memory(err);
	for (i = 0; i < out->classes; i++) {
		begun = used;
		for (k = 0; k < width && little(data + (i * width + k) * 4, 4); k++)
			used += put_utf8(out->bytes + used, little(data + (i * width + k) * 4, 4));
		out->texts[i] = mr_str_make(out->bytes + begun, used - begun);
	}
	return MR_OK;
}

static mr_code read_classes(mr_str array, struct estimator *out, mr_error *err)
{
	char header[256];
	const char *shape, *type;
	size_t begins, n, i, width;

	if (!array.ptr || array.len < 12 || memcmp(array.ptr, "\x93NUMPY", 6))
		return no_skops(err, "the names of its classes are missing");
	n = little(array.ptr + 8, 2);
	begins = 10 + n;
	if (array.ptr[6] != 1 || begins > array.len || n >= sizeof header)
		return no_skops(err, "the names of its classes");
	memcpy(header, array.ptr + 10, n);
	header[n] = 0;
	shape = strstr(header, "'shape': (");
	type = strstr(header, "'descr': '");
	out->classes = shape ? strtoul(shape + 10, NULL, 10) : 0;
	if (!type || !out->classes || out->classes > CLASSES_MAX)
		return no_skops(err, "the names of its classes");
	type += 10;
	width = !strncmp(type, "<U", 2) ? strtoul(type + 2, NULL, 10) : 0;
	n = width ? width * 4 : !strncmp(type, "<i8'", 4) ? 8 : !strncmp(type, "<i4'", 4) ? 4 : 0;
	if (!n || width > 10000 || (array.len - begins) / n < out->classes)
		return no_skops(err, "its classes are neither whole numbers nor texts");
	if (width)
		return read_texts(out, array.ptr + begins, width, err);
	out->numbers = calloc(out->classes + 1, sizeof *out->numbers);
	if (!out->numbers)
		return mr_error_no_memory(err);
	for (i = 0; i < out->classes; i++)
		out->numbers[i] = n == 4 ? (int32_t)little(array.ptr + begins + i * 4, 4)
					 : (int64_t)((uint64_t)little(array.ptr + begins + i * 8 + 4, 4) << 32 |
						     little(array.ptr + begins + i * 8, 4));
	return MR_OK;
}

mr_code estimator_parse(mr_str bytes, bool classifier, struct estimator *out, mr_error *err)
{
	mr_str json = member(bytes, mr_str_from("schema.json"));
	char *best;
	mr_code code = MR_OK;

	memset(out, 0, sizeof *out);
	if (!json.ptr)
		return no_skops(err, "there is no schema.json in it, stored without compression");
	out->booster = json_content(json, "_handle");
	best = json_content(json, "best_iteration");
	out->best_iteration = best ? atoi(best) : 0;
	free(best);
	if (!out->booster || strncmp(out->booster, "tree", 4) != 0)
		code = no_skops(err, "there is no booster in it");
	if (!code && classifier)
		code = read_classes(member(bytes, node(json, "_classes", "file")), out, err);
	if (code)
		estimator_dispose(out);
	return code;
}

mr_code estimator_read(const char *path, bool classifier, struct estimator *out, mr_error *err)
{
	size_t size = 0;
	char *bytes = read_file(path, &size);
	mr_code code = bytes ? estimator_parse(mr_str_make(bytes, size), classifier, out, err)
			     : no_skops(err, "the file cannot be read");

	free(bytes);
	return code;
}

void estimator_dispose(struct estimator *e)
{
	free(e->booster);
	free(e->numbers);
	free(e->texts);
	free(e->bytes);
	memset(e, 0, sizeof *e);
}
