/* SPDX-License-Identifier: Apache-2.0
 *
 * Charts of lines and points.
 */
#include "plot/charts.h"

#include <float.h>
#include <math.h>

#include "plot/axis.h"
#include "plot/canvas.h"

enum { WIDTH = 720, HEIGHT = 480, LEGEND_ROW = 20, LEGEND_MAX = 230, COUNTS_SIZE = 54, GAP = 10 };

struct drawing {
	struct canvas canvas;
	const struct mr_plot_lines *chart;
	struct axis x, y;
	struct box area;
	size_t legend_n;
	double legend_width, value_width;
};

static double at_x(const struct drawing *d, double x)
{
	return d->area.x + axis_place(&d->x, x) * d->area.width;
}

static double at_y(const struct drawing *d, double y)
{
	return d->area.y + (1 - axis_place(&d->y, y)) * d->area.height;
}

static bool is_point(const struct mr_plot_series *s, size_t i)
{
	return isfinite(s->x[i]) && isfinite(s->y[i]);
}

/* ---- layout ---- */

/* A guide does not widen the axes. */
static void fit_axes(struct drawing *d)
{
	double low[2] = {DBL_MAX, DBL_MAX}, high[2] = {-DBL_MAX, -DBL_MAX};
	bool any = false;

	for (size_t s = 0; s < d->chart->series_n; s++) {
		const struct mr_plot_series *series = &d->chart->series[s];

		for (size_t i = 0; i < series->n && series->style != MR_PLOT_GUIDE; i++) {
			if (!is_point(series, i))
				continue;
			any = true;
			low[0] = fmin(low[0], series->x[i]);
			high[0] = fmax(high[0], series->x[i]);
			low[1] = fmin(low[1], series->y[i]);
			high[1] = fmax(high[1], series->y[i]);
		}
	}
	if (!any)
		low[0] = low[1] = 0, high[0] = high[1] = 1;
	axis_fit(&d->x, low[0], high[0], d->chart->x_min, d->chart->x_max, 6);
	axis_fit(&d->y, low[1], high[1], d->chart->y_min, d->chart->y_max, 6);
}

static void measure_legend(struct drawing *d)
{
	double label = 0;

	for (size_t i = 0; i < d->chart->series_n; i++) {
		const struct mr_plot_series *s = &d->chart->series[i];

		if (!s->label.len)
			continue;
		d->legend_n++;
		label = fmax(label, canvas_text_width(&d->canvas, s->label, 11, false));
		d->value_width = fmax(d->value_width, canvas_text_width(&d->canvas, s->value, 11, false));
	}
	if (d->legend_n)
		d->legend_width = fmin(34 + label + (d->value_width > 0 ? d->value_width + 12 : 0), LEGEND_MAX);
}

static void lay_out(struct drawing *d, double top)
{
	char text[32];
	double labels = 0, right = d->legend_n ? d->legend_width + 36 : 28, bottom = 58;

	for (double t = axis_first_tick(&d->y); axis_has_tick(&d->y, t); t += d->y.step)
		labels = fmax(labels, canvas_text_width(&d->canvas, axis_label(&d->y, t, text), 10.5, false));
	d->area.x = 24 + 22 + labels + 10;
	d->area.y = top + 6;
	d->area.width = WIDTH - right - d->area.x - (d->chart->beside.n ? COUNTS_SIZE + GAP : 0);
	d->area.height = HEIGHT - bottom - d->area.y - (d->chart->below.n ? COUNTS_SIZE + GAP : 0);
}

/* ---- what stands behind the lines ---- */

static void draw_grid(struct drawing *d)
{
	struct canvas *c = &d->canvas;
	const struct box *a = &d->area;
	double below = a->y + a->height + (d->chart->below.n ? COUNTS_SIZE + GAP : 0);
	char text[32];

	for (double t = axis_first_tick(&d->x); axis_has_tick(&d->x, t); t += d->x.step) {
		canvas_ink(c, INK_GRID);
		canvas_line(c, at_x(d, t), a->y, at_x(d, t), a->y + a->height, 1);
		canvas_ink(c, INK_QUIET);
		canvas_text(c, axis_label(&d->x, t, text), at_x(d, t), below + 14, 10.5, false, TEXT_MIDDLE, 0);
	}
	for (double t = axis_first_tick(&d->y); axis_has_tick(&d->y, t); t += d->y.step) {
		canvas_ink(c, INK_GRID);
		canvas_line(c, a->x, at_y(d, t), a->x + a->width, at_y(d, t), 1);
		canvas_ink(c, INK_QUIET);
		canvas_text(c, axis_label(&d->y, t, text), a->x - 8, at_y(d, t), 10.5, false, TEXT_RIGHT, 0);
	}
	canvas_ink(c, INK_AXIS);
	canvas_line(c, a->x, a->y + a->height, a->x + a->width, a->y + a->height, 1);
	canvas_line(c, a->x, a->y, a->x, a->y + a->height, 1);
	canvas_ink(c, INK_TEXT);
	canvas_text(c, d->chart->x_label, a->x + a->width / 2, HEIGHT - 20, 11.5, false, TEXT_MIDDLE, a->width + 60);
	canvas_text_up(c, d->chart->y_label, 32, a->y + a->height / 2, 11.5, TEXT_MIDDLE, a->height + 40);
}

