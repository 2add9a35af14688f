/* SPDX-License-Identifier: Apache-2.0
 *
 * The artifact operations that answer with JSON, and which function answers
 * which. They look a root up in a store and ask a repository, so they run in
 * the pool for artifacts.
 */
#include "server/artifacts.h"

#include <millrace/gen/messages.h>

#include "base/json.h"
#include "base/os.h"
#include "base/uri.h"
#include "base/utf8.h"

enum { UPLOAD_URL_SECONDS = 900, DOWNLOAD_URL_SECONDS = 300, DOWNLOAD_URL_SECONDS_MAX = 604800 };

/* ---- roots ---- */

static mr_code ask(struct backend *backend, const struct mr_op_desc *op, const void *request, mr_call *call, void **out,
		   mr_error *err)
{
	*out = mr_msg_new(call, op->response);
	if (!*out)
		return mr_error_no_memory(err);
	if (!backend->store)
		return mr_error_set(err, MR_NOT_IMPLEMENTED, "This server has no store (--artifacts-only)");
	return mr_store_call(backend->store, op, request, *out, call, err);
}

mr_code artifacts_run_root(mr_server *server, mr_str run_id, mr_call *call, mr_str *out, mr_error *err)
{
	struct mr_get_run request = {.has = MR_GET_RUN_HAS_RUN_ID, .run_id = run_id};
	struct mr_get_run_response *response;

	if (ask(&server->tracking, &mr_op_get_run, &request, call, (void **)&response, err) != MR_OK)
		return err->code;
	if (!response->run || !response->run->info)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The store gave a run without its info");
	*out = response->run->info->artifact_uri;
	return MR_OK;
}

mr_code artifacts_logged_model_root(mr_server *server, mr_str model_id, mr_call *call, mr_str *out, mr_error *err)
{
	struct mr_get_logged_model request = {.has = MR_GET_LOGGED_MODEL_HAS_MODEL_ID, .model_id = model_id};
	struct mr_get_logged_model_response *response;

	if (ask(&server->tracking, &mr_op_get_logged_model, &request, call, (void **)&response, err) != MR_OK)
		return err->code;
	if (!response->model || !response->model->info)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The store gave a logged model without its info");
	*out = response->model->info->artifact_uri;
	return MR_OK;
}

mr_code artifacts_model_version_root(mr_server *server, mr_str name, mr_str version, mr_call *call, mr_str *out,
				     mr_error *err)
{
	struct mr_get_model_version_download_uri request = {
		.has = MR_GET_MODEL_VERSION_DOWNLOAD_URI_HAS_NAME | MR_GET_MODEL_VERSION_DOWNLOAD_URI_HAS_VERSION,
		.name = name,
		.version = version,
	};
	struct mr_get_model_version_download_uri_response *response;

	if (ask(&server->registry, &mr_op_get_model_version_download_uri, &request, call, (void **)&response, err) !=
	    MR_OK)
		return err->code;
	*out = response->artifact_uri;
	return MR_OK;
}

/* ---- paths ---- */

static bool is_dot(const char *segment, size_t len)
{
	return len == 1 && segment[0] == '.';
}

/* Tidies for reading: no "." and no empty segments, no slash at the end. */
static mr_str tidy(mr_call *call, mr_str given)
{
	char *out = mr_call_alloc(call, given.len + 1);
	size_t n = 0, from = 0;

	if (!out)
		return mr_str_make(NULL, 0);
	for (size_t i = 0; i <= given.len; i++) {
		size_t len = i - from;

		if (i < given.len && given.ptr[i] != '/')
			continue;
		if (len && !is_dot(given.ptr + from, len)) {
			if (n)
				out[n++] = '/';
			memcpy(out + n, given.ptr + from, len);
			n += len;
		}
		from = i + 1;
	}
	out[n] = 0;
	return mr_str_make(out, n);
}

