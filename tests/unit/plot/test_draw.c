/* SPDX-License-Identifier: Apache-2.0
 *
 * Charts are drawn, whatever is in them: the file is a PNG of the size meant, has ink where it must have some, and
 * is the same each time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plot/charts.h"

#define S(text) {text, sizeof(text) - 1}

struct picture {
	cairo_surface_t *surface;
	int width, height;
};

static void path_of(const char *name, char out[256])
{
	const char *folder = getenv("PLOT_TEST_KEEP");

	snprintf(out, 256, "%s/plot-test-%d-%s.png", folder ? folder : "/tmp", folder ? 0 : (int)getpid(), name);
}

static struct picture open_picture(const char *path)
{
	struct picture p = {.surface = cairo_image_surface_create_from_png(path)};

	assert_int_equal(cairo_surface_status(p.surface), CAIRO_STATUS_SUCCESS);
	p.width = cairo_image_surface_get_width(p.surface);
	p.height = cairo_image_surface_get_height(p.surface);
	if (!getenv("PLOT_TEST_KEEP"))
		unlink(path);
	return p;
}

static uint32_t pixel(const struct picture *p, int x, int y)
{
	const unsigned char *row = cairo_image_surface_get_data(p->surface) + y * cairo_image_surface_get_stride(p->surface);
	uint32_t value;

	memcpy(&value, row + 4 * x, 4);
	return value & 0xffffff;
}

/* How many pixels have exactly this colour. */
static long count(const struct picture *p, uint32_t colour)
{
	long n = 0;

	for (int y = 0; y < p->height; y++)
		for (int x = 0; x < p->width; x++)
			n += pixel(p, x, y) == colour;
	return n;
}

static void close_picture(struct picture *p)
{
	cairo_surface_destroy(p->surface);
}

static struct picture draw_lines(const struct mr_plot_lines *chart, const char *name)
{
	char path[256];
	mr_error err;

	mr_error_init(&err);
	path_of(name, path);
	assert_int_equal(plot_lines(chart, path, &err), MR_OK);
	return open_picture(path);
}

static struct picture draw_matrix(const struct mr_plot_matrix *chart, const char *name)
{
	char path[256];
	mr_error err;

	mr_error_init(&err);
	path_of(name, path);
	assert_int_equal(plot_matrix(chart, path, &err), MR_OK);
	return open_picture(path);
}

enum { N = 60 };

static void lines_of_many_classes(void **state)
{
	static double x[12][N], y[12][N], diagonal[2] = {0, 1};
	struct mr_plot_series series[13];
	char labels[12][32], values[12][32];
	struct mr_plot_lines chart = {.title = S("ROC curve"), .subtitle = S("One class against the rest"),
				      .x_label = S("False positive rate"), .y_label = S("True positive rate"),
				      .series = series, .series_n = 13, .x_min = 0, .x_max = 1, .y_min = 0, .y_max = 1};
	struct picture p;

	(void)state;
	for (int s = 0; s < 12; s++) {
		for (int i = 0; i < N; i++) {
			x[s][i] = i / (N - 1.0);
			y[s][i] = pow(x[s][i], 1.0 / (2 + s));
		}
		snprintf(labels[s], sizeof labels[s], "class %d", s);
		snprintf(values[s], sizeof values[s], "AUC %.3f", (2.0 + s) / (3 + s));
		series[s] = (struct mr_plot_series){mr_str_from(labels[s]), mr_str_from(values[s]), x[s], y[s], N, MR_PLOT_LINE};
	}
	series[12] = (struct mr_plot_series){S("chance"), S("0.5"), diagonal, diagonal, 2, MR_PLOT_GUIDE};
	p = draw_lines(&chart, "roc");
	assert_int_equal(p.width, 1440);
	assert_int_equal(p.height, 960);
	assert_int_equal(pixel(&p, 2, 2), 0xffffff);
	assert_true(count(&p, 0xffffff) > (long)p.width * p.height / 2);
	assert_true(count(&p, 0x0b6fb8) > 500); /* the first and the eleventh class */
	assert_true(count(&p, 0xd9541e) > 500);
	assert_true(count(&p, 0x9aa61b) > 200); /* the tenth */
	close_picture(&p);
}

static void points_with_counts_beside(void **state)
{
	static double x[400], y[400], zero_x[2] = {0, 400}, zero_y[2] = {0, 0}, counts[20];
	struct mr_plot_series series[] = {{S(""), S(""), x, y, 400, MR_PLOT_POINTS},
					  {S(""), S(""), zero_x, zero_y, 2, MR_PLOT_GUIDE}};
	struct mr_plot_lines chart = {.title = S("Residuals"), .subtitle = S("442 rows"), .x_label = S("Predicted"),
				      .y_label = S("Residual"), .series = series, .series_n = 2, .x_min = NAN, .x_max = NAN,
				      .y_min = -160, .y_max = 160, .beside = {counts, 20, -160, 160, S("rows")}};
	struct picture p;

	(void)state;
	for (int i = 0; i < 400; i++) {
		x[i] = 50 + i * 0.6;
		y[i] = 120 * sin(i * 12.9898) * cos(i * 0.4);
		counts[(int)((y[i] + 160) / 16)]++;
	}
	p = draw_lines(&chart, "residuals");
	assert_true(count(&p, 0xffffff) < (long)p.width * p.height);
	close_picture(&p);
}