static double most(const struct mr_plot_counts *counts)
{
	double max = 0;

	for (size_t i = 0; i < counts->n; i++)
		max = fmax(max, counts->counts[i]);
	return max > 0 ? max : 1;
}

static void draw_counts_below(struct drawing *d)
{
	const struct mr_plot_counts *counts = &d->chart->below;
	struct canvas *c = &d->canvas;
	double bin = (counts->max - counts->min) / (double)counts->n, top = most(counts);
	double base = d->area.y + d->area.height + GAP + COUNTS_SIZE;
	char text[32];

	canvas_series_colour(c, 0, 0.45);
	for (size_t i = 0; i < counts->n; i++) {
		double x = at_x(d, counts->min + bin * (double)i), end = at_x(d, counts->min + bin * (double)(i + 1));
		double height = (COUNTS_SIZE - 4) * counts->counts[i] / top;

		cairo_rectangle(c->cr, x + 0.75, base - height, end - x - 1.5, height);
	}
	cairo_fill(c->cr);
	canvas_ink(c, INK_AXIS);
	canvas_line(c, d->area.x, base, d->area.x + d->area.width, base, 1);
	canvas_ink(c, INK_QUIET);
	snprintf(text, sizeof text, "%.0f", top);
	canvas_text(c, mr_str_from(text), d->area.x - 8, base - COUNTS_SIZE + 8, 10, false, TEXT_RIGHT, 0);
	canvas_text_up(c, counts->label, 32, base - COUNTS_SIZE / 2.0, 10, TEXT_MIDDLE, COUNTS_SIZE + 10);
}

static void draw_counts_beside(struct drawing *d)
{
	const struct mr_plot_counts *counts = &d->chart->beside;
	struct canvas *c = &d->canvas;
	double bin = (counts->max - counts->min) / (double)counts->n, top = most(counts);
	double base = d->area.x + d->area.width + GAP;

	canvas_series_colour(c, 0, 0.45);
	for (size_t i = 0; i < counts->n; i++) {
		double y = at_y(d, counts->min + bin * (double)(i + 1)), end = at_y(d, counts->min + bin * (double)i);

		cairo_rectangle(c->cr, base, y + 0.75, (COUNTS_SIZE - 4) * counts->counts[i] / top, end - y - 1.5);
	}
	cairo_fill(c->cr);
	canvas_ink(c, INK_AXIS);
	canvas_line(c, base, d->area.y, base, d->area.y + d->area.height, 1);
	canvas_ink(c, INK_QUIET);
	canvas_text(c, counts->label, base, d->area.y + d->area.height + 14, 10, false, TEXT_LEFT, COUNTS_SIZE + 24);
}

/* ---- the lines ---- */

/* Of a long series, points that lie on the one before are left out: nobody would see them. */
static void trace(struct drawing *d, const struct mr_plot_series *s)
{
	cairo_t *cr = d->canvas.cr;
	double last = 0, drawn_x = 0, drawn_y = 0, least = s->n > 2000 ? 0.15 : 0;
	bool pen = false;

	for (size_t i = 0; i < s->n; i++) {
		double x, y;

		if (!is_point(s, i)) {
			pen = false;
			continue;
		}
		x = at_x(d, s->x[i]);
		y = at_y(d, s->y[i]);
		if (pen && i + 1 < s->n && fabs(x - drawn_x) < least && fabs(y - drawn_y) < least)
			continue;
		drawn_x = x;
		drawn_y = y;
		if (pen && s->style == MR_PLOT_STEPS)
			cairo_line_to(cr, x, last);
		if (pen)
			cairo_line_to(cr, x, y);
		else
			cairo_move_to(cr, x, y);
		last = y;
		pen = true;
	}
}

static void draw_points(struct drawing *d, const struct mr_plot_series *s, double radius)
{
	cairo_t *cr = d->canvas.cr;

	for (size_t i = 0; i < s->n; i++) {
		if (!is_point(s, i))
			continue;
		cairo_new_sub_path(cr);
		cairo_arc(cr, at_x(d, s->x[i]), at_y(d, s->y[i]), radius, 0, 6.283185307179586);
		if (s->style == MR_PLOT_POINTS)
			cairo_fill(cr); /* one by one, so that where they overlap it is darker */
	}
	cairo_fill(cr);
}