mr_code artifacts_check_path(mr_call *call, mr_str given, bool may_be_empty, mr_str *out, mr_error *err)
{
	bool bad = (given.len && given.ptr[0] == '/') || (given.len > 5 && memcmp(given.ptr, "file:", 5) == 0) ||
		   (given.len && !mr_utf8_valid(given));

	for (size_t i = 0; i < given.len; i++)
		bad |= (unsigned char)given.ptr[i] < ' ' || given.ptr[i] == 0x7f;
	if (bad)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid path");
	*out = tidy(call, given);
	return out->ptr ? mr_artifact_path_check(*out, may_be_empty, err) : mr_error_no_memory(err);
}

mr_code artifacts_proxy_path(struct job *job, mr_str *given, mr_str *out, mr_error *err)
{
	mr_str raw = job->route.params_n ? job->route.params[0].value : mr_str_make(NULL, 0);
	mr_error bad;

	mr_error_init(&bad);
	if (mr_uri_decode(job->call->arena, raw, given, &bad) != MR_OK)
		return mr_error_set(err, bad.code, "%s",
				    bad.code == MR_INVALID_PARAMETER_VALUE ? "Invalid path" : bad.message);
	return artifacts_check_path(job->call, *given, true, out, err);
}

/* ---- listing ---- */

struct listing {
	mr_call *call;
	mr_str below; /* what stands before the names in the answer; empty: the bare names */
	struct mr_file_info **files;
	size_t n, room;
};

static mr_str base_name(mr_str path)
{
	const char *slash = memrchr(path.ptr ? path.ptr : "", '/', path.len);

	return slash ? mr_str_make(slash + 1, path.len - (size_t)(slash + 1 - path.ptr)) : path;
}

