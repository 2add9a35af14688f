/* SPDX-License-Identifier: Apache-2.0
 *
 * Uploads in parts and signed URLs, where the server offers them: with these the
 * bytes go to the storage behind the server, and not through it.
 */
#include "api/codec.h"
#include "api/tables.h"
#include "artifact/environment.h"
#include "artifact/http.h"
#include "base/buf.h"

/* Asked once; a server that does not answer offers nothing. */
static void ask_server(struct http_repository *r, mr_call *call)
{
	const struct mr_op_desc *op = mr_op_desc_get(MR_OP_SERVER_INFO);
	struct mr_get_server_info_response *info;
	struct mr_http_request request = {.size = sizeof request,
					  .flags = MR_HTTP_NO_RETRY,
					  .body_size = -1,
					  .timeout_ms = 3000,
					  .body_max = 1 << 20};
	struct mr_http_response response = {.size = sizeof response};
	mr_error ignored;
	void *message;

	mr_error_init(&ignored);
	request.url = mr_arena_printf(call->arena, "%.*s%s", MR_STR_ARG(r->server), op->routes[0].path);
	if (!request.url.ptr || r->host->http(r->host, &request, &response, call, &ignored) != MR_OK ||
	    response.status != 200 || mr_msg_decode(op->response, response.body, call, &message, &ignored) != MR_OK)
		return;
	info = message;
	r->uploads_in_parts = info->multipart_uploads_enabled;
	r->downloads_signed = info->multipart_downloads_enabled;
}

/* The variable says it, else (for a proxy) the server does. */
static mr_code is_offered(struct http_repository *r, const char *variable, const bool *said, mr_call *call, bool *out,
			  mr_error *err)
{
	bool set;
	mr_code code = mr_environment_bool(variable, out, &set, err);

	if (code != MR_OK || set || !r->is_proxy)
		return code;
	pthread_mutex_lock(&r->lock);
	if (!r->asked)
		ask_server(r, call);
	r->asked = true;
	*out = *said;
	pthread_mutex_unlock(&r->lock);
	return MR_OK;
}

static mr_code not_offered(const char *what, mr_error *err)
{
	return mr_error_set(err, MR_NOT_IMPLEMENTED, "%s is not supported for the current artifact repository", what);
}

static mr_str folder_of(mr_str path)
{
	while (path.len && path.ptr[path.len - 1] != '/')
		path.len--;
	return mr_str_make(path.ptr, path.len ? path.len - 1 : 0);
}

static mr_str name_of(mr_str path)
{
	size_t skip = folder_of(path).len;

	skip += skip ? 1 : 0;
	return mr_str_make(path.ptr + skip, path.len - skip);
}

/* An operation of the service whose URL has the artifact's folder and whose body its name. */
static mr_code ask_about(struct http_repository *r, uint32_t operation, mr_str path, const void *request, void **answer,
			 mr_call *call, mr_error *err)
{
	const struct mr_op_desc *op = mr_op_desc_get(operation);
	struct mr_http_response response;
	mr_str url;
	mr_buf body;
	mr_code code = http_service_url(r, operation, folder_of(path), call, &url, err);

	if (code != MR_OK)
		return code;
	mr_buf_init(&body, 64 << 20);
	code = mr_msg_encode(op->request, request, MR_STYLE_PRETTY, &body, err);
	if (code == MR_OK)
		code = http_ask(r, op->routes[0].method, url, mr_buf_view(&body), &response, call, err);
	mr_buf_dispose(&body);
	if (code == MR_OK && answer)
		code = mr_msg_decode(op->response, response.body, call, answer, err);
	return code;
}

static struct mr_header *headers_of(mr_call *call, const struct mr_map_string *pairs, size_t n)
{
	struct mr_header *headers = mr_call_alloc(call, (n + 1) * sizeof *headers);

	for (size_t i = 0; headers && i < n; i++)
		headers[i] = (struct mr_header){pairs[i].key, pairs[i].value};
	return headers;
}

mr_code http_multipart_create(void *self, mr_str path, int64_t parts_n, mr_str *upload_id,
			      struct mr_artifact_part **parts, mr_call *call, mr_error *err)
{
	struct http_repository *r = self;
	struct mr_artifacts_create_multipart_upload request = {.path = name_of(path), .num_parts = parts_n};
	struct mr_artifacts_create_multipart_upload_response *answer;
	struct mr_artifact_part *made;
	void *message;
	bool offered;
	mr_code code = is_offered(r, "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", &r->uploads_in_parts, call, &offered, err);

