/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/curves.h"

#include <math.h>
#include <stdlib.h>

struct ranked {
	double score;
	size_t row;
};

/* Cumulated weights of the positives and negatives at each distinct score, the highest first. */
struct steps {
	size_t n;
	double *tp, *fp;
};

static int by_falling_score(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* Rows of weight 0 do not count, as in scikit-learn. */
static size_t rank(const struct mr_scored *rows, struct ranked *out)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++)
		if (!rows->weights || rows->weights[i] != 0)
			out[n++] = (struct ranked){rows->score[i], i};
	qsort(out, n, sizeof *out, by_falling_score);
	return n;
}

static mr_code make_steps(const struct mr_scored *rows, mr_arena *arena, struct steps *out, mr_error *err)
{
	struct ranked *ranked = mr_arena_alloc(arena, (rows->n + 1) * sizeof *ranked);
	long double tp = 0, fp = 0;
	size_t n;

	out->n = 0;
	out->tp = mr_arena_alloc(arena, (rows->n + 1) * sizeof *out->tp);
	out->fp = mr_arena_alloc(arena, (rows->n + 1) * sizeof *out->fp);
	if (!ranked || !out->tp || !out->fp)
		return mr_error_no_memory(err);
	n = rank(rows, ranked);
	for (size_t i = 0; i < n; i++) {
		size_t row = ranked[i].row;
		double weight = rows->weights ? rows->weights[row] : 1;

		*(rows->positive[row] ? &tp : &fp) += weight;
		if (i + 1 < n && ranked[i + 1].score == ranked[i].score)
			continue;
		out->tp[out->n] = (double)tp;
		out->fp[out->n++] = (double)fp;
	}
	return MR_OK;
}

static mr_code curve_room(struct mr_curve *out, size_t n, mr_arena *arena, mr_error *err)
{
	out->n = 0;
	out->area = NAN;
	out->x = mr_arena_alloc(arena, n * sizeof *out->x);
	out->y = mr_arena_alloc(arena, n * sizeof *out->y);
	return out->x && out->y ? MR_OK : mr_error_no_memory(err);
}

static void curve_add(struct mr_curve *curve, double x, double y)
{
	curve->x[curve->n] = x;
	curve->y[curve->n++] = y;
}

/* Whether the curve goes on from the last step in the direction in which it came. */
static bool on_the_way(const struct steps *s, size_t i)
{
	return i > 0 && i + 1 < s->n && s->tp[i] - s->tp[i - 1] == s->tp[i + 1] - s->tp[i] &&
	       s->fp[i] - s->fp[i - 1] == s->fp[i + 1] - s->fp[i];
}

mr_code mr_curve_roc(const struct mr_scored *rows, mr_arena *arena, struct mr_curve *out, mr_error *err)
{
	struct steps s;
	long double area = 0, last_tp = 0, last_fp = 0;
	double tp, fp;
	mr_code code = make_steps(rows, arena, &s, err);

	if (code == MR_OK)
		code = curve_room(out, s.n + 1, arena, err);
	if (code != MR_OK)
		return code;
	tp = s.n ? s.tp[s.n - 1] : 0;
	fp = s.n ? s.fp[s.n - 1] : 0;
	curve_add(out, 0, 0);
	for (size_t i = 0; i < s.n; i++) {
		area += (s.fp[i] - last_fp) * (s.tp[i] + last_tp) / 2;
		last_tp = s.tp[i];
		last_fp = s.fp[i];
		if (!on_the_way(&s, i))
			curve_add(out, fp > 0 ? s.fp[i] / fp : NAN, tp > 0 ? s.tp[i] / tp : NAN);
	}
	if (tp > 0 && fp > 0)
		out->area = (double)(area / tp / fp);
	return MR_OK;
}

mr_code mr_curve_precision_recall(const struct mr_scored *rows, mr_arena *arena, struct mr_curve *out, mr_error *err)
{
	struct steps s;
	long double area = 0;
	double tp, last = 0;
	mr_code code = make_steps(rows, arena, &s, err);

	if (code == MR_OK)
		code = curve_room(out, s.n + 1, arena, err);
	if (code != MR_OK)
		return code;
	tp = s.n ? s.tp[s.n - 1] : 0;
	for (size_t i = s.n; i-- > 0;) {
		double all = s.tp[i] + s.fp[i];

		curve_add(out, tp > 0 ? s.tp[i] / tp : 1, all > 0 ? s.tp[i] / all : 0);
	}
	curve_add(out, 0, 1);
	for (size_t i = out->n - 1; i-- > 0;) { /* recall rises from its end */
		area += (long double)(out->x[i] - last) * out->y[i];
		last = out->x[i];
	}
	out->area = area > 0 ? (double)area : 0;
	return MR_OK;
}

mr_code mr_curve_lift(const struct mr_scored *rows, mr_arena *arena, struct mr_curve *out, mr_error *err)
{
	struct mr_scored plain = *rows;
	struct steps s;
	double positives, all;
	mr_code code;

	plain.weights = NULL;
	code = make_steps(&plain, arena, &s, err);
	if (code == MR_OK)
		code = curve_room(out, s.n + 1, arena, err);
	if (code != MR_OK || !s.n)
		return code;
	positives = s.tp[s.n - 1];
	all = positives + s.fp[s.n - 1];
	for (size_t i = 0; i < s.n && positives > 0; i++) {
		double part = (s.tp[i] + s.fp[i]) / all;

		curve_add(out, part, s.tp[i] / positives / part);
	}
	return MR_OK;
}

/* The bin of a score: an edge belongs to the bin below. The edges are numpy's, multiples of a rounded width. */
static size_t bin_of(double score, size_t bins)
{
	double width = 1.0 / (double)bins;
	size_t bin = (size_t)(score * (double)bins);

	if (bin >= bins)
		bin = bins - 1;
	while (bin > 0 && score <= (double)bin * width)
		bin--;
	while (bin + 1 < bins && score > (double)(bin + 1) * width)
		bin++;
	return bin;
}

mr_code mr_curve_calibration(const struct mr_scored *rows, size_t bins, mr_arena *arena, struct mr_curve *out,
			     mr_error *err)
{
	double *sums = mr_arena_zalloc(arena, 3 * bins * sizeof *sums), *positives = sums + bins, *all = positives + bins;
	mr_code code = sums ? curve_room(out, bins, arena, err) : mr_error_no_memory(err);

	for (size_t i = 0; code == MR_OK && i < rows->n; i++) {
		size_t bin;

		if (!(rows->score[i] >= 0 && rows->score[i] <= 1))
			return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "y_prob has values outside [0, 1].");
		bin = bin_of(rows->score[i], bins);
		sums[bin] += rows->score[i];
		positives[bin] += rows->positive[i];
		all[bin]++;
	}
	for (size_t i = 0; code == MR_OK && i < bins; i++)
		if (all[i] > 0)
			curve_add(out, sums[i] / all[i], positives[i] / all[i]);
	return code;
}
