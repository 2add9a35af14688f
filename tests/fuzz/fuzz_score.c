/* SPDX-License-Identifier: Apache-2.0
 *
 * Scoring requests: any bytes, against schemas of columns, of tensors and none,
 * are refused with a message or become a table that the schema takes or refuses
 * with a message, and that prints as JSON.
 */
#include <stdint.h>
#include <stdlib.h>

#include "model/enforce.h"
#include "model/scoring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static const char *const schemas[] = {
	"",
	"[{\"type\":\"double\",\"name\":\"a\"},{\"type\":\"integer\",\"name\":\"b\"},{\"type\":\"string\",\"name\":\"c\","
	"\"required\":false},{\"type\":\"datetime\",\"name\":\"d\",\"required\":false},{\"type\":\"boolean\",\"name\":\"e\","
	"\"required\":false}]",
	"[{\"type\":\"float\"},{\"type\":\"long\"}]",
	"[{\"type\":\"tensor\",\"tensor-spec\":{\"dtype\":\"float32\",\"shape\":[-1,2]}}]",
	"[{\"type\":\"tensor\",\"name\":\"a\",\"tensor-spec\":{\"dtype\":\"int64\",\"shape\":[-1]}},{\"type\":\"tensor\","
	"\"name\":\"b\",\"tensor-spec\":{\"dtype\":\"uint8\",\"shape\":[-1,2,2]}}]",
};

static void enforce(const struct mr_score_input *input, const struct mr_model_schema *schema)
{
	struct mr_table enforced;
	mr_error err;
	mr_buf out;

	mr_error_init(&err);
	mr_buf_init(&out, SIZE_MAX / 2);
	mr_score_print_data(&input->table, &out);
	mr_buf_clear(&out);
	if (!schema)
		require(mr_score_print(&input->table, input->frame, &out, &err) == MR_OK || err.length);
	else if (mr_model_enforce_inputs(schema, &input->table.schema, &input->table.array, &enforced, &err))
		require(err.length > 0);
	else {
		require(mr_score_print(&enforced, input->frame, &out, &err) == MR_OK);
		mr_table_release(&enforced);
	}
	mr_buf_dispose(&out);
}

/* The first byte says against which schema, and in which form. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	mr_arena *arena = mr_arena_new((size_t)256 << 20);
	struct mr_score_input input = {0};
	struct mr_model_schema *schema;
	mr_error err;
	mr_str body;
	mr_code code;

	if (!arena || !size)
		goto out;
	mr_error_init(&err);
	body = mr_str_make((const char *)data + 1, size - 1);
	require(!mr_model_schema_parse(mr_str_from(schemas[data[0] % 5]), arena, &schema, &err));
	code = (data[0] & 64 ? mr_score_read_csv : mr_score_read_json)(body, schema, arena, &input, &err);
	if (code)
		require(err.length > 0);
	else
		enforce(&input, schema);
	mr_table_release(&input.table);
out:
	mr_arena_free(arena);
	return 0;
}
