/* SPDX-License-Identifier: Apache-2.0 */
#include "server/disposition.h"

#include <ctype.h>

#include "base/utf8.h"

/* Letters of U+00A0 to U+017F as ASCII (compatibility decomposition). */
static const char *const plain[] = {
	" ",  "",  "",	"",  "",  "",  "",  "",	  " ",	"",   "a", "",	"",  "",  "",  " ", "",	 "",  "2", "3", " ",
	"",   "",  "",	" ", "1", "o", "",  "14", "12", "34", "",  "A", "A", "A", "A", "A", "A", "",  "C", "E", "E",
	"E",  "E", "I", "I", "I", "I", "",  "N",  "O",	"O",  "O", "O", "O", "",  "",  "U", "U", "U", "U", "Y", "",
	"",   "a", "a", "a", "a", "a", "a", "",	  "c",	"e",  "e", "e", "e", "i", "i", "i", "i", "",  "n", "o", "o",
	"o",  "o", "o", "",  "",  "u", "u", "u",  "u",	"y",  "",  "y", "A", "a", "A", "a", "A", "a", "C", "c", "C",
	"c",  "C", "c", "C", "c", "D", "d", "",	  "",	"E",  "e", "E", "e", "E", "e", "E", "e", "E", "e", "G", "g",
	"G",  "g", "G", "g", "G", "g", "H", "h",  "",	"",   "I", "i", "I", "i", "I", "i", "I", "i", "I", "",	"IJ",
	"ij", "J", "j", "K", "k", "",  "L", "l",  "L",	"l",  "L", "l", "L", "l", "",  "",  "N", "n", "N", "n", "N",
	"n",  "n", "",	"",  "O", "o", "O", "o",  "O",	"o",  "",  "",	"R", "r", "R", "r", "R", "r", "S", "s", "S",
	"s",  "S", "s", "S", "s", "T", "t", "T",  "t",	"",   "",  "U", "u", "U", "u", "U", "u", "U", "u", "U", "u",
	"U",  "u", "W", "w", "Y", "y", "Y", "Z",  "z",	"Z",  "z", "Z", "z", "s",
};

static bool is_token(mr_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!isalnum((unsigned char)s.ptr[i]) && !strchr("!#$%&'*+-.^_`|~", s.ptr[i]))
			return false;
	}
	return s.len > 0;
}

static void write_value(mr_str s, mr_buf *out)
{
	if (is_token(s)) {
		mr_buf_str(out, s);
		return;
	}
	mr_buf_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] == '"' || s.ptr[i] == '\\')
			mr_buf_char(out, '\\');
		mr_buf_char(out, s.ptr[i]);
	}
	mr_buf_char(out, '"');
}

/* The name in ASCII, as far as it goes; true when it was ASCII. */
static bool write_plain(mr_str name, mr_buf *out)
{
	const char *at = name.ptr, *end = name.ptr + name.len;
	bool ascii = true;

	while (at < end) {
		size_t n;
		int32_t c = mr_utf8_get(at, end, &n);

		at += n;
		if (c >= 0x20 && c < 0x7f)
			mr_buf_char(out, (char)c);
		else if (c >= 0xa0 && c < 0x180)
			mr_buf_c(out, plain[c - 0xa0]);
		ascii &= c >= 0 && c < 0x80;
	}
	return ascii;
}

void mr_disposition_write(mr_str name, mr_buf *out)
{
	mr_buf ascii;
	bool whole;

	mr_buf_init(&ascii, 8192);
	whole = name.len == 0 || write_plain(name, &ascii);
	mr_buf_c(out, "attachment; filename=");
	write_value(whole || ascii.len ? mr_buf_view(&ascii) : mr_str_from("download"), out);
	mr_buf_dispose(&ascii);
	if (whole)
		return;
	mr_buf_c(out, "; filename*=UTF-8''");
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];

		if (isalnum(c) || (c < 0x80 && c && strchr("!#$&+-.^_`|~", c)))
			mr_buf_char(out, (char)c);
		else
			mr_buf_printf(out, "%%%02X", c);
	}
}
