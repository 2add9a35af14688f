/* SPDX-License-Identifier: Apache-2.0 */
#include "project/shell.h"

#include "base/buf.h"
#include "base/nearest.h"

enum { COMMAND_MAX = 4 << 20, DEPTH_MAX = 64 };

/* Where a character of the command stands. */
enum place {
	BARE,    /* outside of quotes: the command itself, or within ( ) or $( ) */
	SINGLE,  /* '...' */
	DOUBLE,  /* "..." */
	BRACES,  /* ${...} */
	COMMENT, /* # to the end of the line */
};

struct scan {
	enum place places[DEPTH_MAX];
	int depth; /* places[depth] is where we are */
	bool escaped; /* a backslash stands before */
	char before; /* the last character; a blank at the start */
	int less; /* so many '<' stand before */
	const char *unsure; /* from here on nothing is known: why */
	mr_buf *word; /* the unquoted content of the word so far; NULL: nobody asks */
	bool word_lost; /* the word has a part that is not known */
};

struct making {
	mr_arena *arena;
	const char *what;
	struct scan scan;
	mr_buf out, word;
	mr_error *err;
};

/* ---- quoting ---- */

bool shell_is_plain(mr_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool alnum = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (!alnum && (!c || !strchr("_@%+=:,./-", c)))
			return false;
	}
	return text.len > 0;
}

static void add_quoted(mr_buf *out, mr_str text)
{
	if (shell_is_plain(text)) {
		mr_buf_str(out, text);
		return;
	}
	mr_buf_char(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\'')
			mr_buf_c(out, "'\"'\"'");
		else
			mr_buf_char(out, text.ptr[i]);
	}
	mr_buf_char(out, '\'');
}

mr_str shell_quote(mr_arena *arena, mr_str text)
{
	mr_str quoted = mr_str_make(NULL, 0);
	mr_buf buf;

	mr_buf_init(&buf, 5 * text.len + 2);
	add_quoted(&buf, text);
	if (!buf.failed)
		quoted = mr_arena_copy(arena, mr_buf_view(&buf));
	mr_buf_dispose(&buf);
	return quoted;
}

/* ---- following the shell's syntax ---- */

static bool ends_word(char c)
{
	return strchr(" \t\n;&|()<>", c) != NULL;
}

static void enter(struct scan *s, enum place place)
{
	if (s->depth + 1 == DEPTH_MAX)
		s->unsure = "after too many levels of nesting";
	else
		s->places[++s->depth] = place;
}

static void leave(struct scan *s)
{
	if (s->depth)
		s->depth--;
}

static void keep_in_word(struct scan *s, char c)
{
	if (s->word)
		mr_buf_char(s->word, c);
}

static void new_word(struct scan *s, bool lost)
{
	if (s->word)
		mr_buf_clear(s->word);
	s->word_lost = lost;
}

/* "case" has closing parentheses that nothing opened. */
static bool is_case(const struct scan *s, char c)
{
	mr_str word = s->word ? mr_buf_view(s->word) : mr_str_make("", 0);

	return s->depth && ends_word(c) && mr_str_is(word, "case");
}

/* What may begin with a dollar sign, in and out of double quotes. True when c is taken. */
static bool feed_dollar(struct scan *s, char c)
{
	if (s->before != '$')
		return false;
	if (c == '(') {
		enter(s, BARE);
		new_word(s, false);
	} else if (c == '{') {
		enter(s, BRACES);
		s->word_lost = true;
	} else {
		return false;
	}
	return true;
}

static void feed_bare(struct scan *s, char c)
{
	if (s->less == 2 && c != '<')
		s->unsure = "after a here-document";
	s->less = c == '<' ? s->less + 1 : 0;
	if (is_case(s, c))
		s->unsure = "after a case within parentheses";
	if (c == '`')
		s->unsure = "after a backtick";
	else if (c == '(' && s->before == '(')
		s->unsure = "after ((";
	else if (c == '\'' && s->before == '$')
		s->unsure = "after $'";
	else if (feed_dollar(s, c))
		return;
	else if (c == '\'' || c == '"')
		enter(s, c == '"' ? DOUBLE : SINGLE);
	else if (c == '#' && ends_word(s->before))
		enter(s, COMMENT);
	else if (ends_word(c)) {
		if (c == '(')
			enter(s, BARE);
		if (c == ')')
			leave(s);
		new_word(s, c == ')');
	} else if (c != '\\')
		keep_in_word(s, c);
	s->escaped = c == '\\';
}