static mr_code add_file(void *arg, const struct mr_artifact_info *info, mr_error *err)
{
	struct listing *listing = arg;
	mr_arena *arena = listing->call->arena;
	struct mr_file_info *file = mr_msg_new(listing->call, &mr_desc_file_info);
	mr_str name = base_name(info->path);

	if (listing->n == listing->room) {
		size_t room = listing->room ? 2 * listing->room : 32;

		listing->files = mr_arena_grow(arena, listing->files, listing->room * sizeof listing->files[0],
					       room * sizeof listing->files[0]);
		listing->room = room;
	}
	if (!file || !listing->files)
		return mr_error_no_memory(err);
	file->path = listing->below.len
			     ? mr_arena_printf(arena, "%.*s/%.*s", MR_STR_ARG(listing->below), MR_STR_ARG(name))
			     : mr_arena_copy(arena, name);
	file->is_dir = info->is_dir;
	file->has = MR_FILE_INFO_HAS_PATH | MR_FILE_INFO_HAS_IS_DIR;
	if (!info->is_dir && info->size > 0) { /* MLflow leaves an empty file's size out */
		file->file_size = info->size;
		file->has |= MR_FILE_INFO_HAS_FILE_SIZE;
	}
	listing->files[listing->n++] = file;
	return file->path.ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code list_place(struct place *place, mr_call *call, mr_str below, struct listing *out, mr_error *err)
{
	mr_code code;

	*out = (struct listing){.call = call, .below = below};
	code = place->ops->list(place->self, place->path, add_file, out, call, err);
	place_close(place);
	return code;
}

/* A folder below the root of a run or logged model. */
static mr_code list_root(struct job *job, mr_str root, mr_str given, struct listing *out, mr_error *err)
{
	struct place place;
	mr_str path;

	if (artifacts_check_path(job->call, given, true, &path, err) != MR_OK ||
	    place_open(job->server, root, path, job->call, &place, err) != MR_OK)
		return err->code;
	return list_place(&place, job->call, path, out, err);
}

static mr_code list_run(struct job *job, mr_error *err)
{
	const struct mr_list_artifacts *request = job->request;
	struct mr_list_artifacts_response *response = mr_msg_new(job->call, job->op->response);
	struct listing listing;
	mr_str path;

	job->response = response;
	if (!response)
		return mr_error_no_memory(err);
	if (artifacts_check_path(job->call, request->path, true, &path, err) != MR_OK ||
	    artifacts_run_root(job->server, request->run_id, job->call, &response->root_uri, err) != MR_OK ||
	    list_root(job, response->root_uri, path, &listing, err) != MR_OK)
		return err->code;
	response->has |= MR_LIST_ARTIFACTS_RESPONSE_HAS_ROOT_URI;
	response->files = listing.files;
	response->files_n = listing.n;
	return MR_OK;
}

static mr_code list_logged_model(struct job *job, mr_error *err)
{
	const struct mr_list_logged_model_artifacts *request = job->request;
	struct mr_list_logged_model_artifacts_response *response = mr_msg_new(job->call, job->op->response);
	struct listing listing;
	mr_str path;

	job->response = response;
	if (!response)
		return mr_error_no_memory(err);
	if (artifacts_check_path(job->call, request->artifact_directory_path, true, &path, err) != MR_OK ||
	    artifacts_logged_model_root(job->server, request->model_id, job->call, &response->root_uri, err) != MR_OK ||
	    list_root(job, response->root_uri, path, &listing, err) != MR_OK)
		return err->code;
	response->has |= MR_LIST_LOGGED_MODEL_ARTIFACTS_RESPONSE_HAS_ROOT_URI;
	response->files = listing.files;
	response->files_n = listing.n;
	return MR_OK;
}

static mr_code list_proxy(struct job *job, mr_error *err)
{
	const struct mr_artifacts_list_artifacts *request = job->request;
	struct mr_artifacts_list_artifacts_response *response = mr_msg_new(job->call, job->op->response);
	struct listing listing;
	struct place place;
	mr_str path;

	job->response = response;
	if (!response)
		return mr_error_no_memory(err);
	if (artifacts_check_path(job->call, request->path, true, &path, err) != MR_OK ||
	    place_open_destination(job->server, path, job->call, &place, err) != MR_OK ||
	    list_place(&place, job->call, mr_str_make(NULL, 0), &listing, err) != MR_OK)
		return err->code;
	response->files = mr_call_zalloc(job->call, (listing.n + 1) * sizeof response->files[0]);
	for (size_t i = 0; response->files && i < listing.n; i++) {
		struct mr_artifacts_file_info *file = mr_msg_new(job->call, &mr_desc_artifacts_file_info);

		if (!file)
			return mr_error_no_memory(err);
		file->has = listing.files[i]->has; /* the same fields in the same order */
		file->path = listing.files[i]->path;
		file->is_dir = listing.files[i]->is_dir;
		file->file_size = listing.files[i]->file_size;
		response->files[i] = file;
	}
	response->files_n = listing.n;
	return response->files ? MR_OK : mr_error_no_memory(err);
}

/* "folder/." for "folder": fine for reading, but who removes something should name it. */
static bool ends_with_dot(mr_str path)
{
	return path.len && path.ptr[path.len - 1] == '.' && (path.len == 1 || path.ptr[path.len - 2] == '/');
}

static mr_code delete_proxy(struct job *job, mr_error *err)
{
	struct place place;
	mr_str given, path;
	mr_code code;

	job->response = mr_msg_new(job->call, job->op->response);
	if (!job->response)
		return mr_error_no_memory(err);
	if (artifacts_proxy_path(job, &given, &path, err) != MR_OK)
		return err->code;
	if (path.len == 0 || ends_with_dot(given)) /* "." alone would be everything that everybody has */
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "Invalid path");
	if (place_open_destination(job->server, path, job->call, &place, err) != MR_OK)
		return err->code;
	code = place.ops->remove(place.self, place.path, job->call, err);
	place_close(&place);
	return code;
}

/* ---- uploads in parts, signed URLs ---- */