static void calibration_with_counts_below(void **state)
{
	static double x[] = {0.03, 0.14, 0.26, 0.35, 0.44, 0.57, 0.66, 0.74, 0.85, 0.97},
		      y[] = {0.01, 0.1, 0.2, 0.5, 0.4, 0.6, 0.8, 0.7, 0.9, 0.99}, diagonal[2] = {0, 1},
		      counts[] = {120, 20, 8, 5, 4, 6, 5, 9, 25, 160};
	struct mr_plot_series series[] = {{S("benign"), S(""), x, y, 10, MR_PLOT_MARKED},
					  {S("perfectly calibrated"), S(""), diagonal, diagonal, 2, MR_PLOT_GUIDE}};
	struct mr_plot_lines chart = {.title = S("Calibration"), .x_label = S("Mean predicted probability"),
				      .y_label = S("Fraction of positives"), .series = series, .series_n = 2, .x_min = 0,
				      .x_max = 1, .y_min = 0, .y_max = 1, .below = {counts, 10, 0, 1, S("rows")}};
	struct picture p = draw_lines(&chart, "calibration");

	(void)state;
	assert_true(count(&p, 0x0b6fb8) > 500);
	close_picture(&p);
}

/* Nothing in it, one point, values that are not numbers, labels that are no UTF-8: a chart, and no crash. */
static void odd_charts(void **state)
{
	static double one[] = {5}, bad[] = {NAN, INFINITY, 1e300, -1e300}, tiny[] = {1e-9, 2e-9, 3e-9, 4e-9};
	struct mr_plot_series series[] = {{S("\xff\xfe\n"), S("\xe2\x82"), one, one, 1, MR_PLOT_MARKED},
					  {S("bad"), S(""), bad, bad, 4, MR_PLOT_LINE},
					  {S("tiny"), S(""), tiny, tiny, 4, MR_PLOT_STEPS}};
	struct mr_plot_lines chart = {.series = series, .x_min = NAN, .x_max = NAN, .y_min = NAN, .y_max = NAN};
	struct picture p;

	(void)state;
	for (size_t i = 0; i <= 3; i++) {
		chart.series_n = i;
		p = draw_lines(&chart, "odd");
		close_picture(&p);
	}
	bad[1] = 1.7e308;
	bad[2] = -1.7e308;
	tiny[3] = tiny[1] = tiny[2] = tiny[0] = 1e17;
	tiny[3] += 16;
	p = draw_lines(&chart, "odd");
	close_picture(&p);
	chart.series = series + 2;
	chart.series_n = 1;
	p = draw_lines(&chart, "tiny");
	close_picture(&p);
}

static void confusion_of(size_t n, const char *const *names, const char *file)
{
	double *shares = calloc(n * n, sizeof *shares), *counts = calloc(n * n, sizeof *counts);
	mr_str *labels = calloc(n, sizeof *labels);
	char(*texts)[24] = calloc(n, sizeof *texts);
	struct mr_plot_matrix chart = {.title = S("Confusion matrix"), .subtitle = S("Each row adds up to 100 %"),
				       .x_label = S("Predicted label"), .y_label = S("True label"),
				       .scale_label = S("share of the true label"), .labels = labels, .n = n,
				       .shares = shares, .counts = counts};
	struct picture p;

	for (size_t i = 0; i < n; i++) {
		snprintf(texts[i], sizeof texts[i], "%zu", i);
		labels[i] = mr_str_from(names ? names[i] : texts[i]);
		for (size_t k = 0; k < n; k++) {
			shares[i * n + k] = i == k ? 0.9 : 0.1 / (double)(n - 1);
			counts[i * n + k] = floor(200 * shares[i * n + k]);
		}
	}
	p = draw_matrix(&chart, file);
	assert_true(p.width > 1000 && p.height > 900);
	assert_int_equal(pixel(&p, 2, 2), 0xffffff);
	close_picture(&p);
	free(shares);
	free(counts);
	free(labels);
	free(texts);
}

static void confusion(void **state)
{
	static const char *const flowers[] = {"setosa", "versicolor", "virginica"};
	static const char *const long_names[] = {"a label that is much too long for a cell of a matrix", "b"};

	(void)state;
	confusion_of(2, long_names, "confusion-2");
	confusion_of(3, flowers, "confusion-3");
	confusion_of(10, NULL, "confusion-10");
	confusion_of(60, NULL, "confusion-60");
}

static void a_path_that_cannot_be_written(void **state)
{
	struct mr_plot_lines chart = {.x_min = NAN, .x_max = NAN, .y_min = NAN, .y_max = NAN};
	mr_error err;

	(void)state;
	mr_error_init(&err);
	assert_int_equal(plot_lines(&chart, "/nowhere/at/all.png", &err), MR_IO_ERROR);
	assert_non_null(strstr(err.message, "/nowhere/at/all.png"));
}

static int forget(void **state)
{
	(void)state;
	cairo_debug_reset_static_data();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_many_classes), cmocka_unit_test(points_with_counts_beside),
		cmocka_unit_test(calibration_with_counts_below), cmocka_unit_test(odd_charts),
		cmocka_unit_test(confusion), cmocka_unit_test(a_path_that_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, forget);
}
