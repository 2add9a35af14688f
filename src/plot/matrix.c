/* SPDX-License-Identifier: Apache-2.0
 *
 * A matrix of coloured cells: how often each class was taken for each.
 */
#include <math.h>

#include "plot/canvas.h"
#include "plot/charts.h"

enum { LABELS_MAX = 120 };

struct drawing {
	struct canvas canvas;
	const struct mr_plot_matrix *chart;
	struct box area;
	double cell, label_size;
	bool upwards; /* the labels of the columns */
};

/* From white over light to dark blue; the luminance falls evenly. */
static void shade(struct canvas *c, double share)
{
	static const double stops[][3] = {{0.969, 0.980, 0.992}, {0.776, 0.859, 0.937}, {0.420, 0.682, 0.839},
					  {0.129, 0.443, 0.710}, {0.031, 0.188, 0.420}};
	double at = fmin(fmax(share, 0), 1) * 4, part;
	int stop = at >= 4 ? 3 : (int)at;

	part = at - stop;
	cairo_set_source_rgb(c->cr, stops[stop][0] + (stops[stop + 1][0] - stops[stop][0]) * part,
			     stops[stop][1] + (stops[stop + 1][1] - stops[stop][1]) * part,
			     stops[stop][2] + (stops[stop + 1][2] - stops[stop][2]) * part);
}

static double share_at(const struct drawing *d, size_t row, size_t column)
{
	double share = d->chart->shares[row * d->chart->n + column];

	return isfinite(share) ? share : 0;
}

/* ---- layout ---- */

static void lay_out(struct drawing *d, double top, double side)
{
	double labels = 0;

	d->cell = side / (double)d->chart->n;
	d->label_size = fmax(fmin(11, d->cell * 0.8), 5);
	for (size_t i = 0; i < d->chart->n; i++)
		labels = fmax(labels, canvas_text_width(&d->canvas, d->chart->labels[i], d->label_size, false));
	labels = fmin(labels, LABELS_MAX);
	d->upwards = labels > d->cell - 4;
	d->area = (struct box){24 + 22 + labels + 12, top + 4, side, side};
}

/* The columns' labels, where they read upwards, need so much height. */
static double height_of_labels(const struct drawing *d)
{
	double labels = 0;
	struct canvas *c = (struct canvas *)&d->canvas;

	if (!d->upwards)
		return 14;
	for (size_t i = 0; i < d->chart->n; i++)
		labels = fmax(labels, canvas_text_width(c, d->chart->labels[i], d->label_size, false));
	return fmin(labels, LABELS_MAX) + 6;
}

/* ---- drawing ---- */

static void write_cell(struct drawing *d, size_t row, size_t column, double x, double y)
{
	double share = share_at(d, row, column), count = d->chart->counts[row * d->chart->n + column];
	double size = fmin(14, d->cell * 0.28);
	char text[32];

	if (size < 5.5)
		return;
	canvas_ink(&d->canvas, share > 0.5 ? INK_PAPER : INK_TEXT);
	if (d->cell < 44) { /* room for one number */
		if (count > 0) {
			snprintf(text, sizeof text, "%.10g", count);
			canvas_text(&d->canvas, mr_str_from(text), x, y, size + 1.5, false, TEXT_MIDDLE, d->cell - 2);
		}
		return;
	}
	snprintf(text, sizeof text, share > 0 && share < 0.001 ? "<0.1%%" : "%.1f%%", share * 100);
	canvas_text(&d->canvas, mr_str_from(text), x, y - size * 0.62, size, true, TEXT_MIDDLE, d->cell - 4);
	if (share <= 0.5)
		canvas_ink(&d->canvas, INK_QUIET);
	snprintf(text, sizeof text, "%.10g", count);
	canvas_text(&d->canvas, mr_str_from(text), x, y + size * 0.75, size * 0.82, false, TEXT_MIDDLE, d->cell - 4);
}