static mr_code unsupported(const char *what, mr_error *err)
{
	return mr_error_set(err, MR_NOT_IMPLEMENTED, "%s is not supported for the current artifact repository", what);
}

static mr_code header_map(mr_call *call, const struct mr_artifact_part *part, struct mr_map_string **out, size_t *n,
			  mr_error *err)
{
	*out = mr_call_zalloc(call, (part->headers_n + 1) * sizeof **out);
	if (!*out)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < part->headers_n; i++)
		(*out)[i] = (struct mr_map_string){part->headers[i].name, part->headers[i].value};
	*n = part->headers_n;
	return MR_OK;
}

static mr_code fill_credentials(struct job *job, struct mr_artifacts_create_multipart_upload_response *response,
				const struct mr_artifact_part *parts, size_t n, mr_error *err)
{
	response->credentials = mr_call_zalloc(job->call, (n + 1) * sizeof response->credentials[0]);
	if (!response->credentials)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < n; i++) {
		struct mr_artifacts_multipart_upload_credential *credential =
			mr_msg_new(job->call, &mr_desc_artifacts_multipart_upload_credential);

		if (!credential)
			return mr_error_no_memory(err);
		credential->has = MR_ARTIFACTS_MULTIPART_UPLOAD_CREDENTIAL_HAS_URL |
				  MR_ARTIFACTS_MULTIPART_UPLOAD_CREDENTIAL_HAS_PART_NUMBER;
		credential->url = parts[i].url;
		credential->part_number = parts[i].number;
		if (header_map(job->call, &parts[i], &credential->headers, &credential->headers_n, err) != MR_OK)
			return err->code;
		response->credentials[i] = credential;
	}
	response->credentials_n = n;
	return MR_OK;
}

/* The path in the route names the folder, "path" the file in it. */
static mr_code multipart_path(struct job *job, mr_str name, mr_str *out, mr_error *err)
{
	mr_str given, folder;

	if (artifacts_proxy_path(job, &given, &folder, err) != MR_OK ||
	    artifacts_check_path(job->call, base_name(name), false, &name, err) != MR_OK)
		return err->code;
	*out = mr_arena_printf(job->call->arena, "%.*s/%.*s", MR_STR_ARG(folder), MR_STR_ARG(name));
	return out->ptr ? MR_OK : mr_error_no_memory(err);
}

static mr_code open_multipart(struct job *job, mr_str name, struct place *place, mr_error *err)
{
	mr_str path;

	if (multipart_path(job, name, &path, err) != MR_OK)
		return err->code;
	if (place_open_destination(job->server, path, job->call, place, err) != MR_OK)
		return err->code;
	return MR_ARTIFACT_HAS(place->repository, multipart_create) ? MR_OK : unsupported("Multipart upload", err);
}

static mr_code create_multipart(struct job *job, mr_error *err)
{
	const struct mr_artifacts_create_multipart_upload *request = job->request;
	struct mr_artifacts_create_multipart_upload_response *response = mr_msg_new(job->call, job->op->response);
	struct mr_artifact_part *parts = NULL;
	struct place place;
	mr_code code;

	job->response = response;
	if (!response)
		return mr_error_no_memory(err);
	if (open_multipart(job, request->path, &place, err) != MR_OK)
		return err->code;
	code = place.ops->multipart_create(place.self, place.path, request->num_parts, &response->upload_id, &parts,
					   job->call, err);
	place_close(&place);
	if (code != MR_OK)
		return code;
	if (response->upload_id.len)
		response->has |= MR_ARTIFACTS_CREATE_MULTIPART_UPLOAD_RESPONSE_HAS_UPLOAD_ID;
	return fill_credentials(job, response, parts, (size_t)request->num_parts, err);
}

