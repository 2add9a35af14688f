/* SPDX-License-Identifier: Apache-2.0 */
#include "proxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char artifacts[] = "/api/2.0/mlflow-artifacts/artifacts", mpu[] = "/api/2.0/mlflow-artifacts/mpu/",
		  presigned[] = "/api/2.0/mlflow-artifacts/presigned/";

static void decode(const char *from, char *to, size_t room)
{
	size_t n = 0;
	unsigned byte;

	for (; *from && *from != '?' && n + 1 < room; from++) {
		if (*from == '%' && sscanf(from + 1, "%2x", &byte) == 1) {
			to[n++] = (char)byte;
			from += 2;
		} else {
			to[n++] = *from;
		}
	}
	to[n] = 0;
}

static struct proxy_file *find(struct proxy *proxy, const char *path)
{
	for (int i = 0; i < proxy->files_n; i++)
		if (!strcmp(proxy->files[i].path, path))
			return &proxy->files[i];
	return NULL;
}

const struct proxy_file *proxy_find(struct proxy *proxy, const char *path)
{
	const struct proxy_file *file;

	pthread_mutex_lock(&proxy->lock);
	file = find(proxy, path);
	pthread_mutex_unlock(&proxy->lock);
	return file;
}

static void put_at(struct proxy *proxy, const char *path, size_t offset, const void *bytes, size_t n, const char *type)
{
	struct proxy_file *file = find(proxy, path);

	if (!file) {
		if (proxy->files_n == PROXY_FILES)
			abort();
		file = &proxy->files[proxy->files_n++];
		memset(file, 0, sizeof *file);
		snprintf(file->path, sizeof file->path, "%s", path);
	}
	if (offset == 0 && n == 0)
		file->n = 0;
	file->bytes = realloc(file->bytes, (file->n > offset + n ? file->n : offset + n) + 1);
	if (n)
		memcpy(file->bytes + offset, bytes, n);
	file->n = file->n > offset + n ? file->n : offset + n;
	snprintf(file->type, sizeof file->type, "%s", type ? type : "");
}

void proxy_put(struct proxy *proxy, const char *path, const void *bytes, size_t n)
{
	pthread_mutex_lock(&proxy->lock);
	put_at(proxy, path, 0, bytes, n, NULL);
	pthread_mutex_unlock(&proxy->lock);
}

static void error(struct http_exchange *x, int status, const char *name, const char *message)
{
	char text[512];

	snprintf(text, sizeof text, "{\"error_code\": \"%s\", \"message\": \"%s\"}", name, message);
	http_reply(x, status, "Content-Type: application/json\r\n", text);
}

static void serve_put(struct proxy *proxy, struct http_exchange *x, const char *path)
{
	struct proxy_file *old = find(proxy, path);

	if (!x->body_complete)
		return;
	if (proxy->fail_puts > 0) {
		proxy->fail_puts--;
		error(x, 503, "TEMPORARILY_UNAVAILABLE", "later");
		return;
	}
	if (old)
		old->n = 0;
	put_at(proxy, path, 0, x->body, x->body_len < (16u << 20) ? x->body_len : 16u << 20,
	       http_header(x, "Content-Type"));
	find(proxy, path)->n = x->body_len < (16u << 20) ? x->body_len : 16u << 20;
	http_reply(x, 200, "", "{}");
}

static void send_file(struct proxy *proxy, struct http_exchange *x, const struct proxy_file *file)
{
	const char *range = http_header(x, "Range"), *if_range = http_header(x, "If-Range");
	char head[512], etag[32];
	size_t from = 0, n;

	snprintf(etag, sizeof etag, "\"e%d\"", proxy->changes ? x->request : 0);
	if (range && !proxy->no_ranges && (!if_range || !strcmp(if_range, etag)))
		from = strtoul(range + strlen("bytes="), NULL, 10);
	from = from > file->n ? file->n : from;
	n = file->n - from;
	snprintf(head, sizeof head,
		 "HTTP/1.1 %s\r\nContent-Length: %zu\r\nETag: %s\r\nContent-Range: bytes %zu-%zu/%zu\r\n\r\n",
		 from ? "206 Partial Content" : "200 OK", n, etag, from, file->n - 1, file->n);
	if (proxy->cut_gets > 0) {
		proxy->cut_gets--;
		n = n > 3000000 ? 3000000 : n / 2;
		x->close = true;
	}
	pthread_mutex_unlock(&proxy->lock);
	if (http_send_text(x, head) && http_send(x, file->bytes + from, proxy->stalls ? 1000 : n) && proxy->stalls)
		usleep(700 * 1000);
	x->close |= proxy->stalls;
	pthread_mutex_lock(&proxy->lock);
}

