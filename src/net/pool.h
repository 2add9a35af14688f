/* SPDX-License-Identifier: Apache-2.0
 *
 * Idle libcurl handles, which hold the connections that are kept alive.
 */
#ifndef MR_NET_POOL_H
#define MR_NET_POOL_H

#include <curl/curl.h>
#include <millrace/types.h>

/* A handle for one transfer at a time, with the connections that it made. */
struct slot {
	CURL *easy;
	CURLM *multi; /* drives easy; owns the connections */
	bool public_only;
	char origin[280]; /* "https://host:port" of its last transfer */
	struct slot *next;
};

/* The idle slot that spoke to this origin last, else a new one. Connections
 * made for PUBLIC_ONLY were checked when they were opened, so that such slots are
 * never mixed with the others. NULL when out of memory. */
struct slot *pool_take(const char *origin, bool public_only);
/* reusable false: its connections are closed. */
void pool_give(struct slot *slot, bool reusable);

#endif