static mr_code complete_multipart(struct job *job, mr_error *err)
{
	const struct mr_artifacts_complete_multipart_upload *request = job->request;
	struct mr_artifact_part *parts = mr_call_zalloc(job->call, (request->parts_n + 1) * sizeof *parts);
	struct place place;
	mr_code code;

	job->response = mr_msg_new(job->call, job->op->response);
	if (!parts || !job->response)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < request->parts_n; i++) {
		parts[i].number = request->parts[i]->part_number;
		parts[i].etag = request->parts[i]->etag;
		parts[i].url = request->parts[i]->url;
	}
	if (open_multipart(job, request->path, &place, err) != MR_OK)
		return err->code;
	code = place.ops->multipart_complete(place.self, place.path, request->upload_id, parts, request->parts_n,
					     job->call, err);
	place_close(&place);
	return code;
}

static mr_code abort_multipart(struct job *job, mr_error *err)
{
	const struct mr_artifacts_abort_multipart_upload *request = job->request;
	struct place place;
	mr_code code;

	job->response = mr_msg_new(job->call, job->op->response);
	if (!job->response)
		return mr_error_no_memory(err);
	if (open_multipart(job, request->path, &place, err) != MR_OK)
		return err->code;
	code = place.ops->multipart_abort(place.self, place.path, request->upload_id, job->call, err);
	place_close(&place);
	return code;
}

static int64_t download_url_seconds(void)
{
	const char *text = mr_getenv("MLFLOW_PRESIGNED_DOWNLOAD_URL_TTL_SECONDS");
	int64_t seconds;

	return text && mr_parse_int64(mr_str_from(text), &seconds) ? seconds : DOWNLOAD_URL_SECONDS;
}

static mr_code presign(struct job *job, struct place *place, const char *method, int64_t seconds, const char *what,
		       struct mr_artifact_part *part, mr_error *err)
{
	mr_code code;

	memset(part, 0, sizeof *part);
	code = MR_ARTIFACT_HAS(place->repository, presign)
		       ? place->ops->presign(place->self, place->path, mr_str_from(method), seconds, part, job->call,
					     err)
		       : unsupported(what, err);
	place_close(place);
	return code;
}

static mr_code presign_proxy_download(struct job *job, mr_error *err)
{
	struct mr_artifacts_get_presigned_download_url_response *response = mr_msg_new(job->call, job->op->response);
	struct mr_artifact_part part;
	struct place place;
	mr_str given, path;

	job->response = response;
	if (!response)
		return mr_error_no_memory(err);
	if (artifacts_proxy_path(job, &given, &path, err) != MR_OK ||
	    place_open_destination(job->server, path, job->call, &place, err) != MR_OK ||
	    presign(job, &place, "GET", download_url_seconds(), "Multipart download", &part, err) != MR_OK)
		return err->code;
	response->url = part.url;
	response->has |= MR_ARTIFACTS_GET_PRESIGNED_DOWNLOAD_URL_RESPONSE_HAS_URL;
	return header_map(job->call, &part, &response->headers, &response->headers_n, err);
}

/* Signing is for clients that talk to the storage themselves. */
static mr_code refuse_proxied(mr_str root, const char *upload, mr_error *err)
{
	static const char *const proxied[] = {"http", "https", "mlflow-artifacts"};

	for (size_t i = 0; i < sizeof proxied / sizeof proxied[0]; i++) {
		size_t len = strlen(proxied[i]);

		if (root.len <= len || memcmp(root.ptr, proxied[i], len) != 0 || root.ptr[len] != ':')
			continue;
		if (upload)
			return mr_error_set(
				err, MR_INVALID_PARAMETER_VALUE,
				"Presigned upload is not supported for proxied artifact storage (artifact URI "
				"scheme: %s). This endpoint requires a direct cloud storage artifact URI.",
				proxied[i]);
		return mr_error_set(
			err, MR_INVALID_PARAMETER_VALUE,
			"Presigned download is not supported for runs with proxied artifact storage (artifact URI "
			"scheme: %s). This endpoint requires a run with a direct cloud storage artifact URI.",
			proxied[i]);
	}
	return MR_OK;
}

