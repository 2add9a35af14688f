/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens lib/millrace/crypto.so when it is needed.
 */
#include "crypto/crypto.h"

#include "base/module.h"

static struct mr_module module =
	MR_MODULE("crypto.so", MR_CRYPTO_SYMBOL, sizeof(struct mr_crypto), "Checksums and signatures",
		  "OpenSSL's libcrypto (on Debian: apt-get install libssl3)");

const struct mr_crypto *mr_crypto_get(mr_error *err)
{
	return mr_module_get(&module, err);
}