static void feed_double(struct scan *s, char c)
{
	if (c == '`')
		s->unsure = "after a backtick";
	else if (feed_dollar(s, c))
		return;
	else if (c == '"')
		leave(s);
	else if (c != '\\')
		keep_in_word(s, c);
	s->escaped = c == '\\';
}

static void feed_escaped(struct scan *s, char c)
{
	s->escaped = false;
	if (s->places[s->depth] == DOUBLE && !strchr("$`\"\\\n", c))
		keep_in_word(s, '\\');
	if (c != '\n')
		keep_in_word(s, c);
}

/* Brings the state to what it is behind c. */
static void feed(struct scan *s, char c)
{
	bool was_escaped = s->escaped;

	if (was_escaped) {
		feed_escaped(s, c);
	} else {
		switch (s->places[s->depth]) {
		case BARE:
			feed_bare(s, c);
			break;
		case DOUBLE:
			feed_double(s, c);
			break;
		case SINGLE:
			if (c == '\'')
				leave(s);
			else
				keep_in_word(s, c);
			break;
		case BRACES:
			if (strchr("'\"\\`${", c))
				s->unsure = "after a ${...} with more than a name";
			if (c == '}')
				leave(s);
			break;
		case COMMENT:
			if (c == '\n') {
				leave(s);
				new_word(s, false);
			}
			break;
		}
	}
	s->before = was_escaped ? 'x' : c; /* an escaped '$' or '(' begins nothing */
}

/* ---- values ---- */

/* The word so far, read as a script of its own (sh -c "... {x}"), ends outside of quotes. */
static bool is_bare_within(const struct scan *outer)
{
	struct scan s = {.before = ' '};
	mr_str word = mr_buf_view(outer->word);

	if (memmem(word.len ? word.ptr : "", word.len, "case", 4))
		return false; /* whose parentheses have no order */
	for (size_t i = 0; i < word.len; i++)
		feed(&s, word.ptr[i]);
	return !s.unsure && !s.escaped && s.before != '$' && s.places[s.depth] == BARE;
}

static const char *why_refused(const struct scan *s)
{
	enum place place = s->places[s->depth];

	if (s->unsure)
		return s->unsure;
	if (s->escaped)
		return "after a backslash";
	if (s->before == '$')
		return "after a $";
	if (s->less == 2)
		return "after <<";
	if (place == COMMENT)
		return "in a comment";
	if (place == BRACES)
		return "in ${...}";
	if (place != BARE && (s->word_lost || !is_bare_within(s)))
		return "in quotes within quotes";
	return NULL;
}

static void add_char(struct making *m, char c)
{
	feed(&m->scan, c);
	mr_buf_char(&m->out, c);
}

static void add_value(struct making *m, mr_str value)
{
	enum place place = m->scan.places[m->scan.depth];
	mr_buf quoted;

	mr_buf_init(&quoted, 5 * value.len + 2);
	add_quoted(&quoted, value);
	m->out.failed |= quoted.failed;
	for (size_t i = 0; i < quoted.len; i++) {
		char c = quoted.ptr[i];

		if (place == SINGLE && c == '\'')
			mr_buf_c(&m->out, "'\\''");
		else if (place == DOUBLE && strchr("$`\"\\", c))
			mr_buf_printf(&m->out, "\\%c", c);
		else
			mr_buf_char(&m->out, c);
		mr_buf_char(&m->word, c);
	}
	m->scan.before = 'x';
	m->scan.less = 0;
	m->scan.escaped = false;
	mr_buf_dispose(&quoted);
}

static mr_code insert(struct making *m, mr_str name, mr_str value)
{
	const char *why = shell_is_plain(value) ? NULL : why_refused(&m->scan);

	if (memchr(value.len ? value.ptr : "x", 0, value.len))
		return mr_error_set(m->err, MR_INVALID_PARAMETER_VALUE, "The value of parameter '%.*s' has a NUL byte in it",
				    MR_STR_ARG(name));
	if (why)
		return mr_error_set(m->err, MR_INVALID_PARAMETER_VALUE,
				    "The value of parameter '%.*s' cannot be quoted safely where %s has it, %s: only letters, "
				    "digits and _@%%+=:,./- can stand there. Give the parameter an argument of its own, "
				    "without quotes, or hand it over in a variable",
				    MR_STR_ARG(name), m->what, why);
	add_value(m, value);
	return MR_OK;
}

