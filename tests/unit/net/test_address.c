/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/address.h"

static bool is_public(const char *text)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_in v4 = {.sin_family = AF_INET};

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return address_is_public((const struct sockaddr *)(const void *)&v4);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return address_is_public((const struct sockaddr *)(const void *)&v6);
}

static void knows_special_addresses(void **state)
{
	static const char *const special[] = {
		"0.0.0.0",
		"0.1.2.3",
		"10.0.0.1",
		"10.255.255.255",
		"100.64.0.1",
		"100.127.255.255",
		"127.0.0.1",
		"127.9.9.9",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.0.1",
		"192.168.1.1",
		"198.18.0.1",
		"224.0.0.1",
		"240.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"::ffff:127.0.0.1",
		"::ffff:10.1.1.1",
		"::127.0.0.1",
		"fe80::1",
		"fc00::1",
		"fd12::1",
		"ff02::1",
		"64:ff9b::7f00:1",
		"64:ff9b::a9fe:a9fe",
		"2002:7f00:1::",
		"2002:c0a8:101::",
		"2001::1",
		"2001:db8::1",
		"fec0::1",
		"100::1",
	};
	static const char *const fine[] = {"1.1.1.1",	      "8.8.8.8",	"9.255.255.255",   "11.0.0.0",
					   "100.63.255.255",  "100.128.0.0",	"172.15.255.255",  "172.32.0.0",
					   "192.167.255.255", "192.169.0.0",	"223.255.255.255", "2606:4700::1111",
					   "2a00:1450::1",    "::ffff:8.8.8.8", "64:ff9b::808:808"};

	(void)state;
	for (size_t i = 0; i < sizeof special / sizeof *special; i++)
		if (is_public(special[i]))
			fail_msg("%s is not public", special[i]);
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
		if (!is_public(fine[i]))
			fail_msg("%s is public", fine[i]);
}

static void knows_no_other_family(void **state)
{
	struct sockaddr other = {.sa_family = AF_UNIX};

	(void)state;
	assert_false(address_is_public(&other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_special_addresses),
		cmocka_unit_test(knows_no_other_family),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
