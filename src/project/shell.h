/* SPDX-License-Identifier: Apache-2.0
 *
 * From the command of an entry point to what the shell is given. A placeholder's
 * value goes in as shlex.quote would write it, which is MLflow's rule, but as text of the
 * place where it stands: within the quotes of the template it is escaped for them, and where no
 * escaping could hold it (here-documents, backticks, quotes within quotes, ...) all but plain
 * values are refused. So a value never ends what it is part of, and never runs.
 */
#ifndef MR_PROJECT_SHELL_H
#define MR_PROJECT_SHELL_H

#include "base/arena.h"

struct shell_value {
	mr_str name, value;
};

/* Only characters that mean nothing to a shell, and at least one: what shlex.quote leaves as it is. */
bool shell_is_plain(mr_str text);
/* As Python's shlex.quote. ptr NULL when out of memory. */
mr_str shell_quote(mr_arena *arena, mr_str text);

/* template: with {name} for a value, {{ and }} for braces, as MLflow's str.format; extra: what follows as
 * "--name value". what: "entry point 'main'", for messages. */
mr_code shell_command(mr_arena *arena, const char *what, mr_str template, const struct shell_value *values, size_t values_n,
		      const struct shell_value *extra, size_t extra_n, mr_str *out, mr_error *err);

#endif
