/* SPDX-License-Identifier: Apache-2.0
 *
 * What the process of a store answers: any bytes end in an answer whose body is whole, or in an error.
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/call.h"
#include "store/child/child.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SIZE_MAX_IN = 32 << 10 }; /* fits into the socket's buffer */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct mr_wire_request request = {.parts = {.method = "GET", .target = mr_str_from("/")}};
	struct mr_http_response response = {.size = sizeof response};
	bool reusable, unanswered;
	mr_call *call;
	mr_error err;
	int pair[2];
	mr_code code;

	if (size > SIZE_MAX_IN || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		return 0;
	call = mr_call_new(1 << 20);
	if (!call || write(pair[1], data, size) != (ssize_t)size)
		abort();
	shutdown(pair[1], SHUT_WR);
	mr_error_init(&err);
	code = child_talk(pair[0], &request, &response, &reusable, &unanswered, call, &err);
	if (code == MR_OK ? response.body.len > size || (response.body.len && response.body.ptr[response.body.len]) : err.length == 0)
		abort();
	mr_call_free(call);
	close(pair[0]);
	close(pair[1]);
	return 0;
}