static bool is_folder(struct proxy *proxy, const char *path)
{
	size_t n = strlen(path);

	for (int i = 0; i < proxy->files_n; i++)
		if (!strncmp(proxy->files[i].path, path, n) && proxy->files[i].path[n] == '/')
			return true;
	return false;
}

static void serve_get(struct proxy *proxy, struct http_exchange *x, const char *path)
{
	const struct proxy_file *file = find(proxy, path);

	if (file)
		send_file(proxy, x, file);
	else if (is_folder(proxy, path))
		http_reply(x, 400, "", "{\"detail\":\"Artifact path refers to a directory, not a file: 'x'\"}");
	else
		error(x, 404, "RESOURCE_DOES_NOT_EXIST", "No such artifact");
}

/* Direct children, in the order of their making: the client must sort. */
static void serve_list(struct proxy *proxy, struct http_exchange *x, const char *path)
{
	char text[8192] = "{\"files\": [", seen[4096] = "\n", name[256], line[300];
	size_t n = strlen(path), skip = n ? n + 1 : 0;

	for (int i = 0; i < proxy->files_n; i++) {
		const char *rest = proxy->files[i].path + skip;
		bool folder;

		if ((n && strncmp(proxy->files[i].path, path, n) != 0) || (n && proxy->files[i].path[n] != '/'))
			continue;
		folder = strchr(rest, '/') != NULL;
		snprintf(name, sizeof name, "%.*s", (int)strcspn(rest, "/"), rest);
		snprintf(line, sizeof line, "\n%s\n", name);
		if (strstr(seen, line))
			continue;
		strcat(seen, line);
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s{\"path\": \"%s\", \"is_dir\": %s",
			 strchr(text, '}') ? ", " : "", name, folder ? "true" : "false");
		if (!folder && proxy->files[i].n)
			snprintf(text + strlen(text), sizeof text - strlen(text), ", \"file_size\": \"%zu\"",
				 proxy->files[i].n);
		strcat(text, "}");
	}
	if (proxy->evil_listing)
		strcpy(text, "{\"files\": [{\"path\": \"../evil\", \"is_dir\": false}");
	if (proxy->lists_itself && find(proxy, path))
		snprintf(text, sizeof text, "{\"files\": [{\"path\": \"%s\", \"is_dir\": false, \"file_size\": 1}",
			 strrchr(path, '/') + 1);
	strcat(text, "]}");
	http_reply(x, 200, "Content-Type: application/json\r\n", text);
}

static void serve_artifacts(struct proxy *proxy, struct http_exchange *x, const char *rest)
{
	char path[1024];

	if (*rest == '?' || !*rest) {
		decode(strstr(rest, "path=") ? strstr(rest, "path=") + 5 : "", path, sizeof path);
		serve_list(proxy, x, path);
		return;
	}
	decode(rest + 1, path, sizeof path);
	if (!strcmp(x->method, "PUT")) {
		serve_put(proxy, x, path);
	} else if (!strcmp(x->method, "DELETE")) {
		if (find(proxy, path))
			find(proxy, path)->path[0] = 0;
		else
			error(x, 404, "RESOURCE_DOES_NOT_EXIST", "none");
		http_reply(x, 200, "", "{}");
	} else {
		serve_get(proxy, x, path);
	}
}