	if (code == MR_OK && !offered)
		code = not_offered("Multipart upload", err);
	MR_SET(&request,
	       MR_ARTIFACTS_CREATE_MULTIPART_UPLOAD_HAS_PATH | MR_ARTIFACTS_CREATE_MULTIPART_UPLOAD_HAS_NUM_PARTS);
	if (code == MR_OK)
		code = ask_about(r, MR_OP_PROXY_MULTIPART_CREATE, path, &request, &message, call, err);
	if (code != MR_OK)
		return code;
	answer = message;
	if (parts_n < 0 || answer->credentials_n != (size_t)parts_n)
		return mr_error_set(err, MR_IO_ERROR, "The server gave %zu URLs for an upload in %lld parts",
				    answer->credentials_n, (long long)parts_n);
	made = mr_call_zalloc(call, (answer->credentials_n + 1) * sizeof *made);
	if (!made)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < answer->credentials_n; i++) {
		const struct mr_artifacts_multipart_upload_credential *c = answer->credentials[i];

		made[i].number = c->part_number;
		made[i].url = c->url;
		made[i].headers = headers_of(call, c->headers, c->headers_n);
		made[i].headers_n = c->headers_n;
		if (!made[i].headers)
			return mr_error_no_memory(err);
	}
	*upload_id = answer->upload_id;
	*parts = made;
	return MR_OK;
}

mr_code http_multipart_complete(void *self, mr_str path, mr_str upload_id, const struct mr_artifact_part *parts,
				size_t parts_n, mr_call *call, mr_error *err)
{
	struct mr_artifacts_complete_multipart_upload request = {.path = name_of(path), .upload_id = upload_id};
	struct mr_artifacts_multipart_upload_part *items = mr_call_zalloc(call, (parts_n + 1) * sizeof *items);
	struct mr_artifacts_multipart_upload_part **list = mr_call_zalloc(call, (parts_n + 1) * sizeof *list);

	if (!items || !list)
		return mr_error_no_memory(err);
	MR_SET(&request, MR_ARTIFACTS_COMPLETE_MULTIPART_UPLOAD_HAS_PATH);
	if (upload_id.len)
		MR_SET(&request, MR_ARTIFACTS_COMPLETE_MULTIPART_UPLOAD_HAS_UPLOAD_ID);
	for (size_t i = 0; i < parts_n; i++) {
		items[i] = (struct mr_artifacts_multipart_upload_part){
			.part_number = parts[i].number, .etag = parts[i].etag, .url = parts[i].url};
		MR_SET(&items[i], MR_ARTIFACTS_MULTIPART_UPLOAD_PART_HAS_PART_NUMBER |
					  MR_ARTIFACTS_MULTIPART_UPLOAD_PART_HAS_ETAG |
					  MR_ARTIFACTS_MULTIPART_UPLOAD_PART_HAS_URL);
		list[i] = &items[i];
	}
	request.parts = list;
	request.parts_n = parts_n;
	return ask_about(self, MR_OP_PROXY_MULTIPART_COMPLETE, path, &request, NULL, call, err);
}

mr_code http_multipart_abort(void *self, mr_str path, mr_str upload_id, mr_call *call, mr_error *err)
{
	struct mr_artifacts_abort_multipart_upload request = {.path = name_of(path), .upload_id = upload_id};

	MR_SET(&request, MR_ARTIFACTS_ABORT_MULTIPART_UPLOAD_HAS_PATH);
	if (upload_id.len)
		MR_SET(&request, MR_ARTIFACTS_ABORT_MULTIPART_UPLOAD_HAS_UPLOAD_ID);
	return ask_about(self, MR_OP_PROXY_MULTIPART_ABORT, path, &request, NULL, call, err);
}

mr_code http_presign(void *self, mr_str path, mr_str method, int64_t expires_s, struct mr_artifact_part *out,
		     mr_call *call, mr_error *err)
{
	struct http_repository *r = self;
	const struct mr_op_desc *op = mr_op_desc_get(MR_OP_PROXY_PRESIGNED_DOWNLOAD);
	struct mr_artifacts_get_presigned_download_url_response *answer;
	struct mr_http_response response;
	void *message;
	mr_str url;
	bool offered;
	mr_code code =
		is_offered(r, "MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD", &r->downloads_signed, call, &offered, err);

	(void)expires_s; /* the server decides */
	if (code == MR_OK && (!offered || !mr_str_is(method, "GET")))
		code = not_offered(offered ? "Presigned upload" : "Multipart download", err);
	if (code == MR_OK)
		code = http_service_url(r, op->id, path, call, &url, err);
	if (code == MR_OK)
		code = http_ask(r, op->routes[0].method, url, mr_str_make(NULL, 0), &response, call, err);
	if (code == MR_OK)
		code = mr_msg_decode(op->response, response.body, call, &message, err);
	if (code != MR_OK)
		return code;
	answer = message;
	*out = (struct mr_artifact_part){.url = answer->url,
					 .headers = headers_of(call, answer->headers, answer->headers_n),
					 .headers_n = answer->headers_n};
	return out->headers ? MR_OK : mr_error_no_memory(err);
}
