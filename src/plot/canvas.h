/* SPDX-License-Identifier: Apache-2.0
 *
 * A sheet of paper: its size, its colours, text on it. Lengths are in points of
 * the sheet; each is SCALE pixels of the file.
 */
#ifndef MR_PLOT_CANVAS_H
#define MR_PLOT_CANVAS_H

#include <cairo.h>
#include <millrace/types.h>

struct canvas {
	cairo_surface_t *surface;
	cairo_t *cr;
	double width, height;
};

/* A rectangle of it. */
struct box {
	double x, y, width, height;
};

typedef enum ink { INK_TEXT, INK_QUIET, INK_AXIS, INK_GRID, INK_PAPER } ink;

typedef enum text_place { TEXT_LEFT, TEXT_MIDDLE, TEXT_RIGHT } text_place;

mr_code canvas_begin(struct canvas *c, double width, double height, mr_error *err);
/* Writes the file, and frees the canvas in any case. */
mr_code canvas_finish(struct canvas *c, const char *path, mr_code code, mr_error *err);

void canvas_ink(struct canvas *c, ink which);
/* The colour of the series with this number; alpha 1 is opaque. */
void canvas_series_colour(struct canvas *c, size_t series, double alpha);
/* After all colours were used once, lines get dashes. */
void canvas_series_dash(struct canvas *c, size_t series);
void canvas_line(struct canvas *c, double x1, double y1, double x2, double y2, double width);

/* Text of one line, its middle at the height y; what is wider than width is cut, with an ellipsis (0: never). Bytes that
 * are not UTF-8 and control characters become question marks. Gives the width drawn. */
double canvas_text(struct canvas *c, mr_str text, double x, double y, double size, bool bold, text_place place,
		   double width);
double canvas_text_width(struct canvas *c, mr_str text, double size, bool bold);
/* The same, reading upwards. */
void canvas_text_up(struct canvas *c, mr_str text, double x, double y, double size, text_place place, double width);

/* Title and subtitle at the top; the height that they take. */
double canvas_heading(struct canvas *c, mr_str title, mr_str subtitle);

/* Before the first text (font.c). */
void canvas_fonts_prepare(void);

#endif