static mr_code presign_upload(struct job *job, mr_error *err)
{
	const struct mr_create_presigned_upload_url *request = job->request;
	struct mr_create_presigned_upload_url_response *response = mr_msg_new(job->call, job->op->response);
	int64_t seconds = MR_HAS(request, MR_CREATE_PRESIGNED_UPLOAD_URL_HAS_EXPIRATION) ? request->expiration
											 : UPLOAD_URL_SECONDS;
	struct mr_artifact_part part;
	struct place place;
	mr_str path, root;

	job->response = response;
	if (!response)
		return mr_error_no_memory(err);
	if ((request->run_id.len != 0) == (request->model_id.len != 0))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Exactly one of run_id and model_id must be provided.");
	if (artifacts_check_path(job->call, request->path, false, &path, err) != MR_OK ||
	    (request->run_id.len
		     ? artifacts_run_root(job->server, request->run_id, job->call, &root, err)
		     : artifacts_logged_model_root(job->server, request->model_id, job->call, &root, err)) != MR_OK ||
	    refuse_proxied(root, "upload", err) != MR_OK ||
	    place_open(job->server, root, path, job->call, &place, err) != MR_OK ||
	    presign(job, &place, "PUT", seconds, "Presigned upload", &part, err) != MR_OK)
		return err->code;
	response->presigned_url = part.url;
	response->has |= MR_CREATE_PRESIGNED_UPLOAD_URL_RESPONSE_HAS_PRESIGNED_URL;
	return header_map(job->call, &part, &response->headers, &response->headers_n, err);
}

static mr_code presign_download(struct job *job, mr_error *err)
{
	const struct mr_create_presigned_download_url *request = job->request;
	struct mr_create_presigned_download_url_response *response = mr_msg_new(job->call, job->op->response);
	int64_t seconds = MR_HAS(request, MR_CREATE_PRESIGNED_DOWNLOAD_URL_HAS_EXPIRATION) ? request->expiration
											   : download_url_seconds();
	struct mr_artifact_part part;
	struct place place;
	mr_str path, root;

	job->response = response;
	if (!response)
		return mr_error_no_memory(err);
	if (artifacts_check_path(job->call, request->path, false, &path, err) != MR_OK)
		return err->code;
	if (seconds < 1 || seconds > DOWNLOAD_URL_SECONDS_MAX)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "expiration must be between 1 and %d seconds (got %lld).", DOWNLOAD_URL_SECONDS_MAX,
				    (long long)seconds);
	if (artifacts_run_root(job->server, request->run_id, job->call, &root, err) != MR_OK ||
	    refuse_proxied(root, NULL, err) != MR_OK ||
	    place_open(job->server, root, path, job->call, &place, err) != MR_OK ||
	    presign(job, &place, "GET", seconds, "Presigned download", &part, err) != MR_OK)
		return err->code;
	response->presigned_url = part.url;
	response->has |= MR_CREATE_PRESIGNED_DOWNLOAD_URL_RESPONSE_HAS_PRESIGNED_URL;
	return header_map(job->call, &part, &response->headers, &response->headers_n, err);
}

/* ---- downloads ---- */

/* given: as the client wrote it, for the message about a missing one, which MLflow gives as seen from the destination.
 */
static mr_code start_download(struct job *job, mr_str root, mr_str given, mr_error *err)
{
	mr_arena *arena = job->call->arena;
	struct place place;
	mr_str path, below;

	if (artifacts_check_path(job->call, given, true, &path, err) != MR_OK ||
	    place_open(job->server, root, path, job->call, &place, err) != MR_OK)
		return err->code;
	if (place_proxied_path(job->server, root, &below))
		given = mr_arena_printf(arena, "%.*s/%.*s", MR_STR_ARG(below), MR_STR_ARG(given));
	return download_open(job, &place, given, err);
}

