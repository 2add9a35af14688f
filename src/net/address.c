/* SPDX-License-Identifier: Apache-2.0
 *
 * Source of the ranges: IANA's registries of special-purpose addresses
 * (RFC 6890 and its updates).
 */
#include "net/address.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct range4 {
	uint32_t prefix;
	int bits;
};

static const struct range4 special4[] = {
	{0x00000000, 8}, /* this network */
	{0x0a000000, 8}, /* private */
	{0x64400000, 10}, /* shared by carriers */
	{0x7f000000, 8}, /* loopback */
	{0xa9fe0000, 16}, /* link-local: the clouds' metadata services */
	{0xac100000, 12}, /* private */
	{0xc0000000, 24}, /* protocol assignments */
	{0xc0000200, 24}, /* documentation */
	{0xc0586300, 24}, /* 6to4 relays */
	{0xc0a80000, 16}, /* private */
	{0xc6120000, 15}, /* benchmarks */
	{0xc6336400, 24}, /* documentation */
	{0xcb007100, 24}, /* documentation */
	{0xe0000000, 3}, /* multicast, reserved, broadcast */
};

static bool public4(uint32_t address)
{
	for (size_t i = 0; i < sizeof special4 / sizeof *special4; i++)
		if ((address ^ special4[i].prefix) >> (32 - special4[i].bits) == 0)
			return false;
	return true;
}

static uint32_t word_at(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static bool public6(const unsigned char a[16])
{
	static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	static const unsigned char nat64[12] = {0, 0x64, 0xff, 0x9b};

	if (!memcmp(a, mapped, 12) || !memcmp(a, nat64, 12))
		return public4(word_at(a + 12));
	if (a[0] == 0x20 && a[1] == 0x02) /* 6to4 */
		return public4(word_at(a + 2));
	if (a[0] == 0x20 && a[1] == 0x01 && a[2] < 2) /* protocol assignments, Teredo among them */
		return false;
	if (a[0] == 0x20 && a[1] == 0x01 && a[2] == 0x0d && a[3] == 0xb8) /* documentation */
		return false;
	return (a[0] & 0xe0) == 0x20; /* global unicast; all else is special or not assigned */
}

bool address_is_public(const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof v4);
		return public4(ntohl(v4.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		memcpy(&v6, address, sizeof v6);
		return public6(v6.sin6_addr.s6_addr);
	}
	return false;
}
