/* SPDX-License-Identifier: Apache-2.0
 *
 * https://jedisct1.github.io/minisign/#signature-format
 */
#include "crypto/signature.h"

static int digit_of(char ch)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = ch ? strchr(digits, ch) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool base64_decode(mr_str text, unsigned char *out, size_t size)
{
	size_t padding = (3 - size % 3) % 3, used = 0;
	unsigned bits = 0;
	int held = 0;

	if (text.len != (size + 2) / 3 * 4)
		return false;
	for (size_t i = 0; i < text.len - padding; i++) {
		int digit = digit_of(text.ptr[i]);

		if (digit < 0)
			return false;
		bits = bits << 6 | (unsigned)digit;
		held += 6;
		if (held >= 8 && used < size) {
			held -= 8;
			out[used++] = (unsigned char)(bits >> held);
		}
	}
	for (size_t i = text.len - padding; i < text.len; i++)
		if (text.ptr[i] != '=')
			return false;
	return used == size && (bits & ((1u << held) - 1)) == 0;
}

static mr_str next_line(mr_str *text)
{
	const char *end = text->len ? memchr(text->ptr, '\n', text->len) : NULL;
	size_t n = end ? (size_t)(end - text->ptr) : text->len;
	mr_str line = mr_str_make(text->ptr, n);

	text->ptr += n + (end != NULL);
	text->len -= n + (end != NULL);
	if (line.len && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool starts_with(mr_str *line, const char *word)
{
	size_t n = strlen(word);

	if (line->len < n || memcmp(line->ptr, word, n) != 0)
		return false;
	line->ptr += n;
	line->len -= n;
	return true;
}

mr_code minisign_key_parse(mr_str text, struct minisign_key *out, mr_error *err)
{
	unsigned char bytes[2 + KEY_ID_SIZE + KEY_SIZE];
	mr_str line = next_line(&text), comment = line;

	if (starts_with(&comment, "untrusted comment:"))
		line = next_line(&text);
	if (!base64_decode(line, bytes, sizeof bytes) || memcmp(bytes, "Ed", 2) != 0)
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"The key is no public key: it must be minisign's (minisign.pub), or PEM of OpenSSL (Ed25519)");
	memcpy(out->id, bytes + 2, KEY_ID_SIZE);
	memcpy(out->key, bytes + 2 + KEY_ID_SIZE, KEY_SIZE);
	return MR_OK;
}

mr_code minisign_signature_parse(mr_str text, struct minisign_signature *out, mr_error *err)
{
	unsigned char bytes[2 + KEY_ID_SIZE + SIGNATURE_SIZE];
	mr_str comment = next_line(&text), signature = next_line(&text), trusted = next_line(&text),
	       global = next_line(&text);
	bool ok = starts_with(&comment, "untrusted comment:") && base64_decode(signature, bytes, sizeof bytes) &&
		  bytes[0] == 'E' && (bytes[1] == 'd' || bytes[1] == 'D') &&
		  starts_with(&trusted, "trusted comment: ") && base64_decode(global, out->global, sizeof out->global);

	if (!ok)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The signature is none of minisign's: its four lines are what `minisign -S` writes "
				    "into FILE.minisig");
	out->hashed = bytes[1] == 'D';
	memcpy(out->id, bytes + 2, KEY_ID_SIZE);
	memcpy(out->signature, bytes + 2 + KEY_ID_SIZE, SIGNATURE_SIZE);
	out->trusted = trusted;
	return MR_OK;
}
