/* SPDX-License-Identifier: Apache-2.0
 *
 * The part that OpenSSL does.
 */
#include <millrace/export.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "crypto/crypto.h"
#include "crypto/signature.h"

static mr_code failed(mr_error *err)
{
	return mr_error_set(err, MR_INTERNAL_ERROR, "libcrypto failed");
}

static mr_code digest(const EVP_MD *kind, mr_str bytes, unsigned char *out, unsigned *size, mr_error *err)
{
	return EVP_Digest(bytes.ptr, bytes.len, out, size, kind, NULL) == 1 ? MR_OK : failed(err);
}

static mr_code sha256(mr_str bytes, char out[65], mr_error *err)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	mr_code code = digest(EVP_sha256(), bytes, hash, &size, err);

	for (unsigned i = 0; code == MR_OK && i < size; i++)
		snprintf(out + 2 * i, 3, "%02x", hash[i]);
	return code;
}

static mr_code does_not_fit(const char *what, mr_error *err)
{
	return mr_error_set(err, MR_PERMISSION_DENIED,
			    "The signature does not fit: %s. The file is not the one that was signed, or was signed "
			    "with another key",
			    what);
}

static mr_code check(EVP_PKEY *key, const unsigned char *signature, mr_str bytes, const char *what, mr_error *err)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool fits =
		context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		EVP_DigestVerify(context, signature, SIGNATURE_SIZE, (const unsigned char *)bytes.ptr, bytes.len) == 1;

	EVP_MD_CTX_free(context);
	return fits ? MR_OK : does_not_fit(what, err);
}

/* ---- minisign ---- */

/* The trusted comment is signed together with the signature. */
static mr_code check_comment(EVP_PKEY *key, const struct minisign_signature *s, mr_arena *arena, mr_error *err)
{
	char *both = mr_arena_alloc(arena, SIGNATURE_SIZE + s->trusted.len + 1);

	if (!both)
		return mr_error_no_memory(err);
	memcpy(both, s->signature, SIGNATURE_SIZE);
	memcpy(both + SIGNATURE_SIZE, s->trusted.ptr, s->trusted.len);
	return check(key, s->global, mr_str_make(both, SIGNATURE_SIZE + s->trusted.len),
		     "its trusted comment was changed", err);
}

static mr_code verify_minisign(mr_str key_text, mr_str signature_text, mr_str bytes, mr_arena *arena, mr_str *name,
			       mr_error *err)
{
	struct minisign_signature s;
	struct minisign_key k;
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	EVP_PKEY *key = NULL;
	uint64_t id;
	mr_code code = minisign_key_parse(key_text, &k, err);

	if (code == MR_OK)
		code = minisign_signature_parse(signature_text, &s, err);
	if (code == MR_OK && memcmp(k.id, s.id, KEY_ID_SIZE) != 0)
		code = does_not_fit("it was made with a key of another number", err);
	if (code == MR_OK && s.hashed) {
		code = digest(EVP_blake2b512(), bytes, hash, &size, err);
		bytes = mr_str_make((const char *)hash, size);
	}
	if (code == MR_OK && !(key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, k.key, KEY_SIZE)))
		code = failed(err);
	if (code == MR_OK)
		code = check(key, s.signature, bytes, "the bytes are others", err);
	if (code == MR_OK)
		code = check_comment(key, &s, arena, err);
	EVP_PKEY_free(key);
	if (code != MR_OK)
		return code;
	memcpy(&id, k.id, sizeof id); /* as minisign shows it: a little-endian number */
	*name = mr_arena_printf(arena, "minisign %016llX", (unsigned long long)id);
	return name->ptr ? MR_OK : mr_error_no_memory(err);
}

/* ---- OpenSSL ---- */

/* 64 bytes, or their base64, in one line or several. */
static bool raw_signature(mr_str text, unsigned char out[SIGNATURE_SIZE])
{
	char line[128];
	size_t n = 0;

	if (text.len == SIGNATURE_SIZE) {
		memcpy(out, text.ptr, SIGNATURE_SIZE);
		return true;
	}
	for (size_t i = 0; i < text.len && n < sizeof line; i++)
		if (text.ptr[i] != '\n' && text.ptr[i] != '\r')
			line[n++] = text.ptr[i];
	return base64_decode(mr_str_make(line, n), out, SIGNATURE_SIZE);
}

static mr_code verify_pem(mr_str key_text, mr_str signature_text, mr_str bytes, mr_arena *arena, mr_str *name,
			  mr_error *err)
{
	BIO *in = key_text.len < (1 << 20) ? BIO_new_mem_buf(key_text.ptr, (int)key_text.len) : NULL;
	EVP_PKEY *key = in ? PEM_read_bio_PUBKEY(in, NULL, NULL, NULL) : NULL;
	unsigned char signature[SIGNATURE_SIZE], raw[KEY_SIZE];
	size_t size = sizeof raw;
	char hash[65];
	mr_code code = MR_OK;

	if (!key || EVP_PKEY_id(key) != EVP_PKEY_ED25519 || EVP_PKEY_get_raw_public_key(key, raw, &size) != 1)
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The key is no public key of Ed25519 in PEM, as `openssl pkey -pubout` writes it");
	else if (!raw_signature(signature_text, signature))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The signature is not the 64 bytes of an Ed25519 signature, or their base64");
	if (code == MR_OK)
		code = check(key, signature, bytes, "the bytes are others", err);
	if (code == MR_OK)
		code = sha256(mr_str_make((const char *)raw, size), hash, err);
	EVP_PKEY_free(key);
	BIO_free(in);
	if (code != MR_OK)
		return code;
	*name = mr_arena_printf(arena, "ed25519 %.16s", hash);
	return name->ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code verify(mr_str key, mr_str signature, mr_str bytes, mr_arena *arena, mr_str *name, mr_error *err)
{
	static const char pem[] = "-----BEGIN ";
	bool is_pem = key.len > sizeof pem && memmem(key.ptr, key.len, pem, sizeof pem - 1) != NULL;

	return (is_pem ? verify_pem : verify_minisign)(key, signature, bytes, arena, name, err);
}

MR_API const struct mr_crypto mr_crypto_module;
const struct mr_crypto mr_crypto_module = {sizeof mr_crypto_module, sha256, verify};
