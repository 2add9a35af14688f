/* SPDX-License-Identifier: Apache-2.0
 *
 * The Authorization header as the app basic-auth reads it: name and password lie in
 * the room given and have the colon between them; encoded again they are what was sent.
 */
#include <stdint.h>
#include <stdlib.h>

#include "../../plugins/apps/credentials.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static size_t encode(mr_str text, char *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	size_t n = 0;
	int have = 0;

	for (size_t i = 0; i < text.len; i++) {
		bits = bits << 8 | (unsigned char)text.ptr[i];
		for (have += 8; have >= 6; have -= 6)
			out[n++] = alphabet[bits >> (have - 6) & 63];
	}
	if (have)
		out[n++] = alphabet[bits << (6 - have) & 63];
	return n;
}

/* What was made of a header, made into one again: the same must come out of it. */
static void again(mr_str name, mr_str password)
{
	char header[6 + 512 * 2], out[512];
	mr_str both = mr_str_make(name.ptr, name.len + 1 + password.len), name2, password2;
	size_t n;

	memcpy(header, "Basic ", 6);
	n = encode(both, header + 6);
	require(credentials_read(mr_str_make(header, 6 + n), out, sizeof out, &name2, &password2));
	require(mr_str_eq(name, name2) && mr_str_eq(password, password2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *room = malloc(512), *header = malloc(size + 1);
	mr_str name, password;

	if (!room || !header)
		abort();
	memcpy(header, data, size);
	header[size] = 0; /* as values of headers have it */
	if (credentials_read(mr_str_make(header, size), room, 512, &name, &password)) {
		require(name.ptr == room && name.len + 1 + password.len <= 512);
		require(name.ptr[name.len] == ':' && password.ptr == name.ptr + name.len + 1);
		require(!memchr(name.ptr, ':', name.len));
		again(name, password);
	}
	free(header);
	free(room);
	return 0;
}