static void draw_cells(struct drawing *d)
{
	struct canvas *c = &d->canvas;
	double gap = d->cell > 12 ? 1 : 0;

	for (size_t row = 0; row < d->chart->n; row++) {
		for (size_t column = 0; column < d->chart->n; column++) {
			double x = d->area.x + d->cell * (double)column, y = d->area.y + d->cell * (double)row;

			shade(c, share_at(d, row, column));
			cairo_rectangle(c->cr, x + gap, y + gap, d->cell - 2 * gap, d->cell - 2 * gap);
			cairo_fill(c->cr);
			write_cell(d, row, column, x + d->cell / 2, y + d->cell / 2);
		}
	}
	canvas_ink(c, INK_GRID);
	cairo_set_line_width(c->cr, 1);
	cairo_rectangle(c->cr, d->area.x, d->area.y, d->area.width, d->area.height);
	cairo_stroke(c->cr);
}

/* Where they would touch each other, only every second or third is written. */
static void draw_labels(struct drawing *d)
{
	struct canvas *c = &d->canvas;
	size_t every = (size_t)ceil((d->label_size + 1.5) / d->cell);
	double bottom = d->area.y + d->area.height;

	canvas_ink(c, INK_QUIET);
	for (size_t i = 0; i < d->chart->n; i += every) {
		double middle = d->cell * ((double)i + 0.5);

		canvas_text(c, d->chart->labels[i], d->area.x - 8, d->area.y + middle, d->label_size, false, TEXT_RIGHT,
			    LABELS_MAX);
		if (d->upwards)
			canvas_text_up(c, d->chart->labels[i], d->area.x + middle, bottom + 6, d->label_size, TEXT_RIGHT,
				       LABELS_MAX);
		else
			canvas_text(c, d->chart->labels[i], d->area.x + middle, bottom + 12, d->label_size, false,
				    TEXT_MIDDLE, d->cell);
	}
	canvas_ink(c, INK_TEXT);
	canvas_text(c, d->chart->x_label, d->area.x + d->area.width / 2, bottom + height_of_labels(d) + 16, 11.5, false,
		    TEXT_MIDDLE, 0);
	canvas_text_up(c, d->chart->y_label, 32, d->area.y + d->area.height / 2, 11.5, TEXT_MIDDLE, d->area.height);
}

static void draw_scale(struct drawing *d)
{
	struct canvas *c = &d->canvas;
	double x = d->area.x + d->area.width + 26, height = d->area.height;
	char text[16];

	for (int i = 0; i < 100; i++) {
		shade(c, (99.5 - i) / 100);
		cairo_rectangle(c->cr, x, d->area.y + height * i / 100, 14, height / 100 + 0.5);
		cairo_fill(c->cr);
	}
	canvas_ink(c, INK_QUIET);
	for (int i = 0; i <= 4; i++) {
		snprintf(text, sizeof text, "%d%%", i * 25);
		canvas_text(c, mr_str_from(text), x + 20, d->area.y + height * (4 - i) / 4, 10, false, TEXT_LEFT, 0);
	}
	canvas_text_up(c, d->chart->scale_label, x + 62, d->area.y + height / 2, 10.5, TEXT_MIDDLE, height);
}

mr_code plot_matrix(const struct mr_plot_matrix *chart, const char *path, mr_error *err)
{
	struct drawing d = {.chart = chart};
	double side = fmin(fmax(360, 28.0 * (double)chart->n), 960), top = chart->subtitle.len ? 70 : 50;
	mr_code code = canvas_begin(&d.canvas, 100, 100, err); /* to measure on */

	if (code != MR_OK)
		return code;
	lay_out(&d, top, side);
	side += height_of_labels(&d);
	canvas_finish(&d.canvas, NULL, MR_CANCELLED, NULL);
	code = canvas_begin(&d.canvas, d.area.x + d.area.width + 112, top + side + 48, err);
	if (code != MR_OK)
		return code;
	canvas_heading(&d.canvas, chart->title, chart->subtitle);
	draw_cells(&d);
	draw_labels(&d);
	draw_scale(&d);
	return canvas_finish(&d.canvas, path, MR_OK, err);
}
