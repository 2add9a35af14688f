/* SPDX-License-Identifier: Apache-2.0
 *
 * A line is made in a buffer and goes out in one write(2). Control characters
 * in a message are escaped, so that nobody can forge a line.
 */
#define _GNU_SOURCE
#include "base/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/fork.h"
#include "base/json.h"
#include "base/os.h"

enum { MESSAGE_MAX = 8192, LINE_MAX_BYTES = 64 << 10 };

static const struct {
	const char *name;
	const char *colour;
} levels[] = {
	[MR_LOG_DEBUG] = {"DEBUG", "\033[2m"},
	[MR_LOG_INFO] = {"INFO", "\033[32m"},
	[MR_LOG_WARNING] = {"WARNING", "\033[33m"},
	[MR_LOG_ERROR] = {"ERROR", "\033[31m"},
	[MR_LOG_OFF] = {"OFF", ""},
};

static atomic_int threshold = MR_LOG_WARNING;
static atomic_int line_format = MR_LOG_TEXT;

/* Without a sink no lock is taken, so a child forked from a guest's process may log. */
static atomic_bool has_sink;
static struct mr_fork_lock sink_lock = MR_FORK_LOCK_INIT;
static mr_log_sink *sink;
static void *sink_arg;

void mr_log_configure(mr_log_level level, mr_log_format format)
{
	atomic_store(&threshold, (int)level);
	atomic_store(&line_format, (int)format);
}

bool mr_log_enabled(mr_log_level level)
{
	return level < MR_LOG_OFF && (int)level >= atomic_load_explicit(&threshold, memory_order_relaxed);
}

mr_code mr_log_level_parse(mr_str name, mr_log_level *out, mr_error *err)
{
	size_t i;

	for (i = 0; i <= MR_LOG_OFF; i++) {
		if (name.len == strlen(levels[i].name) && !strncasecmp(name.ptr, levels[i].name, name.len)) {
			*out = (mr_log_level)i;
			return MR_OK;
		}
	}
	/* Python's other names for two of them */
	if (name.len == 4 && !strncasecmp(name.ptr, "WARN", 4))
		*out = MR_LOG_WARNING;
	else if (name.len == 8 && !strncasecmp(name.ptr, "CRITICAL", 8))
		*out = MR_LOG_ERROR;
	else
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "Unknown log level '%.*s'. Use one of debug, info, warning, error, off.",
				    MR_STR_ARG(name));
	return MR_OK;
}

void mr_log_set_sink(mr_log_sink *new_sink, void *arg)
{
	mr_fork_lock_take(&sink_lock);
	sink = new_sink;
	sink_arg = arg;
	atomic_store(&has_sink, new_sink != NULL);
	mr_fork_lock_give(&sink_lock);
}

static size_t format_time(char out[32])
{
	int64_t ms = mr_time_ms();
	time_t seconds = (time_t)(ms / 1000);
	struct tm utc;
	size_t n;

	gmtime_r(&seconds, &utc);
	n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &utc);
	return n + (size_t)snprintf(out + n, 32 - n, ".%03dZ", (int)(ms % 1000));
}

static void add_escaped(mr_buf *line, const char *text)
{
	const char *at;

	for (at = text; *at; at++) {
		if (*at == '\n')
			mr_buf_c(line, "\\n");
		else if (((unsigned char)*at < 0x20 && *at != '\t') || *at == 0x7f)
			mr_buf_printf(line, "\\x%02x", (unsigned)(unsigned char)*at);
		else
			mr_buf_char(line, *at);
	}
}

static void line_as_text(mr_buf *line, mr_log_level level, const char *module, const char *message, bool colour)
{
	char now[32];

	mr_buf_add(line, now, format_time(now));
	mr_buf_printf(line, " %s%s%s %s: ", colour ? levels[level].colour : "", levels[level].name,
		      colour ? "\033[0m" : "", module);
	add_escaped(line, message);
	mr_buf_char(line, '\n');
}

static void line_as_json(mr_buf *line, mr_log_level level, const char *module, const char *message)
{
	char now[32];
	mr_json_writer w;

	mr_json_write_init(&w, line, MR_JSON_COMPACT);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("time"));
	mr_json_write_string(&w, mr_str_make(now, format_time(now)));
	mr_json_write_key(&w, mr_str_from("level"));
	mr_json_write_string(&w, mr_str_from(levels[level].name));
	mr_json_write_key(&w, mr_str_from("module"));
	mr_json_write_string(&w, mr_str_from(module));
	mr_json_write_key(&w, mr_str_from("message"));
	mr_json_write_string(&w, mr_str_from(message));
	mr_json_write_end(&w, '}');
	mr_buf_char(line, '\n');
}

static void write_stderr(mr_str line)
{
	ssize_t n;

	do
		n = write(STDERR_FILENO, line.ptr, line.len);
	while (n < 0 && errno == EINTR);
}

/* False when the sink went meanwhile. */
static bool put_sink(mr_str line)
{
	bool put;

	mr_fork_lock_take(&sink_lock);
	put = sink != NULL;
	if (put)
		sink(sink_arg, line);
	mr_fork_lock_give(&sink_lock);
	return put;
}

static void put_line(mr_str line)
{
	if (!atomic_load(&has_sink) || !put_sink(line))
		write_stderr(line);
}

static bool want_colour(void)
{
	return !atomic_load(&has_sink) && mr_is_terminal(STDERR_FILENO) && !mr_getenv("NO_COLOR");
}

void mr_log(mr_log_level level, const char *module, const char *format, ...)
{
	int saved = errno; /* a caller may log before it looks at errno */
	char message[MESSAGE_MAX];
	mr_buf line;
	va_list args;

	if (!mr_log_enabled(level))
		return;
	va_start(args, format);
	if (vsnprintf(message, sizeof message, format, args) < 0)
		message[0] = 0;
	va_end(args);
	mr_buf_init(&line, LINE_MAX_BYTES);
	if (atomic_load(&line_format) == MR_LOG_JSON)
		line_as_json(&line, level, module, message);
	else
		line_as_text(&line, level, module, message, want_colour());
	if (line.failed)
		put_line(mr_str_from("log: a line was lost, out of memory\n"));
	else
		put_line(mr_buf_view(&line));
	mr_buf_dispose(&line);
	errno = saved;
}
