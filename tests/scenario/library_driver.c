/* SPDX-License-Identifier: Apache-2.0
 *
 * The library on the end of a pipe: reads one JSON object a line, does what it
 * says with the stores and repositories that a URI names, and prints one line
 * with the result or the error. Python tests drive it (_library.py says how).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/codec.h"
#include "artifact/transfer.h"
#include "base/error.h"
#include "base/json.h"
#include "client/builtins.h"
#include "plugin/handle.h"

struct driver {
	mr_call *call;
	const mr_json *in;
	mr_json_writer out;
};

static mr_str text(const struct driver *d, const char *key)
{
	return mr_json_str(mr_json_get(d->in, key), mr_str_from(""));
}

/* ---- stores ---- */

static mr_code decode_request(struct driver *d, const struct mr_op_desc *op, void **request, mr_error *err)
{
	const mr_json *tree = mr_json_get(d->in, "request");
	mr_json_writer writer;
	mr_buf buf;
	mr_str json;

	mr_buf_init(&buf, 64 << 20);
	mr_json_write_init(&writer, &buf, MR_JSON_COMPACT);
	mr_json_write_tree(&writer, tree);
	json = mr_call_copy(d->call, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return mr_msg_decode(op->request, json, d->call, request, err);
}

static mr_code invoke(struct driver *d, mr_error *err)
{
	const struct mr_op_desc *op = mr_op_desc_by_name(text(d, "operation"));
	mr_store_handle *store = NULL;
	void *request, *response;
	mr_code code;
	mr_buf buf;

	if (!op)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "no such operation");
	response = mr_msg_new(d->call, op->response);
	code = mr_store_handle_open(op->side, text(d, "uri"), mr_str_from(""), &store, err);
	if (code == MR_OK)
		code = decode_request(d, op, &request, err);
	if (code == MR_OK)
		code = mr_store_call(store, op, request, response, d->call, err);
	mr_store_handle_close(store);
	if (code != MR_OK)
		return code;
	mr_buf_init(&buf, 256 << 20);
	code = mr_msg_encode(op->response, response, MR_STYLE_JSONIFY, &buf, err);
	mr_json_write_key(&d->out, mr_str_from("response"));
	while (buf.len && buf.ptr[buf.len - 1] == '\n') /* an answer is one line */
		buf.len--;
	mr_json_write_raw(&d->out, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return code;
}

static mr_code operations(struct driver *d, mr_error *err)
{
	(void)err;
	mr_json_write_key(&d->out, mr_str_from("operations"));
	mr_json_write_begin(&d->out, '{');
	for (uint32_t i = 0; i < mr_operations_end; i++) {
		const struct mr_op_desc *op = mr_operations[i];

		if (!op || op->side == MR_SIDE_SERVER || !op->routes_n)
			continue;
		mr_json_write_key(&d->out, mr_str_from(op->name));
		mr_json_write_string(&d->out, mr_str_from(op->routes[0].path));
	}
	mr_json_write_end(&d->out, '}');
	return MR_OK;
}

/* ---- artifacts ---- */

static mr_code print_info(void *arg, const struct mr_artifact_info *info, mr_error *err)
{
	mr_json_writer *out = arg;

	(void)err;
	mr_json_write_begin(out, '[');
	mr_json_write_string(out, info->path);
	mr_json_write_bool(out, info->is_dir);
	mr_json_write_int(out, info->size);
	mr_json_write_end(out, ']');
	return MR_OK;
}

static mr_code list(struct driver *d, mr_artifact_handle *repository, mr_error *err)
{
	void *self;
	const struct mr_artifact_repository_ops *ops = mr_artifact_handle_ops(repository, &self);
	mr_code code;

	mr_json_write_key(&d->out, mr_str_from("files"));
	mr_json_write_begin(&d->out, '[');
	code = ops->list(self, text(d, "path"), print_info, &d->out, d->call, err);
	mr_json_write_end(&d->out, ']');
	return code;
}

static mr_code download(struct driver *d, mr_artifact_handle *repository, mr_error *err)
{
	struct mr_transfer transfer = {.call = d->call};
	mr_str where;
	mr_code code = mr_transfer_download(repository, text(d, "path"), text(d, "local"), &transfer, d->call->arena,
					    &where, err);

	if (code != MR_OK)
		return code;
	mr_json_write_key(&d->out, mr_str_from("local"));
	mr_json_write_string(&d->out, where);
	return MR_OK;
}

static mr_code artifact(struct driver *d, mr_str what, mr_error *err)
{
	struct mr_transfer transfer = {.call = d->call};
	const struct mr_artifact_repository_ops *ops;
	mr_artifact_handle *repository = NULL;
	void *self;
	mr_code code = mr_artifact_handle_open(text(d, "uri"), &repository, err);

	if (code != MR_OK)
		return code;
	ops = mr_artifact_handle_ops(repository, &self);
	if (mr_str_is(what, "list"))
		code = list(d, repository, err);
	else if (mr_str_is(what, "upload"))
		code = mr_transfer_upload(repository, text(d, "local"), text(d, "path"), &transfer, err);
	else if (mr_str_is(what, "download"))
		code = download(d, repository, err);
	else if (mr_str_is(what, "remove"))
		code = ops->remove(self, text(d, "path"), d->call, err);
	else
		code = mr_error_set(err, MR_NOT_IMPLEMENTED, "what is '%.*s'?", MR_STR_ARG(what));
	mr_artifact_handle_close(repository);
	return code;
}

/* ---- a line ---- */

static mr_code obey(struct driver *d, mr_error *err)
{
	mr_str what = text(d, "do");

	if (mr_str_is(what, "invoke"))
		return invoke(d, err);
	if (mr_str_is(what, "operations"))
		return operations(d, err);
	return artifact(d, what, err);
}

/* Of this program: what getrusage says begins with what the process was before exec. */
static long peak_kb(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];
	long kb = -1;

	while (status && fgets(line, sizeof line, status))
		if (sscanf(line, "VmHWM: %ld", &kb) == 1)
			break;
	if (status)
		fclose(status);
	return kb;
}

