/* SPDX-License-Identifier: Apache-2.0
 *
 * Deployments of the target local, as list and get describe them.
 */
#include <time.h>

#include "base/json.h"
#include "base/uri.h"
#include "deploy/local_parts.h"

static const char *url_host(const struct mr_record *r)
{
	return mr_str_is(r->host, "0.0.0.0") ? "127.0.0.1" : mr_str_is(r->host, "::") ? "::1" : r->host.ptr;
}

mr_str local_url(const struct mr_record *r, mr_arena *arena)
{
	const char *host = url_host(r);
	bool six = strchr(host, ':') != NULL;

	return mr_arena_printf(arena, "http://%s%s%s:%lld", six ? "[" : "", host, six ? "]" : "", (long long)r->port);
}

static mr_str time_text(int64_t ms, mr_arena *arena)
{
	time_t seconds = (time_t)(ms / 1000);
	char text[32];
	struct tm tm;

	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &tm));
	return mr_arena_copy(arena, mr_str_from(text));
}

static void put(mr_json_writer *w, const char *key, mr_str value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_string(w, value);
}

static void put_number(mr_json_writer *w, const char *key, int64_t value)
{
	mr_json_write_key(w, mr_str_from(key));
	mr_json_write_int(w, value);
}

/* supervised: else all that the record says of processes was true once. */
static void write_description(struct local *l, const struct mr_record *r, bool supervised, mr_arena *arena, mr_json_writer *w)
{
	const struct mr_revision *shown = r->current.number ? &r->current : &r->wanted;
	mr_str why = supervised ? r->why : mr_str_from("the supervisor was not running; the next command finds it started again");

	mr_json_write_begin(w, '{');
	put(w, "state", supervised ? (r->deleting ? mr_str_from("DELETING") : r->state.len ? r->state : mr_str_from("STARTING"))
				   : mr_str_from("DOWN"));
	if (why.len)
		put(w, "why", why);
	put(w, "url", local_url(r, arena));
	put(w, "model_uri", mr_uri_redact(arena, shown->model_uri));
	put_number(w, "revision", shown->number);
	if (r->wanted.number > r->current.number && r->current.number)
		put_number(w, "next_revision", r->wanted.number);
	if (r->failed > r->current.number) {
		put_number(w, "failed_revision", r->failed);
		put(w, "failed_why", r->failed_why);
	}
	if (supervised && r->pid)
		put_number(w, "pid", r->pid);
	put_number(w, "restarts", r->restarts);
	put(w, "since", time_text(r->since_ms ? r->since_ms : r->created_ms, arena));
	put(w, "created", time_text(r->created_ms, arena));
	put(w, "log", mr_state_path(&l->state, arena, "logs", r->name, ".log"));
	mr_json_write_key(w, mr_str_from("config"));
	mr_json_write_begin(w, '{');
	for (size_t i = 0; i < shown->config_n; i++) {
		bool env = shown->config[i].key.len > 4 && memcmp(shown->config[i].key.ptr, "env.", 4) == 0;

		mr_json_write_key(w, shown->config[i].key);
		mr_json_write_string(w, env ? mr_str_from("***") : shown->config[i].value);
	}
	mr_json_write_end(w, '}');
	mr_json_write_end(w, '}');
}

mr_code local_describe(struct local *l, const struct mr_record *r, bool supervised, struct mr_deployment_info *out,
		       mr_arena *arena, mr_error *err)
{
	mr_json_writer w;
	mr_buf buf;

	mr_buf_init(&buf, 16 << 20);
	mr_json_write_init(&w, &buf, MR_JSON_SPACED);
	write_description(l, r, supervised, arena, &w);
	*out = (struct mr_deployment_info){.size = sizeof *out,
					   .name = mr_arena_copy(arena, r->name),
					   .flavor = r->current.number ? r->current.flavor : r->wanted.flavor,
					   .json = mr_arena_copy(arena, mr_buf_view(&buf))};
	if (buf.failed || !out->name.ptr || !out->json.ptr)
		out->json.ptr = NULL;
	mr_buf_dispose(&buf);
	return out->json.ptr ? MR_OK : mr_error_no_memory(err);
}