/* colour: which of the colours; guides have none. */
static void draw_series(struct drawing *d, const struct mr_plot_series *s, size_t colour)
{
	static const double dashes[] = {4, 3};
	struct canvas *c = &d->canvas;

	cairo_save(c->cr);
	if (s->style == MR_PLOT_POINTS) {
		canvas_series_colour(c, colour, s->n > 2000 ? 0.25 : 0.55);
		draw_points(d, s, s->n > 2000 ? 1.8 : 2.8);
	} else if (s->style == MR_PLOT_GUIDE) {
		canvas_ink(c, INK_AXIS);
		cairo_set_dash(c->cr, dashes, 2, 0);
		cairo_set_line_width(c->cr, 1.2);
		trace(d, s);
		cairo_stroke(c->cr);
	} else {
		canvas_series_colour(c, colour, 1);
		canvas_series_dash(c, colour);
		cairo_set_line_width(c->cr, 1.8);
		trace(d, s);
		cairo_stroke(c->cr);
		if (s->style == MR_PLOT_MARKED)
			draw_points(d, s, 3);
	}
	cairo_restore(c->cr);
}

static void draw_sample(struct drawing *d, const struct mr_plot_series *s, size_t colour, double x, double y)
{
	double xs[2] = {x, x + 18}, ys[2] = {y, y};
	struct drawing legend = *d;
	struct mr_plot_series sample = *s;

	/* An area of its own, in which a point of the sheet is a unit of both axes. */
	legend.area = (struct box){0, 0, WIDTH, HEIGHT};
	legend.x = (struct axis){.min = 0, .max = WIDTH};
	legend.y = (struct axis){.min = 0, .max = HEIGHT};
	ys[0] = ys[1] = HEIGHT - y;
	sample.x = xs;
	sample.y = ys;
	sample.n = 2;
	if (s->style == MR_PLOT_POINTS || s->style == MR_PLOT_MARKED) {
		double middle = x + 9, height = HEIGHT - y;
		struct mr_plot_series mark = {.x = &middle, .y = &height, .n = 1, .style = s->style};

		draw_series(&legend, &mark, colour);
		if (s->style == MR_PLOT_POINTS)
			return;
		sample.style = MR_PLOT_LINE;
	}
	draw_series(&legend, &sample, colour);
}

static void draw_legend(struct drawing *d)
{
	struct canvas *c = &d->canvas;
	double x = WIDTH - d->legend_width - 18, y = d->area.y + 10, end = x + d->legend_width;
	size_t colour = 0, drawn = 0, room = (size_t)((HEIGHT - y - 20) / LEGEND_ROW);
	char text[64];

	for (size_t i = 0; i < d->chart->series_n; i++) {
		const struct mr_plot_series *s = &d->chart->series[i];
		size_t mine = s->style == MR_PLOT_GUIDE ? 0 : colour++;

		if (!s->label.len)
			continue;
		if (d->legend_n > room && drawn + 1 == room) {
			canvas_ink(c, INK_QUIET);
			snprintf(text, sizeof text, "and %zu more", d->legend_n - drawn);
			canvas_text(c, mr_str_from(text), x + 26, y, 11, false, TEXT_LEFT, 0);
			return;
		}
		draw_sample(d, s, mine, x, y);
		canvas_ink(c, INK_TEXT);
		canvas_text(c, s->label, x + 26, y, 11, false, TEXT_LEFT,
			    d->legend_width - 26 - (d->value_width > 0 ? d->value_width + 10 : 0));
		canvas_ink(c, INK_QUIET);
		canvas_text(c, s->value, end, y, 11, false, TEXT_RIGHT, 0);
		y += LEGEND_ROW;
		drawn++;
	}
}

mr_code plot_lines(const struct mr_plot_lines *chart, const char *path, mr_error *err)
{
	struct drawing d = {.chart = chart};
	size_t colour = 0;
	mr_code code = canvas_begin(&d.canvas, WIDTH, HEIGHT, err);

	if (code != MR_OK)
		return code;
	fit_axes(&d);
	measure_legend(&d);
	lay_out(&d, canvas_heading(&d.canvas, chart->title, chart->subtitle));
	draw_grid(&d);
	if (chart->below.n)
		draw_counts_below(&d);
	if (chart->beside.n)
		draw_counts_beside(&d);
	cairo_save(d.canvas.cr); /* a little over the edge, so that a line along it is not cut in half */
	cairo_rectangle(d.canvas.cr, d.area.x - 3, d.area.y - 3, d.area.width + 6, d.area.height + 6);
	cairo_clip(d.canvas.cr);
	for (size_t i = 0; i < chart->series_n; i++)
		draw_series(&d, &chart->series[i], chart->series[i].style == MR_PLOT_GUIDE ? 0 : colour++);
	cairo_restore(d.canvas.cr);
	draw_legend(&d);
	return canvas_finish(&d.canvas, path, MR_OK, err);
}
