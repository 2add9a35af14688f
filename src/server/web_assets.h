// SPDX-License-Identifier: Apache-2.0
/*
 * The files of the web pages, as the build put them into the program (web/CMakeLists.txt makes the table).
 *
 * All of it is constant data for the life of the program: nothing is owned, nothing is freed, any thread may read it.
 */
#ifndef MR_SERVER_WEB_ASSETS_H
#define MR_SERVER_WEB_ASSETS_H

#include <stddef.h>

struct mr_web_asset {
	const char *path;	  // below the server's prefix: "/" for the page itself, else "/static-files/…"
	const char *content_type; // with the charset where there is one
	const char *etag;	  // strong, with its quotes; of the uncompressed bytes
	const unsigned char *data;
	size_t len;
	const unsigned char *gz; // the same bytes compressed with gzip; a server names another ETag for them
	size_t gz_len;
	int immutable; // its name changes with its contents, so a browser may keep it for ever
};

// Sorted by path, in the order of strcmp.
extern const struct mr_web_asset mr_web_assets[];
extern const size_t mr_web_assets_count;

#endif