static mr_code download_proxy(struct job *job, mr_error *err)
{
	struct place place;
	mr_str given, path;

	if (artifacts_proxy_path(job, &given, &path, err) != MR_OK ||
	    place_open_destination(job->server, path, job->call, &place, err) != MR_OK)
		return err->code;
	return download_open(job, &place, given, err);
}

static mr_code download_of_run(struct job *job, mr_error *err)
{
	const struct mr_get_artifact *request = job->request;
	mr_str run_id = request->run_id.len ? request->run_id : request->run_uuid, root, path;

	if (run_id.len == 0)
		run_id = mr_str_from("None"); /* as MLflow looks it up, and does not find it */
	if (artifacts_check_path(job->call, request->path, true, &path, err) != MR_OK ||
	    artifacts_run_root(job->server, run_id, job->call, &root, err) != MR_OK)
		return err->code;
	return start_download(job, root, request->path, err);
}

static mr_code download_of_model_version(struct job *job, mr_error *err)
{
	const struct mr_get_model_version_artifact *request = job->request;
	mr_str root, path;

	if (artifacts_check_path(job->call, request->path, true, &path, err) != MR_OK ||
	    artifacts_model_version_root(job->server, request->name, request->version, job->call, &root, err) != MR_OK)
		return err->code;
	return start_download(job, root, request->path, err);
}

static mr_code download_of_logged_model(struct job *job, mr_error *err)
{
	const struct mr_get_logged_model_artifact *request = job->request;
	mr_str root, path;

	if (request->artifact_file_path.len == 0)
		return mr_error_set(err, MR_BAD_REQUEST,
				    "Request must include the \"artifact_file_path\" query parameter.");
	if (artifacts_check_path(job->call, request->artifact_file_path, true, &path, err) != MR_OK ||
	    artifacts_logged_model_root(job->server, request->model_id, job->call, &root, err) != MR_OK)
		return err->code;
	return start_download(job, root, request->artifact_file_path, err);
}

/* ---- the server itself ---- */

static const char *store_type(const mr_server *server)
{
	static const char *const sql[] = {"sqlite", "postgresql", "mysql", "mssql"};
	mr_error ignored;
	mr_str dialect;
	mr_uri uri;

	mr_error_init(&ignored);
	if (!server->tracking.store || mr_uri_parse(mr_store_uri(server->tracking.store), &uri, &ignored) != MR_OK)
		return NULL;
	dialect = mr_uri_dialect(&uri);
	for (size_t i = 0; i < sizeof sql / sizeof sql[0]; i++) {
		if (mr_str_is(dialect, sql[i]))
			return "SqlStore";
	}
	return dialect.len == 0 || mr_str_is(dialect, "file") ? "FileStore" : NULL;
}

static mr_code server_info(struct job *job, mr_error *err)
{
	struct mr_get_server_info_response *response = mr_msg_new(job->call, job->op->response);
	const char *type = store_type(job->server);

	job->response = response;
	if (!response || !(response->features_enabled = mr_msg_new(job->call, &mr_desc_server_features)))
		return mr_error_no_memory(err);
	response->has = ~UINT64_C(0); /* every field is there, most of them false */
	response->features_enabled->has = ~UINT64_C(0);
	if (type)
		response->store_type = mr_str_from(type);
	else
		MR_CLEAR(response, MR_GET_SERVER_INFO_RESPONSE_HAS_STORE_TYPE);
	response->presigned_upload_run_id_supported = response->presigned_upload_model_id_supported = true;
	place_destination_can(job->server, &response->multipart_uploads_enabled,
			      &response->multipart_downloads_enabled);
	if (mr_msg_encode(job->op->response, response, MR_STYLE_JSONIFY, &job->out, err) != MR_OK)
		return err->code;
	if (job->out.len && job->out.ptr[job->out.len - 1] == '\n') /* this one does not come from Flask */
		job->out.ptr[--job->out.len] = 0;
	return MR_OK;
}

/* ---- which answers which ---- */

