/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/json.h"
#include "server/hooks.h"

void reply_begin(struct reply *reply, mr_server *server, mr_http_exchange *x, int status)
{
	const struct job *job = x->user;

	memset(reply, 0, sizeof *reply);
	reply->status = status;
	reply_field(reply, "Server", "Millrace/" MR_VERSION);
	if (!server->gate) /* which adds them to what apps answer, too */
		reply->fields_n += mr_security_fields(server->security, x, true, reply->fields + reply->fields_n);
	if (job && job->hooked)
		for (size_t i = 0; i < job->hooked->fields_n; i++)
			reply_field(reply, job->hooked->fields[i].name, job->hooked->fields[i].value);
}

void reply_field(struct reply *reply, const char *name, const char *value)
{
	if (reply->fields_n < REPLY_FIELDS_MAX)
		reply->fields[reply->fields_n++] = (struct mr_http_field){name, value};
}

void reply_send(struct reply *reply, mr_http_exchange *x)
{
	reply->answer.status = reply->status;
	reply->answer.fields = reply->fields;
	reply->answer.fields_n = reply->fields_n;
	mr_http_answer(x, &reply->answer);
}

void reply_text(mr_server *server, mr_http_exchange *x, int status, const char *type, mr_str lasting)
{
	struct reply reply;

	reply_begin(&reply, server, x, status);
	reply_field(&reply, "Content-Type", type);
	reply.answer.lasting = lasting;
	reply_send(&reply, x);
}

void reply_taken(mr_server *server, mr_http_exchange *x, int status, const char *type, mr_buf *body)
{
	struct reply reply;

	reply_begin(&reply, server, x, status);
	reply_field(&reply, "Content-Type", type);
	reply.answer.taken = body;
	reply_send(&reply, x);
}

static void write_compact(const mr_error *err, mr_buf *out)
{
	const struct mr_code_info *info = mr_code_info(err->code);
	mr_json_writer w;

	mr_json_write_init(&w, out, MR_JSON_COMPACT);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("error_code"));
	mr_json_write_string(&w, mr_str_from(info->name));
	mr_json_write_key(&w, mr_str_from("message"));
	mr_json_write_string(&w, mr_str_make(err->message, err->length));
	if (info->sqlstate) {
		mr_json_write_key(&w, mr_str_from("sqlstate"));
		mr_json_write_string(&w, mr_str_from(info->sqlstate));
	}
	if (info->error_class) {
		mr_json_write_key(&w, mr_str_from("error_class"));
		mr_json_write_string(&w, mr_str_from(info->error_class));
	}
	mr_json_write_end(&w, '}');
}

void reply_error(mr_server *server, mr_http_exchange *x, const mr_error *err, bool compact)
{
	mr_buf body;

	mr_buf_init(&body, 64 << 10);
	if (compact)
		write_compact(err, &body);
	else
		mr_error_encode(err, &body);
	reply_taken(server, x, mr_code_http_status(err->code), "application/json", &body);
}

void reply_detail(mr_server *server, mr_http_exchange *x, int status, const char *detail)
{
	mr_json_writer w;
	mr_buf body;

	mr_buf_init(&body, 64 << 10);
	mr_json_write_init(&w, &body, MR_JSON_COMPACT);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("detail"));
	mr_json_write_string(&w, mr_str_from(detail));
	mr_json_write_end(&w, '}');
	reply_taken(server, x, status, "application/json", &body);
}

static const struct page {
	int status;
	const char *title, *text;
} pages[] = {
	{400, "Bad Request", "The browser (or proxy) sent a request that this server could not understand."},
	{404, "Not Found",
	 "The requested URL was not found on the server. If you entered the URL manually please check your spelling "
	 "and try "
	 "again."},
	{405, "Method Not Allowed", "The method is not allowed for the requested URL."},
	{416, "Requested Range Not Satisfiable", "The server cannot provide the requested range."},
	{500, "Internal Server Error",
	 "The server encountered an internal error and was unable to complete your request. Either the server is "
	 "overloaded "
	 "or there is an error in the application."},
};

void reply_page(mr_server *server, mr_http_exchange *x, int status, const char *allow)
{
	const struct page *page = &pages[0];
	struct reply reply;
	mr_buf body;

	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		if (pages[i].status == status)
			page = &pages[i];
	}
	mr_buf_init(&body, 4096);
	mr_buf_printf(&body, "<!doctype html>\n<html lang=en>\n<title>%d %s</title>\n<h1>%s</h1>\n<p>%s</p>\n", status,
		      page->title, page->title, page->text);
	reply_begin(&reply, server, x, status);
	reply_field(&reply, "Content-Type", "text/html; charset=utf-8");
	if (allow)
		reply_field(&reply, "Allow", allow);
	reply.answer.taken = &body;
	reply_send(&reply, x);
}
