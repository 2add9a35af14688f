/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages from and to JSON, driven by their descriptions. The rules are
 * protobuf's JSON mapping as MLflow uses it (../shared/reference/mlflow-rest.md
 * 2.1 and 2.2): int64 as number or text in, number out; NaN and infinities as
 * texts; enums by name or number; snake_case and camelCase names; unknown
 * fields ignored; null is absent.
 */
#ifndef MR_API_CODEC_H
#define MR_API_CODEC_H

#include "api/call.h"
#include "api/tables.h"
#include "base/json.h"

/* ---- decoding ---- */

/* text is UTF-8 JSON; the message holds nothing of it. Any error names the field and the value. */
mr_code mr_msg_decode(const struct mr_msg_desc *desc, mr_str text, mr_call *call, void **out, mr_error *err);

/* ---- encoding ---- */

/* Appends the object; in MR_STYLE_JSONIFY with a newline, as Flask ends a document. */
mr_code mr_msg_encode(const struct mr_msg_desc *desc, const void *message, enum mr_style style, mr_buf *out,
		      mr_error *err);

/* A response whose rows come one at a time: begin writes up to the rows, row
 * appends one, end writes what is left of the response. With no row the field is
 * left out, as MLflow leaves out empty ones (MR_STYLE_JSONIFY writes []). */
struct mr_encoder {
	const struct mr_op_desc *op;
	mr_buf *out;
	size_t rows;
};
void mr_encode_begin(struct mr_encoder *encoder, const struct mr_op_desc *op, mr_buf *out);
mr_code mr_encode_row(struct mr_encoder *encoder, const void *row, mr_error *err);
/* The same as an mr_emit_fn: call->emit = mr_encode_emit, call->emit_arg = &encoder. */
mr_code mr_encode_emit(void *encoder, const void *row, mr_error *err);
mr_code mr_encode_end(struct mr_encoder *encoder, const void *response, mr_error *err);

/* MLflow's body of an error: {"error_code": ..., "message": ..., "sqlstate": ..., "error_class": ...}. */
void mr_error_encode(const mr_error *error, mr_buf *out);
/* The error of such a body, or of any other body with this status. */
void mr_error_decode(int http_status, mr_str body, mr_str endpoint, mr_error *out);

#endif
