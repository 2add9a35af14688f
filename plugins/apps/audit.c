/* SPDX-License-Identifier: Apache-2.0
 *
 * audit-log: a line of JSON for each request, appended to a file before the client
 * gets its answer. When the file cannot be written, nobody gets an answer: name
 * this app first, so that it hears what those behind it deny.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "apps.h"

enum { LINE_MAX_BYTES = 64 << 10, TEXT_MAX_BYTES = 1024 };

struct audit {
	const mr_host *host;
	char *path;
	bool reads;
	pthread_mutex_t lock;
	int fd;
};

const struct mr_option_desc audit_log_options[] = {
	{"file", MR_OPTION_STRING, NULL, "The file that gets the lines; after a rename or a removal a new one is begun."},
	{"reads", MR_OPTION_BOOL, "true", "Whether requests that only read (GET, HEAD, searches) are logged, too; denied ones always are."},
	{NULL, 0, NULL, NULL},
};

static mr_code reopen(struct audit *audit, mr_error *err)
{
	int fd = open(audit->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);

	if (fd < 0)
		return mr_error_set(err, MR_IO_ERROR, "The audit log %s cannot be opened: %s", audit->path, strerror(errno));
	if (audit->fd >= 0)
		close(audit->fd);
	audit->fd = fd;
	return MR_OK;
}

static void audit_close(void *self)
{
	struct audit *audit = self;

	if (audit->fd >= 0)
		close(audit->fd);
	pthread_mutex_destroy(&audit->lock);
	free(audit->path);
	free(audit);
}

static mr_code audit_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	mr_str path = host->option_string(args->options, "file");
	struct audit *audit;

	if (path.len == 0)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The app audit-log needs a file: --app-config file=/var/log/millrace/audit.jsonl");
	audit = calloc(1, sizeof *audit);
	if (!audit || !(audit->path = strndup(path.ptr, path.len))) {
		free(audit);
		return mr_error_no_memory(err);
	}
	audit->host = host;
	audit->reads = host->option_bool(args->options, "reads");
	audit->fd = -1;
	pthread_mutex_init(&audit->lock, NULL);
	if (reopen(audit, err) != MR_OK) {
		audit_close(audit);
		return err->code;
	}
	*self = audit;
	return MR_OK;
}

/* ---- a line ---- */

struct line {
	char text[LINE_MAX_BYTES];
	size_t n;
};

static void add(struct line *line, const char *text, size_t n)
{
	if (n > sizeof line->text - line->n)
		n = sizeof line->text - line->n;
	memcpy(line->text + line->n, text, n);
	line->n += n;
}

static void add_text(struct line *line, const char *text)
{
	add(line, text, strlen(text));
}

/* Bytes that are not ASCII are escaped as they are, so that any request makes a line of valid JSON. */
static void add_string(struct line *line, const char *key, mr_str value)
{
	char piece[8];

	add_text(line, ",\"");
	add_text(line, key);
	add_text(line, "\":\"");
	for (size_t i = 0; i < value.len && i < TEXT_MAX_BYTES; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if (c >= ' ' && c < 0x7f && c != '"' && c != '\\')
			snprintf(piece, sizeof piece, "%c", c);
		else
			snprintf(piece, sizeof piece, "\\u%04x", c);
		add_text(line, piece);
	}
	if (value.len > TEXT_MAX_BYTES)
		add_text(line, "...");
	add_text(line, "\"");
}

static void add_number(struct line *line, const char *key, long long value)
{
	char text[80];

	snprintf(text, sizeof text, ",\"%s\":%lld", key, value);
	add_text(line, text);
}

static void add_time(struct line *line, int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	char stamp[40], text[80];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof text, "{\"time\":\"%s.%03dZ\"", stamp, (int)(ms % 1000));
	add_text(line, text);
}

static void write_line(const struct audit *audit, const struct mr_app_request *r, int32_t status, mr_call *call,
		       struct line *line)
{
	int64_t began = audit->host->now(call);

	add_time(line, began);
	add_number(line, "ms", audit->host->now(NULL) - began);
	add_string(line, "remote", r->remote);
	add_string(line, "user", r->user);
	add_string(line, "method", r->method);
	add_string(line, "path", r->path);
	if (r->query.len)
		add_string(line, "query", r->query);
	if (r->operation.len)
		add_string(line, "operation", r->operation);
	if (r->artifact.len)
		add_string(line, "artifact", r->artifact);
	add_number(line, "status", status);
	add_text(line, "}\n");
}

/* ---- hooks ---- */

static bool only_reads(const struct mr_app_request *r)
{
	static const char *const reading[] = {"get_", "search_", "list_"};
	bool reads = mr_str_is(r->method, "GET") || mr_str_is(r->method, "HEAD") || mr_str_is(r->method, "OPTIONS");

	for (size_t i = 0; i < sizeof reading / sizeof *reading; i++)
		reads |= r->operation.len > strlen(reading[i]) && memcmp(r->operation.ptr, reading[i], strlen(reading[i])) == 0;
	return reads;
}

/* With the lock: the file that has the name now. */
static mr_code find_file(struct audit *audit, mr_error *err)
{
	struct stat held, named;

	if (audit->fd >= 0 && fstat(audit->fd, &held) == 0 && stat(audit->path, &named) == 0 &&
	    held.st_ino == named.st_ino && held.st_dev == named.st_dev)
		return MR_OK;
	return reopen(audit, err);
}

static mr_code audit_after(void *self, const struct mr_app_request *request, int32_t status, const void *response,
			   mr_call *call, mr_error *err)
{
	struct audit *audit = self;
	struct line *line;
	mr_code code;

	(void)response;
	if (!audit->reads && status < 400 && only_reads(request))
		return MR_OK;
	line = malloc(sizeof *line);
	if (!line)
		return mr_error_no_memory(err);
	line->n = 0;
	write_line(audit, request, status, call, line);
	pthread_mutex_lock(&audit->lock);
	code = find_file(audit, err);
	if (code == MR_OK && write(audit->fd, line->text, line->n) != (ssize_t)line->n)
		code = mr_error_set(err, MR_IO_ERROR, "The audit log %s cannot be written: %s", audit->path, strerror(errno));
	pthread_mutex_unlock(&audit->lock);
	free(line);
	return code;
}

/* What cannot be logged shall not happen. */
static mr_code audit_before(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			    mr_error *err)
{
	struct audit *audit = self;
	mr_code code;

	(void)request;
	(void)answer;
	(void)call;
	pthread_mutex_lock(&audit->lock);
	code = find_file(audit, err);
	pthread_mutex_unlock(&audit->lock);
	return code;
}

const struct mr_app_ops audit_log_app = {.size = sizeof audit_log_app,
					 .open = audit_open,
					 .close = audit_close,
					 .before = audit_before,
					 .after = audit_after};
