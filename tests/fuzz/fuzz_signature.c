/* SPDX-License-Identifier: Apache-2.0
 *
 * minisign's keys and signatures, which come with a plugin from anywhere. Their parser is part of a loaded module,
 * so it is compiled in here.
 */
#include "crypto/minisign.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mr_str text = mr_str_make((const char *)data, size);
	struct minisign_signature signature;
	struct minisign_key key;
	unsigned char bytes[SIGNATURE_SIZE];
	mr_error err;

	mr_error_init(&err);
	if (minisign_key_parse(text, &key, &err) == MR_OK && err.code != MR_OK)
		__builtin_trap();
	mr_error_init(&err);
	if (minisign_signature_parse(text, &signature, &err) == MR_OK &&
	    (signature.trusted.ptr < text.ptr || signature.trusted.ptr + signature.trusted.len > text.ptr + text.len))
		__builtin_trap();
	for (size_t n = 0; n <= sizeof bytes; n++)
		base64_decode(text, bytes, n);
	return 0;
}
