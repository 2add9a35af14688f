/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/front_http.h"

#include <strings.h>

#include "base/json.h"

size_t front_head_length(const char *bytes, size_t n)
{
	const char *end = n ? memmem(bytes, n, "\r\n\r\n", 4) : NULL;

	return end ? (size_t)(end - bytes) + 4 : 0;
}

static bool is_token(mr_str s)
{
	static const char special[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && !(c && strchr(special, c)))
			return false;
	}
	return s.len > 0;
}

static bool is_word(mr_str s, const char *word)
{
	return s.len == strlen(word) && strncasecmp(s.ptr, word, s.len) == 0;
}

static mr_str trim(mr_str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = mr_str_make(s.ptr + 1, s.len - 1);
	while (s.len && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* The next line, without its end; the text goes on behind it. A bare CR or LF ends no line. */
static bool next_line(mr_str *text, mr_str *line)
{
	const char *end = text->len ? memmem(text->ptr, text->len, "\r\n", 2) : NULL;

	if (!end)
		return false;
	*line = mr_str_make(text->ptr, (size_t)(end - text->ptr));
	*text = mr_str_make(end + 2, text->len - line->len - 2);
	return true;
}

static bool clean(mr_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (((unsigned char)s.ptr[i] < ' ' && s.ptr[i] != '\t') || s.ptr[i] == 127)
			return false;
	return true;
}

/* The next of the comma-separated words; false at the end. */
static bool next_word(mr_str *list, mr_str *word)
{
	while (list->len) {
		const char *comma = memchr(list->ptr, ',', list->len);
		size_t n = comma ? (size_t)(comma - list->ptr) : list->len;

		*word = trim(mr_str_make(list->ptr, n));
		*list = mr_str_make(list->ptr + n + (comma != NULL), list->len - n - (comma != NULL));
		if (word->len)
			return true;
	}
	return false;
}

static bool has_word(mr_str list, const char *wanted)
{
	mr_str word;

	while (next_word(&list, &word))
		if (is_word(word, wanted))
			return true;
	return false;
}

static bool parse_version(mr_str s, int *minor)
{
	if (s.len != 8 || memcmp(s.ptr, "HTTP/1.", 7) != 0 || (s.ptr[7] != '0' && s.ptr[7] != '1'))
		return false;
	*minor = s.ptr[7] - '0';
	return true;
}

static bool parse_request_line(mr_str line, struct front_head *out)
{
	const char *first = memchr(line.ptr, ' ', line.len), *last = memrchr(line.ptr, ' ', line.len);

	if (!first || first == last)
		return false;
	out->method = mr_str_make(line.ptr, (size_t)(first - line.ptr));
	out->target = mr_str_make(first + 1, (size_t)(last - first - 1));
	for (size_t i = 0; i < out->target.len; i++)
		if ((unsigned char)out->target.ptr[i] <= ' ' || (unsigned char)out->target.ptr[i] >= 127)
			return false;
	return is_token(out->method) && out->target.len && out->target.ptr[0] == '/' &&
	       parse_version(mr_str_make(last + 1, (size_t)(line.ptr + line.len - last - 1)), &out->minor);
}

static bool parse_status_line(mr_str line, struct front_head *out)
{
	if (line.len < 12 || line.ptr[8] != ' ' || (line.len > 12 && line.ptr[12] != ' ') || !clean(line))
		return false;
	for (int i = 9; i < 12; i++) {
		if (line.ptr[i] < '0' || line.ptr[i] > '9')
			return false;
		out->status = out->status * 10 + line.ptr[i] - '0';
	}
	return out->status >= 100 && parse_version(mr_str_make(line.ptr, 8), &out->minor);
}

static const char *take_field(mr_str name, mr_str value, struct front_head *out, int *status)
{
	if (is_word(name, "content-length")) {
		bool digits = value.len > 0 && out->length < 0;

		for (size_t i = 0; i < value.len; i++)
			digits &= value.ptr[i] >= '0' && value.ptr[i] <= '9';
		if (!digits || !mr_parse_int64(value, &out->length))
			return "its Content-Length is no number, or there are two";
	} else if (is_word(name, "transfer-encoding")) {
		if (out->chunked || !is_word(value, "chunked")) {
			*status = 501;
			return "its Transfer-Encoding is another than chunked";
		}
		out->chunked = true;
	} else if (is_word(name, "connection")) {
		if (out->connection.ptr)
			return "it has two Connection fields";
		out->connection = value;
	} else if (is_word(name, "expect")) {
		out->expects = is_word(value, "100-continue");
	}
	return NULL;
}

static const char *parse_fields(mr_str text, struct front_head *out, int *status)
{
	mr_str line = {NULL, 0};

	while (next_line(&text, &line) && line.len) {
		const char *colon = memchr(line.ptr, ':', line.len), *wrong;
		mr_str name = mr_str_make(line.ptr, colon ? (size_t)(colon - line.ptr) : 0);

		if (!colon || !is_token(name) || !clean(line))
			return "a line of its head is no field";
		wrong = take_field(name, trim(mr_str_make(colon + 1, line.len - name.len - 1)), out, status);
		if (wrong)
			return wrong;
	}
	if (line.len || text.len)
		return "its head does not end with an empty line";
	return NULL;
}

const char *front_head_parse(mr_str text, bool response, struct front_head *out, int *status)
{
	const char *wrong;
	mr_str line;

	*out = (struct front_head){.response = response, .length = -1};
	*status = 400;
	if (!next_line(&text, &line) || !(response ? parse_status_line(line, out) : parse_request_line(line, out)))
		return response ? "its first line is no status line" : "its first line is no request line";
	wrong = parse_fields(text, out, status);
	if (wrong)
		return wrong;
	if (out->chunked && (out->length >= 0 || out->minor == 0))
		return "it has a Content-Length beside its Transfer-Encoding, or is of HTTP/1.0";
	out->close = out->minor == 0 ? !has_word(out->connection, "keep-alive") : has_word(out->connection, "close");
	return NULL;
}

static bool for_this_hop(mr_str name, const struct front_head *head)
{
	static const char *const names[] = {"connection", "keep-alive", "proxy-connection", "te", "upgrade", "expect"};
	mr_str list = head->connection, word;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (is_word(name, names[i]))
			return true;
	/* What frames the body is not the sender's to take away. */
	if (is_word(name, "content-length") || is_word(name, "transfer-encoding"))
		return false;
	while (next_word(&list, &word))
		if (word.len == name.len && strncasecmp(word.ptr, name.ptr, name.len) == 0)
			return true;
	return false;
}

void front_head_write(mr_str text, const struct front_head *head, const char *fields, mr_buf *out)
{
	mr_str line;

	if (!next_line(&text, &line))
		return;
	mr_buf_str(out, line);
	mr_buf_c(out, "\r\n");
	while (next_line(&text, &line) && line.len) {
		const char *colon = memchr(line.ptr, ':', line.len);

		if (!colon || for_this_hop(mr_str_make(line.ptr, (size_t)(colon - line.ptr)), head))
			continue;
		mr_buf_str(out, line);
		mr_buf_c(out, "\r\n");
	}
	mr_buf_c(out, fields);
	mr_buf_c(out, "\r\n");
}

bool front_has_body(const struct front_head *response, mr_str method)
{
	return !mr_str_is(method, "HEAD") && response->status >= 200 && response->status != 204 && response->status != 304;
}

/* ---- chunks ---- */

enum { SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILER_START, TRAILER, TRAILER_LF, LAST_LF };
enum { LINE_MAX = 4096 };

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One byte outside of the data. */
static void take_byte(struct front_chunks *c, char byte)
{
	c->bad |= ++c->line > LINE_MAX || (byte != '\n' && byte != '\r' && byte != '\t' && (unsigned char)byte < ' ');
	switch (c->state) {
	case SIZE:
		if (hex_digit(byte) >= 0) {
			c->bad |= ++c->digits > 15;
			c->left = c->left * 16 + (uint64_t)hex_digit(byte);
			break;
		}
		c->bad |= c->digits == 0 || (byte != ';' && byte != '\r' && byte != ' ' && byte != '\t');
		c->state = byte == '\r' ? SIZE_LF : EXTENSION;
		break;
	case EXTENSION:
		c->bad |= byte == '\n';
		c->state = byte == '\r' ? SIZE_LF : EXTENSION;
		break;
	case SIZE_LF:
		c->bad |= byte != '\n';
		c->state = c->left ? DATA : TRAILER_START;
		c->digits = c->line = 0;
		break;
	case DATA_CR:
		c->bad |= byte != '\r';
		c->state = DATA_LF;
		break;
	case DATA_LF:
		c->bad |= byte != '\n';
		c->state = SIZE;
		c->line = 0;
		break;
	case TRAILER_START:
		c->bad |= byte == '\n';
		c->state = byte == '\r' ? LAST_LF : TRAILER;
		break;
	case TRAILER:
		c->bad |= byte == '\n';
		c->state = byte == '\r' ? TRAILER_LF : TRAILER;
		break;
	case TRAILER_LF:
		c->bad |= byte != '\n';
		c->state = TRAILER_START;
		break;
	case LAST_LF:
		c->bad |= byte != '\n';
		c->done = !c->bad;
		break;
	}
}

size_t front_chunks_take(struct front_chunks *c, const char *bytes, size_t n)
{
	size_t at = 0;

	while (at < n && !c->done && !c->bad) {
		if (c->state == DATA) {
			size_t piece = c->left < n - at ? (size_t)c->left : n - at;

			at += piece;
			c->left -= piece;
			if (!c->left)
				c->state = DATA_CR;
			continue;
		}
		take_byte(c, bytes[at++]);
	}
	return at;
}
