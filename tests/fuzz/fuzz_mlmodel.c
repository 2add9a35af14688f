/* SPDX-License-Identifier: Apache-2.0
 *
 * MLmodel: any bytes are refused with a message or become a model whose
 * signature prints, and which is written as YAML that reads back.
 */
#include <stdint.h>
#include <stdlib.h>

#include "model/mlmodel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_mlmodel *model, *again;
	mr_error err;
	mr_buf buf;

	mr_error_init(&err);
	if (mr_mlmodel_parse(mr_str_make((const char *)data, size), &model, &err)) {
		require(err.code != MR_OK && err.length > 0);
		return 0;
	}
	mr_buf_init(&buf, SIZE_MAX);
	if (model->inputs)
		mr_model_schema_print(model->inputs, &buf);
	mr_buf_clear(&buf);
	require(model->flavors_n > 0);
	require(mr_mlmodel_write(model, &buf, &err) == MR_OK);
	require(mr_mlmodel_parse(mr_buf_view(&buf), &again, &err) == MR_OK);
	require(again->flavors_n == model->flavors_n && !again->inputs == !model->inputs);
	mr_mlmodel_free(again);
	mr_mlmodel_free(model);
	mr_buf_dispose(&buf);
	return 0;
}
