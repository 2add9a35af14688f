/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and signatures as texts: what minisign writes, taken apart. No cryptography here.
 */
#ifndef MR_CRYPTO_SIGNATURE_H
#define MR_CRYPTO_SIGNATURE_H

#include "base/arena.h"

enum { KEY_ID_SIZE = 8, KEY_SIZE = 32, SIGNATURE_SIZE = 64 };

struct minisign_key {
	unsigned char id[KEY_ID_SIZE], key[KEY_SIZE];
};

struct minisign_signature {
	bool hashed; /* of the BLAKE2b-512 hash of the file, not of the file itself */
	unsigned char id[KEY_ID_SIZE], signature[SIGNATURE_SIZE];
	mr_str trusted; /* the trusted comment; a view of the text */
	unsigned char global[SIGNATURE_SIZE]; /* of signature and trusted comment */
};

mr_code minisign_key_parse(mr_str text, struct minisign_key *out, mr_error *err);
mr_code minisign_signature_parse(mr_str text, struct minisign_signature *out, mr_error *err);

/* Strict base64 with padding, of exactly size bytes. */
bool base64_decode(mr_str text, unsigned char *out, size_t size);

#endif