static void answer(struct driver *d, mr_str line)
{
	mr_json *tree = NULL;
	mr_buf buf;
	mr_error err;
	mr_code code;

	mr_call_reset(d->call);
	mr_error_init(&err);
	mr_buf_init(&buf, 512 << 20);
	mr_json_write_init(&d->out, &buf, MR_JSON_COMPACT);
	mr_json_write_begin(&d->out, '{');
	code = mr_json_parse(line, d->call->arena, &tree, &err);
	d->in = tree;
	if (code == MR_OK) {
		mr_host_set_uris(text(d, "tracking_uri"), text(d, "registry_uri"));
		code = obey(d, &err);
	}
	mr_json_write_key(&d->out, mr_str_from("peak_kb"));
	mr_json_write_int(&d->out, peak_kb());
	if (code != MR_OK) {
		mr_json_write_key(&d->out, mr_str_from("error_code"));
		mr_json_write_string(&d->out, mr_str_from(mr_code_name(code)));
		mr_json_write_key(&d->out, mr_str_from("message"));
		mr_json_write_string(&d->out, mr_str_make(err.message, err.length));
	}
	mr_json_write_end(&d->out, '}');
	printf("%.*s\n", MR_STR_ARG(mr_buf_view(&buf)));
	fflush(stdout);
	mr_buf_dispose(&buf);
}

int main(void)
{
	struct driver d = {.call = mr_call_new((size_t)512 << 20)};
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (!d.call)
		return 1;
	mr_builtins_register();
	while ((n = getline(&line, &room, stdin)) > 0)
		answer(&d, mr_str_make(line, (size_t)n));
	free(line);
	mr_call_free(d.call);
	return 0;
}
