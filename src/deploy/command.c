/* SPDX-License-Identifier: Apache-2.0
 *
 * A command line's words, without a shell: what is filled in can never become a
 * word of its own, whatever it contains.
 */
#include "deploy/settings.h"

enum { WORDS_MAX = 1024, LENGTH_MAX = 1 << 20 };

struct splitting {
	const char *at, *end;
	const struct mr_command_values *values;
	mr_arena *arena;
	mr_error *err;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* "{port}" and the like at the brace; "{{" and "}}" are braces. */
static bool fill_in(struct splitting *s, mr_buf *word)
{
	const char *close = memchr(s->at, '}', (size_t)(s->end - s->at));
	mr_str name = mr_str_make(s->at + 1, close ? (size_t)(close - s->at - 1) : 0);

	if (s->at + 1 < s->end && s->at[1] == '{') {
		mr_buf_char(word, '{');
		s->at += 2;
		return true;
	}
	if (mr_str_is(name, "model_uri") || mr_str_is(name, "model"))
		mr_buf_str(word, s->values->model);
	else if (mr_str_is(name, "port"))
		mr_buf_int(word, s->values->port);
	else if (mr_str_is(name, "host"))
		mr_buf_str(word, s->values->host);
	else if (mr_str_is(name, "name"))
		mr_buf_str(word, s->values->name);
	else {
		mr_error_set(s->err, MR_INVALID_PARAMETER_VALUE,
			     "The command has '{%.*s', but only {model_uri}, {port}, {host} and {name} can be filled in; a brace "
			     "itself is {{", MR_STR_ARG(name));
		return false;
	}
	s->at = close + 1;
	return true;
}

/* One word, quotes and all. */
static bool take_word(struct splitting *s, mr_buf *word)
{
	char quote = 0;

	while (s->at < s->end && (quote || !is_blank(*s->at))) {
		char c = *s->at;

		if (c == quote) {
			quote = 0;
			s->at++;
		} else if (!quote && (c == '\'' || c == '"')) {
			quote = c;
			s->at++;
		} else if (c == '\\' && quote != '\'' && s->at + 1 < s->end) {
			mr_buf_char(word, s->at[1]);
			s->at += 2;
		} else if (c == '{') {
			if (!fill_in(s, word))
				return false;
		} else {
			mr_buf_char(word, c);
			s->at += c == '}' && s->at + 1 < s->end && s->at[1] == '}' ? 2 : 1;
		}
	}
	if (quote)
		mr_error_set(s->err, MR_INVALID_PARAMETER_VALUE, "The command has a quote (%c) that does not end", quote);
	return !quote;
}

mr_code mr_command_words(mr_str command, const struct mr_command_values *values, mr_arena *arena, char ***argv,
			 mr_error *err)
{
	struct splitting s = {command.ptr, command.ptr + command.len, values, arena, err};
	char **words = mr_arena_zalloc(arena, (WORDS_MAX + 1) * sizeof *words);
	mr_code code = words ? MR_OK : mr_error_no_memory(err);
	size_t n = 0;
	mr_buf word;

	*argv = words;
	if (command.len && memchr(command.ptr, 0, command.len))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The command has a NUL in it");
	while (code == MR_OK) {
		while (s.at < s.end && is_blank(*s.at))
			s.at++;
		if (s.at == s.end || n == WORDS_MAX)
			break;
		mr_buf_init(&word, LENGTH_MAX);
		if (!take_word(&s, &word))
			code = MR_INVALID_PARAMETER_VALUE;
		else if (word.failed || !(words[n++] = (char *)(uintptr_t)mr_arena_copy(arena, mr_buf_view(&word)).ptr))
			code = mr_error_no_memory(err);
		mr_buf_dispose(&word);
	}
	if (code == MR_OK && (n == 0 || n == WORDS_MAX || !words[0][0]))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The command names no program, or has more than %d words",
				    WORDS_MAX);
	return code;
}
