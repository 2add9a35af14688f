/* SPDX-License-Identifier: Apache-2.0
 *
 * Leveled logging to stderr, as text (colour on a terminal) or JSON lines.
 * One write(2) a line, so lines of several threads do not mix. In other
 * people's processes the default level is warning.
 */
#ifndef MR_BASE_LOG_H
#define MR_BASE_LOG_H

#include <millrace/types.h>

typedef enum mr_log_level {
	MR_LOG_DEBUG = 0,
	MR_LOG_INFO = 1,
	MR_LOG_WARNING = 2,
	MR_LOG_ERROR = 3,
	MR_LOG_OFF = 4
} mr_log_level;

typedef enum mr_log_format { MR_LOG_TEXT, MR_LOG_JSON } mr_log_format;

void mr_log_configure(mr_log_level level, mr_log_format format);
bool mr_log_enabled(mr_log_level level);
mr_code mr_log_level_parse(mr_str name, mr_log_level *out, mr_error *err);

/* module: a short static name ("server", "plugin.jfrog"). No newline at the end. */
MR_PRINTF(3, 4)
void mr_log(mr_log_level level, const char *module, const char *format, ...);

/* Where lines go instead of stderr (tests, the server's file); NULL for stderr. */
typedef void mr_log_sink(void *arg, mr_str line);
void mr_log_set_sink(mr_log_sink *sink, void *arg);

#endif
