/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/canvas.h"

#include <math.h>

#include "base/utf8.h"

/* What fontconfig finds it keeps for the process, in places where LeakSanitizer does not look. Of our own nothing is
 * allocated between the two. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#define DRAWING_BEGINS() __lsan_disable()
#define DRAWING_ENDS() __lsan_enable()
#else
#define DRAWING_BEGINS() ((void)0)
#define DRAWING_ENDS() ((void)0)
#endif

enum { SCALE = 2, TEXT_MAX = 512 };
#define FONT "sans-serif"
#define ELLIPSIS "\xe2\x80\xa6"

struct rgb {
	double r, g, b;
};

#define RGB(hex) {((hex) >> 16 & 255) / 255.0, ((hex) >> 8 & 255) / 255.0, ((hex) & 255) / 255.0}

static const struct rgb inks[] = {
	[INK_TEXT] = RGB(0x1f2933), [INK_QUIET] = RGB(0x5f6b7a), [INK_AXIS] = RGB(0x9aa5b1),
	[INK_GRID] = RGB(0xe6eaef), [INK_PAPER] = RGB(0xffffff),
};

/* Told apart by people who see colours differently, too, as far as ten can be. */
static const struct rgb series_colours[] = {RGB(0x0b6fb8), RGB(0xd9541e), RGB(0x0e9a72), RGB(0xb5479b), RGB(0xe0a100),
					    RGB(0x3fb1e3), RGB(0x6a4fb3), RGB(0x8c5a3c), RGB(0x7a8594), RGB(0x9aa61b)};
enum { COLOURS = sizeof series_colours / sizeof *series_colours };

mr_code canvas_begin(struct canvas *c, double width, double height, mr_error *err)
{
	DRAWING_BEGINS();
	canvas_fonts_prepare();
	c->width = width;
	c->height = height;
	c->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(width * SCALE), (int)(height * SCALE));
	c->cr = cairo_create(c->surface);
	if (cairo_status(c->cr) != CAIRO_STATUS_SUCCESS)
		return canvas_finish(c, NULL, mr_error_no_memory(err), err);
	cairo_scale(c->cr, SCALE, SCALE);
	canvas_ink(c, INK_PAPER);
	cairo_paint(c->cr);
	cairo_set_line_join(c->cr, CAIRO_LINE_JOIN_ROUND);
	return MR_OK;
}

mr_code canvas_finish(struct canvas *c, const char *path, mr_code code, mr_error *err)
{
	cairo_status_t status = cairo_status(c->cr);

	if (code == MR_OK && status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png(c->surface, path);
	cairo_destroy(c->cr);
	cairo_surface_destroy(c->surface);
	DRAWING_ENDS();
	if (code == MR_OK && status != CAIRO_STATUS_SUCCESS)
		return mr_error_set(err, MR_IO_ERROR, "The chart %s cannot be drawn: %s", path,
				    cairo_status_to_string(status));
	return code;
}

void canvas_ink(struct canvas *c, ink which)
{
	cairo_set_source_rgb(c->cr, inks[which].r, inks[which].g, inks[which].b);
}

void canvas_series_colour(struct canvas *c, size_t series, double alpha)
{
	const struct rgb *colour = &series_colours[series % COLOURS];

	cairo_set_source_rgba(c->cr, colour->r, colour->g, colour->b, alpha);
}

void canvas_series_dash(struct canvas *c, size_t series)
{
	static const double dashes[][2] = {{6, 3}, {2, 2}, {9, 2}};
	size_t round = series / COLOURS;

	cairo_set_dash(c->cr, round ? dashes[(round - 1) % 3] : NULL, round ? 2 : 0, 0);
}

void canvas_line(struct canvas *c, double x1, double y1, double x2, double y2, double width)
{
	cairo_set_line_width(c->cr, width);
	cairo_move_to(c->cr, x1, y1);
	cairo_line_to(c->cr, x2, y2);
	cairo_stroke(c->cr);
}

/* As cairo wants it: one line of valid UTF-8 with a NUL. */
static void clean(mr_str text, char out[TEXT_MAX])
{
	const char *at = text.ptr, *end = text.len ? text.ptr + text.len : text.ptr;
	size_t n = 0, step;

	while (at < end && n + 8 < TEXT_MAX) {
		int32_t point = mr_utf8_get(at, end, &step);

		if (point < 0x20 || point == 0x7f)
			out[n++] = '?';
		else
			n += mr_utf8_put(out + n, (uint32_t)point);
		at += step;
	}
	out[n] = 0;
}

static double measure(struct canvas *c, const char *text)
{
	cairo_text_extents_t extents;

	cairo_text_extents(c->cr, text, &extents);
	return extents.x_advance;
}

static void shorten(struct canvas *c, char text[TEXT_MAX], double width)
{
	size_t n = strlen(text);

	if (width <= 0 || measure(c, text) <= width)
		return;
	while (n > 0) {
		do
			n--;
		while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80);
		memcpy(text + n, ELLIPSIS, sizeof ELLIPSIS);
		if (measure(c, text) <= width)
			return;
	}
}

static void set_font(struct canvas *c, double size, bool bold)
{
	cairo_select_font_face(c->cr, FONT, CAIRO_FONT_SLANT_NORMAL, bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(c->cr, size);
}

double canvas_text(struct canvas *c, mr_str text, double x, double y, double size, bool bold, text_place place,
		   double width)
{
	char line[TEXT_MAX];
	double drawn;

	clean(text, line);
	set_font(c, size, bold);
	shorten(c, line, width);
	drawn = measure(c, line);
	/* Digits and capitals stand 0.73 of the size over the base line. */
	cairo_move_to(c->cr, x - (place == TEXT_LEFT ? 0 : place == TEXT_RIGHT ? drawn : drawn / 2), y + size * 0.365);
	cairo_show_text(c->cr, line);
	return drawn;
}

double canvas_text_width(struct canvas *c, mr_str text, double size, bool bold)
{
	char line[TEXT_MAX];

	clean(text, line);
	set_font(c, size, bold);
	return measure(c, line);
}

void canvas_text_up(struct canvas *c, mr_str text, double x, double y, double size, text_place place, double width)
{
	cairo_save(c->cr);
	cairo_translate(c->cr, x, y);
	cairo_rotate(c->cr, -1.5707963267948966);
	canvas_text(c, text, 0, 0, size, false, place, width);
	cairo_restore(c->cr);
}

double canvas_heading(struct canvas *c, mr_str title, mr_str subtitle)
{
	canvas_ink(c, INK_TEXT);
	canvas_text(c, title, 24, 28, 16, true, TEXT_LEFT, c->width - 48);
	canvas_ink(c, INK_QUIET);
	canvas_text(c, subtitle, 24, 49, 11.5, false, TEXT_LEFT, c->width - 48);
	return subtitle.len ? 70 : 50;
}
