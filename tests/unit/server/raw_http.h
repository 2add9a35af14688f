/* SPDX-License-Identifier: Apache-2.0
 *
 * HTTP by hand: what is sent is what the test says.
 */
#ifndef MR_TEST_RAW_HTTP_H
#define MR_TEST_RAW_HTTP_H

#include <stdbool.h>
#include <stddef.h>

int raw_connect(int port);
void raw_send(int fd, const char *text);
bool raw_send_bytes(int fd, const void *bytes, size_t n); /* false when the other side is gone */
/* One answer with its body (by Content-Length or chunks, or to the end), as text;
 * the caller frees it. NULL when the connection ended before one came. */
char *raw_answer(int fd);
/* Everything until the other side closes. */
char *raw_rest(int fd);
/* A whole exchange on a connection of its own, which asks for it to be closed. body NULL: none. */
char *raw_ask(int port, const char *method, const char *target, const char *headers, const char *body);
int raw_status(const char *answer); /* 0: none */
const char *raw_body(const char *answer); /* "" when there is none */
bool raw_has(const char *answer, const char *header_line); /* without regard to case */

#endif
