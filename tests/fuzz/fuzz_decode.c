/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages from JSON: two bytes choose the message, the rest is its text. Any
 * text is refused with a message or becomes one that prints as JSON, reads back
 * as the same, and whose copy is the same, too.
 */
#include <stdint.h>
#include <stdlib.h>

#include "api/codec.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void print(const struct mr_msg_desc *desc, const void *message, enum mr_style style, mr_buf *out)
{
	mr_error err;

	mr_error_init(&err);
	mr_buf_init(out, SIZE_MAX);
	require(mr_msg_encode(desc, message, style, out, &err) == MR_OK);
	require(mr_utf8_valid(mr_buf_view(out)));
}

static void check_same(const struct mr_msg_desc *desc, const void *message, const mr_buf *printed, enum mr_style style)
{
	mr_buf again;

	print(desc, message, style, &again);
	require(mr_str_eq(mr_buf_view(printed), mr_buf_view(&again)));
	mr_buf_dispose(&again);
}

static void check_message(const struct mr_msg_desc *desc, const void *message, enum mr_style style, mr_call *call)
{
	void *back, *copy;
	mr_buf printed;
	mr_error err;

	mr_error_init(&err);
	print(desc, message, style, &printed);
	require(mr_msg_decode(desc, mr_buf_view(&printed), call, &back, &err) == MR_OK);
	check_same(desc, back, &printed, style);
	require(mr_msg_copy(call, desc, message, &copy, &err) == MR_OK);
	check_same(desc, copy, &printed, style);
	mr_buf_dispose(&printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct mr_msg_desc *desc = NULL;
	mr_call *call;
	mr_error err;
	uint32_t id;
	void *message;

	if (size < 2)
		return 0;
	for (id = ((uint32_t)data[0] << 8 | data[1]) % mr_messages_end; !desc; id = (id + 1) % mr_messages_end)
		desc = mr_messages[id];
	call = mr_call_new(0);
	if (!call)
		return 0;
	mr_error_init(&err);
	if (mr_msg_decode(desc, mr_str_make((const char *)data + 2, size - 2), call, &message, &err) == MR_OK) {
		require(err.code == MR_OK);
		check_message(desc, message, MR_STYLE_PRETTY, call);
		check_message(desc, message, MR_STYLE_JSONIFY, call);
	} else {
		require((err.code == MR_BAD_REQUEST || err.code == MR_INVALID_PARAMETER_VALUE) && err.length > 0);
		require(mr_utf8_valid(mr_str_make(err.message, err.length)) || err.length == sizeof err.message - 1);
	}
	mr_call_free(call);
	return 0;
}