/* ---- the template ---- */

static mr_code unknown_name(struct making *m, mr_str name, const struct shell_value *values, size_t n)
{
	mr_str *names = mr_arena_alloc(m->arena, (n + 1) * sizeof *names);
	mr_str near = mr_str_make("", 0), all = near;

	for (size_t i = 0; names && i < n; i++) {
		names[i] = values[i].name;
		all = mr_arena_printf(m->arena, "%.*s%s%.*s", MR_STR_ARG(all), i ? ", " : "", MR_STR_ARG(names[i]));
	}
	if (names)
		near = mr_nearest(m->arena, name, names, n);
	return mr_error_set(m->err, MR_INVALID_PARAMETER_VALUE,
			    "The command of %s has {%.*s}, which is none of its parameters (%.*s).%.*s A brace that belongs to "
			    "the command is written twice: {{ }}",
			    m->what, MR_STR_ARG(name), MR_STR_ARG(all.len ? all : mr_str_from("it has none")), MR_STR_ARG(near));
}

static mr_code insert_named(struct making *m, mr_str name, const struct shell_value *values, size_t n)
{
	for (size_t i = 0; i < name.len; i++)
		if (strchr("!:[.", name.ptr[i]))
			return mr_error_set(m->err, MR_INVALID_PARAMETER_VALUE,
					    "The command of %s has {%.*s}: only a parameter's name can stand in braces, without "
					    "a format. A brace that belongs to the command is written twice: {{ }}",
					    m->what, MR_STR_ARG(name));
	for (size_t i = 0; i < n; i++)
		if (mr_str_eq(values[i].name, name))
			return insert(m, name, values[i].value);
	return unknown_name(m, name, values, n);
}

static mr_code single_brace(struct making *m, char brace)
{
	return mr_error_set(m->err, MR_INVALID_PARAMETER_VALUE,
			    "The command of %s has a single '%c'. One that belongs to the command is written twice: {{ }}", m->what,
			    brace);
}

static mr_code fill(struct making *m, mr_str t, const struct shell_value *values, size_t n)
{
	mr_code code = MR_OK;

	for (size_t i = 0; i < t.len && code == MR_OK; i++) {
		char c = t.ptr[i];
		const char *end;

		if (c != '{' && c != '}') {
			add_char(m, c);
		} else if (i + 1 < t.len && t.ptr[i + 1] == c) {
			add_char(m, c);
			i++;
		} else if (c == '}' || !(end = memchr(t.ptr + i, '}', t.len - i))) {
			code = single_brace(m, c);
		} else {
			code = insert_named(m, mr_str_make(t.ptr + i + 1, (size_t)(end - t.ptr) - i - 1), values, n);
			i = (size_t)(end - t.ptr);
		}
	}
	return code;
}

static mr_code append_extra(struct making *m, const struct shell_value *extra, size_t n)
{
	mr_code code = MR_OK;

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		add_char(m, ' ');
		add_char(m, '-');
		add_char(m, '-');
		code = insert(m, extra[i].name, extra[i].name);
		add_char(m, ' ');
		if (code == MR_OK)
			code = insert(m, extra[i].name, extra[i].value);
	}
	return code;
}

mr_code shell_command(mr_arena *arena, const char *what, mr_str template, const struct shell_value *values, size_t values_n,
		      const struct shell_value *extra, size_t extra_n, mr_str *out, mr_error *err)
{
	struct making m = {.arena = arena, .what = what, .scan = {.before = ' '}, .err = err};
	mr_code code;

	mr_buf_init(&m.out, COMMAND_MAX);
	mr_buf_init(&m.word, COMMAND_MAX);
	m.scan.word = &m.word;
	if (memchr(template.len ? template.ptr : "x", 0, template.len))
		code = mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "The command of %s has a NUL byte in it", what);
	else
		code = fill(&m, template, values, values_n);
	if (code == MR_OK)
		code = append_extra(&m, extra, extra_n);
	if (code == MR_OK)
		code = mr_buf_check(&m.out, err);
	if (code == MR_OK)
		*out = mr_arena_copy(arena, mr_buf_view(&m.out));
	if (code == MR_OK && !out->ptr)
		code = mr_error_no_memory(err);
	mr_buf_dispose(&m.out);
	mr_buf_dispose(&m.word);
	return code;
}