/* create, complete and abort of an upload whose parts go to /storage/FOLDER/NAME/PART. */
static void serve_parts(struct proxy *proxy, struct http_exchange *x, const char *rest)
{
	char folder[512], name[256] = "", text[8192] = "{\"upload_id\": \"u1\", \"credentials\": [";
	const char *at = strstr(x->body ? x->body : "", "\"path\": \"");
	int parts = 0;

	if (at)
		sscanf(at + 9, "%255[^\"]", name);
	at = strstr(x->body ? x->body : "", "\"num_parts\": ");
	parts = at ? atoi(at + 13) : 0;
	decode(strchr(rest, '/') + 1, folder, sizeof folder);
	if (!proxy->parts) {
		error(x, 501, "NOT_IMPLEMENTED",
		      "Multipart upload is not supported for the current artifact repository");
	} else if (!strncmp(rest, "create/", 7)) {
		for (int i = 1; i <= parts; i++)
			snprintf(text + strlen(text), sizeof text - strlen(text),
				 "%s{\"url\": \"%s/storage/%s/%s/%d?sig=s3cret\", \"part_number\": %d, \"headers\": "
				 "{\"X-Part\": \"yes\"}}",
				 i > 1 ? "," : "", http_server_url(proxy->server), folder, name, i, i);
		strcat(text, "]}");
		http_reply(x, 200, "", text);
	} else {
		http_reply(x, 200, "", "{}");
	}
}

static void serve_storage(struct proxy *proxy, struct http_exchange *x, const char *rest)
{
	char path[1024], *part;

	proxy->saw_secret |= http_header(x, "Authorization") != NULL;
	proxy->saw_header |= http_header(x, "X-Part") != NULL;
	decode(rest, path, sizeof path);
	if (!strcmp(x->method, "GET")) {
		serve_get(proxy, x, path);
		return;
	}
	if (proxy->fail_parts > 0) {
		proxy->fail_parts--;
		http_reply(x, 403, "", "<Error>signature</Error>");
		return;
	}
	part = strrchr(path, '/');
	*part = 0;
	put_at(proxy, path, (size_t)(atoi(part + 1) - 1) * 1000000, x->body, x->body_len, NULL);
	http_reply(x, 200, "ETag: \"part\"\r\n", "");
}

static void serve(struct http_exchange *x)
{
	struct proxy *proxy = x->arg;
	size_t n;

	pthread_mutex_lock(&proxy->lock);
	n = strlen(proxy->seen);
	snprintf(proxy->seen + n, sizeof proxy->seen - n, "%s %s\n", x->method, x->target);
	if (!strncmp(x->target, artifacts, strlen(artifacts))) {
		serve_artifacts(proxy, x, x->target + strlen(artifacts));
	} else if (!strncmp(x->target, mpu, strlen(mpu))) {
		serve_parts(proxy, x, x->target + strlen(mpu));
	} else if (!strncmp(x->target, presigned, strlen(presigned)) && proxy->signs) {
		char text[1024];

		snprintf(text, sizeof text,
			 "{\"url\": \"%s/storage/%s?sig=s3cret\", \"headers\": {\"X-Part\": \"yes\"}}",
			 http_server_url(proxy->server), x->target + strlen(presigned));
		http_reply(x, 200, "", text);
	} else if (!strncmp(x->target, "/storage/", 9)) {
		serve_storage(proxy, x, x->target + 9);
	} else if (!strcmp(x->target, "/api/3.0/mlflow/server-info")) {
		http_reply(x, 200, "",
			   proxy->parts ? "{\"multipart_uploads_enabled\":true,\"multipart_downloads_enabled\":true}"
					: "{\"multipart_uploads_enabled\":false}");
	} else {
		error(x, 404, "ENDPOINT_NOT_FOUND", "no route");
	}
	pthread_mutex_unlock(&proxy->lock);
}

void proxy_start(struct proxy *proxy)
{
	memset(proxy, 0, sizeof *proxy);
	pthread_mutex_init(&proxy->lock, NULL);
	proxy->server = http_server_start(serve, proxy);
}

void proxy_stop(struct proxy *proxy)
{
	http_server_stop(proxy->server);
	for (int i = 0; i < proxy->files_n; i++)
		free(proxy->files[i].bytes);
	pthread_mutex_destroy(&proxy->lock);
}
