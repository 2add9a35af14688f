/* SPDX-License-Identifier: Apache-2.0
 *
 * Checksums and signatures: known answers, and every bit of a signature counts.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crypto/crypto.h"

extern const struct mr_crypto mr_crypto_module;

/* Of the file "hi\n", made by minisign 0.11. */
#define KEY "RWSzyd8At1DMmsv4CdpGEAMoYXRKn4ZHMDaGS6MGCbT1rBIY8y1xQmrz"
static const char key_file[] = "untrusted comment: minisign public key 9ACC50B700DFC9B3\n" KEY "\n";
static const char hashed[] =
	"untrusted comment: signature from minisign secret key\n"
	"RUSzyd8At1DMmksSVxSTiQnmMrEJFWCtXsc8rsEJaRy8ikrXq2nLJX8rM7XQbrIlnfd8bZBBU090+QSxUAtIAvG2GU6HKXxPigo=\n"
	"trusted comment: timestamp:1795709846\tfile:f\thashed\n"
	"wUvrj/LEi9HPYuG3rBNmc/siflKZ/GL2QXxlceP5ar9fnVBWtlQVLqx9Up3slZ2IAfczeYr48mr462Ym7o/tCg==\n";
static const char plain[] =
	"untrusted comment: signature from minisign secret key\n"
	"RWSzyd8At1DMmrUqd3SU39ICHxn1egi3BSrW2qteIeD1R1qvN3LtrJDIo38drG+XJRkDo2Cuqqjnpsl8/BTKlbhSQYXzmOzYsAo=\n"
	"trusted comment: timestamp:1795709846\tfile:f\n"
	"RFCijEbNPE6ZVqGXvCqXX4qKf7oPD5xIbWP8jA5oNGae8ddMHU9BxFg5Y0AbETRMFGSETdF6eme4fecgqefVBw==\n";

static mr_code verify(const char *key, const char *signature, const char *bytes, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str name;
	mr_code code;

	mr_error_init(err);
	code = mr_crypto_module.verify(mr_str_from(key), mr_str_from(signature), mr_str_from(bytes), arena, &name, err);
	if (code == MR_OK)
		assert_true(mr_str_is(name, "minisign 9ACC50B700DFC9B3"));
	mr_arena_free(arena);
	return code;
}

static void test_sha256(void **state)
{
	char out[65];
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(mr_crypto_module.sha256(mr_str_from("abc"), out, &err), MR_OK);
	assert_string_equal(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(mr_crypto_module.sha256(mr_str_from(""), out, &err), MR_OK);
	assert_string_equal(out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void test_minisign(void **state)
{
	mr_error err;

	(void)state;
	assert_int_equal(verify(key_file, hashed, "hi\n", &err), MR_OK);
	assert_int_equal(verify(KEY, plain, "hi\n", &err), MR_OK);
	assert_int_equal(verify(key_file, hashed, "hi", &err), MR_PERMISSION_DENIED);
	assert_int_equal(verify(key_file, plain, "ho\n", &err), MR_PERMISSION_DENIED);
	assert_non_null(strstr(err.message, "not the one that was signed"));
}

/* Any other character in the lines that count is refused, whatever it means. */
static void test_every_character_counts(void **state)
{
	char text[sizeof hashed];
	size_t first = (size_t)(strchr(hashed, '\n') - hashed) + 1;
	mr_error err;

	(void)state;
	for (size_t i = first; i < sizeof hashed - 2; i++) {
		memcpy(text, hashed, sizeof hashed);
		text[i] = text[i] == 'A' ? 'B' : 'A';
		if (verify(key_file, text, "hi\n", &err) == MR_OK)
			fail_msg("with another character at %zu it is still believed", i);
	}
	for (size_t n = 0; n < sizeof hashed - 2; n++) {
		memcpy(text, hashed, n);
		text[n] = 0;
		if (verify(key_file, text, "hi\n", &err) == MR_OK)
			fail_msg("cut after %zu characters it is still believed", n);
	}
}

static void test_what_is_no_key(void **state)
{
	static const char *const keys[] = {"",
					   "\n",
					   "untrusted comment: x\n",
					   "RWSz",
					   KEY "A",
					   "untrusted comment: x\nAAAA" KEY,
					   "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n"};
	mr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		assert_int_equal(verify(keys[i], hashed, "hi\n", &err), MR_INVALID_PARAMETER_VALUE);
		assert_non_null(strstr(err.message, "public key"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_minisign),
		cmocka_unit_test(test_every_character_counts),
		cmocka_unit_test(test_what_is_no_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