mr_code artifacts_proxy_target(struct job *job, mr_str *out, mr_error *err)
{
	mr_str given;

	switch (job->route.op->id) {
	case MR_OP_PROXY_LIST:
		return artifacts_check_path(job->call, ((const struct mr_artifacts_list_artifacts *)job->request)->path,
					    true, out, err);
	case MR_OP_PROXY_MULTIPART_CREATE:
		return multipart_path(job, ((const struct mr_artifacts_create_multipart_upload *)job->request)->path, out,
				      err);
	case MR_OP_PROXY_MULTIPART_COMPLETE:
		return multipart_path(job, ((const struct mr_artifacts_complete_multipart_upload *)job->request)->path, out,
				      err);
	case MR_OP_PROXY_MULTIPART_ABORT:
		return multipart_path(job, ((const struct mr_artifacts_abort_multipart_upload *)job->request)->path, out,
				      err);
	default:
		return artifacts_proxy_path(job, &given, out, err);
	}
}

static const struct {
	uint32_t op;
	mr_code (*work)(struct job *job, mr_error *err);
	void (*answer)(struct job *job);
} works[] = {
	{MR_OP_LIST_ARTIFACTS, list_run, NULL},
	{MR_OP_LIST_LOGGED_MODEL_ARTIFACTS, list_logged_model, NULL},
	{MR_OP_CREATE_PRESIGNED_UPLOAD_URL, presign_upload, NULL},
	{MR_OP_CREATE_PRESIGNED_DOWNLOAD_URL, presign_download, NULL},
	{MR_OP_PROXY_LIST, list_proxy, NULL},
	{MR_OP_PROXY_DELETE, delete_proxy, NULL},
	{MR_OP_PROXY_DOWNLOAD, download_proxy, download_answer},
	{MR_OP_PROXY_MULTIPART_CREATE, create_multipart, NULL},
	{MR_OP_PROXY_MULTIPART_COMPLETE, complete_multipart, NULL},
	{MR_OP_PROXY_MULTIPART_ABORT, abort_multipart, NULL},
	{MR_OP_PROXY_PRESIGNED_DOWNLOAD, presign_proxy_download, NULL},
	{MR_OP_GET_ARTIFACT, download_of_run, download_answer},
	{MR_OP_GET_MODEL_VERSION_ARTIFACT, download_of_model_version, download_answer},
	{MR_OP_GET_LOGGED_MODEL_ARTIFACT, download_of_logged_model, download_answer},
	{MR_OP_SERVER_INFO, server_info, NULL},
};

bool artifacts_is_compact(const struct mr_op_desc *op)
{
	return op->id == MR_OP_PROXY_DOWNLOAD || op->id == MR_OP_PROXY_UPLOAD;
}

/* MLflow reads these from the query without asking whether they are there. */
static bool lacks_path(const struct job *job)
{
	return (job->op->id == MR_OP_GET_ARTIFACT &&
		!MR_HAS((const struct mr_get_artifact *)job->request, MR_GET_ARTIFACT_HAS_PATH)) ||
	       (job->op->id == MR_OP_GET_MODEL_VERSION_ARTIFACT &&
		!MR_HAS((const struct mr_get_model_version_artifact *)job->request,
			MR_GET_MODEL_VERSION_ARTIFACT_HAS_PATH));
}

mr_http_next artifacts_start(struct job *job)
{
	if (lacks_path(job)) {
		reply_page(job->server, job->x, 400, NULL);
		return MR_HTTP_ANSWERED;
	}
	for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
		if (works[i].op != job->op->id)
			continue;
		job->work = works[i].work;
		job->answer = works[i].answer;
		return job_defer(job, job->server->artifact_pool);
	}
	mr_error_set(&job->member.err, MR_NOT_IMPLEMENTED, "%s is not implemented by this server", job->op->name);
	job_answer(job);
	return MR_HTTP_ANSWERED;
}
