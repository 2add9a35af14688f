/* SPDX-License-Identifier: Apache-2.0
 *
 * The Authorization header of HTTP Basic (RFC 7617). A header of its own, so that
 * the fuzzer has it, too.
 */
#ifndef APPS_CREDENTIALS_H
#define APPS_CREDENTIALS_H

#include <millrace/types.h>
#include <strings.h>

static inline int credentials_digit(char c)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* False for what is no base64. */
static inline bool credentials_decode(mr_str text, char *out, size_t room, size_t *n)
{
	uint32_t bits = 0;
	int have = 0;

	*n = 0;
	while (text.len && text.ptr[text.len - 1] == '=')
		text.len--;
	for (size_t i = 0; i < text.len; i++) {
		int value = credentials_digit(text.ptr[i]);

		if (value < 0 || *n == room)
			return false;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[(*n)++] = (char)(bits >> have);
		}
	}
	return text.len > 0;
}

/* "Basic base64(name:password)"; name and password are views of out. False for anything else. */
static inline bool credentials_read(mr_str header, char *out, size_t room, mr_str *name, mr_str *password)
{
	const char *colon;
	size_t n;

	if (header.len < 7 || strncasecmp(header.ptr, "basic ", 6) != 0)
		return false;
	header = mr_str_make(header.ptr + 6, header.len - 6);
	while (header.len && header.ptr[0] == ' ')
		header = mr_str_make(header.ptr + 1, header.len - 1);
	if (!credentials_decode(header, out, room, &n) || !(colon = memchr(out, ':', n)))
		return false;
	*name = mr_str_make(out, (size_t)(colon - out));
	*password = mr_str_make(colon + 1, n - name->len - 1);
	return true;
}

#endif
