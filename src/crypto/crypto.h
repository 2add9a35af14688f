/* SPDX-License-Identifier: Apache-2.0
 *
 * Checksums and signatures, by OpenSSL's libcrypto, in lib/millrace/crypto.so,
 * which mr_crypto_get (crypto_loader.c) loads on first use.
 */
#ifndef MR_CRYPTO_CRYPTO_H
#define MR_CRYPTO_CRYPTO_H

#include "base/arena.h"

struct mr_crypto {
	size_t size;
	/* 64 lower-case hex digits and a NUL. */
	mr_code (*sha256)(mr_str bytes, char out[65], mr_error *err);
	/* Whether the signature of the bytes is the key's. key and signature are the
	 * contents of their files:
	 *  - minisign's: a key is its two lines, or the line of base64 alone; a signature its
	 *    four lines, old (of the bytes) or new (of their BLAKE2b hash), and the trusted
	 *    comment is checked, too;
	 *  - OpenSSL's: a public key in PEM, and the 64 bytes of a signature of the file as
	 *    `openssl pkeyutl -sign -rawin` makes them, or their base64.
	 * *key_name: what to call the key; of the arena. MR_PERMISSION_DENIED when it does not fit,
	 * MR_INVALID_PARAMETER_VALUE when one of them is no key or signature. */
	mr_code (*verify)(mr_str key, mr_str signature, mr_str bytes, mr_arena *arena, mr_str *key_name, mr_error *err);
};

#define MR_CRYPTO_SYMBOL "mr_crypto_module"

/* NULL with an error that names the file and the package when it cannot be loaded. */
const struct mr_crypto *mr_crypto_get(mr_error *err);

#endif
