/* SPDX-License-Identifier: Apache-2.0 */
#include "evaluate/classifier_metrics.h"

#include <float.h>
#include <math.h>

/* Of one class, or of several together. */
struct sums {
	long double right, truth, predicted;
};

static double weight_of(const struct mr_classified *rows, size_t i)
{
	return rows->weights ? rows->weights[i] : 1;
}

/* Where the denominator is 0 the score is 0. */
static double ratio(long double part, long double whole)
{
	return whole != 0 ? (double)(part / whole) : 0;
}

static double precision_of(const struct sums *s)
{
	return ratio(s->right, s->predicted);
}

static double recall_of(const struct sums *s)
{
	return ratio(s->right, s->truth);
}

static double f1_of(const struct sums *s)
{
	return ratio(2 * s->right, s->truth + s->predicted);
}

mr_code mr_average_parse(mr_str name, mr_average *out, mr_error *err)
{
	if (mr_str_is(name, "micro"))
		*out = MR_AVERAGE_MICRO;
	else if (mr_str_is(name, "macro"))
		*out = MR_AVERAGE_MACRO;
	else if (mr_str_is(name, "weighted"))
		*out = MR_AVERAGE_WEIGHTED;
	else
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "'average' in the evaluator's config is '%.*s'; it must be one of 'micro', 'macro', "
				    "'weighted' (the default)",
				    MR_STR_ARG(name));
	return MR_OK;
}

/* Which classes occur, as truth or as prediction: with labels=None scikit-learn averages over these. */
static bool *occurring(const struct mr_classified *rows, mr_arena *arena)
{
	bool *seen = mr_arena_zalloc(arena, rows->classes * sizeof *seen);

	for (size_t i = 0; seen && i < rows->n; i++)
		seen[rows->truth[i]] = seen[rows->predicted[i]] = true;
	return seen;
}

static void average_classes(const struct sums *sums, const bool *seen, size_t classes, bool weighted,
			    struct mr_class_scores *out)
{
	long double precision = 0, recall = 0, f1 = 0, all = 0;

	for (size_t c = 0; c < classes; c++) {
		long double weight = weighted ? sums[c].truth : 1;

		if (!seen[c])
			continue;
		precision += weight * precision_of(&sums[c]);
		recall += weight * recall_of(&sums[c]);
		f1 += weight * f1_of(&sums[c]);
		all += weight;
	}
	out->precision = ratio(precision, all);
	out->recall = ratio(recall, all);
	out->f1 = ratio(f1, all);
}

mr_code mr_class_scores(const struct mr_classified *rows, mr_average average, uint32_t positive, mr_arena *arena,
			struct mr_class_scores *out, mr_error *err)
{
	struct sums *sums = mr_arena_zalloc(arena, (rows->classes + 1) * sizeof *sums), *total;
	bool *seen = occurring(rows, arena);

	if (!sums || !seen)
		return mr_error_no_memory(err);
	total = &sums[rows->classes];
	for (size_t i = 0; i < rows->n; i++) {
		double weight = weight_of(rows, i);
		uint32_t truth = rows->truth[i], predicted = rows->predicted[i];

		sums[truth].truth += weight;
		sums[predicted].predicted += weight;
		total->truth += weight;
		if (truth == predicted) {
			sums[truth].right += weight;
			total->right += weight;
		}
	}
	total->predicted = total->truth;
	out->accuracy = total->truth != 0 ? (double)(total->right / total->truth) : NAN;
	if (average == MR_AVERAGE_MACRO || average == MR_AVERAGE_WEIGHTED) {
		average_classes(sums, seen, rows->classes, average == MR_AVERAGE_WEIGHTED, out);
	} else {
		const struct sums *one = average == MR_AVERAGE_BINARY ? &sums[positive] : total;

		out->precision = precision_of(one);
		out->recall = recall_of(one);
		out->f1 = f1_of(one);
	}
	return MR_OK;
}

mr_code mr_class_confusion(const struct mr_classified *rows, mr_arena *arena, double **matrix, mr_error *err)
{
	*matrix = mr_arena_zalloc(arena, rows->classes * rows->classes * sizeof **matrix);
	if (!*matrix)
		return mr_error_no_memory(err);
	for (size_t i = 0; i < rows->n; i++)
		(*matrix)[rows->truth[i] * rows->classes + rows->predicted[i]] += weight_of(rows, i);
	return MR_OK;
}

double mr_class_log_loss(const struct mr_classified *rows, const double *probabilities)
{
	long double sum = 0, weights = 0;

	for (size_t i = 0; i < rows->n; i++) {
		double p = probabilities[i * rows->classes + rows->truth[i]], weight = weight_of(rows, i);

		p = fmin(fmax(p, DBL_EPSILON), 1 - DBL_EPSILON);
		sum -= weight * logl(p);
		weights += weight;
	}
	return (double)(sum / weights);
}

/* numpy's sum of an array of 32-bit floats: in pairs, in eights below 128. */
static float sum_in_pairs(const float *values, size_t n)
{
	float parts[8], sum = 0;
	size_t i, half = n / 2 / 8 * 8;

	if (n > 128)
		return sum_in_pairs(values, half) + sum_in_pairs(values + half, n - half);
	if (n < 8) {
		for (i = 0; i < n; i++)
			sum += values[i];
		return sum;
	}
	memcpy(parts, values, sizeof parts);
	for (i = 8; i + 8 <= n; i += 8)
		for (size_t k = 0; k < 8; k++)
			parts[k] += values[i + k];
	sum = ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]));
	for (; i < n; i++)
		sum += values[i];
	return sum;
}

double mr_class_log_loss_narrow(const struct mr_classified *rows, const double *probabilities, float *losses)
{
	double sum = 0, weights = 0;

	for (size_t i = 0; i < rows->n; i++) {
		float p = (float)probabilities[i * rows->classes + rows->truth[i]];

		losses[i] = -logf(fminf(fmaxf(p, FLT_EPSILON), 1 - FLT_EPSILON));
		sum += weight_of(rows, i) * losses[i];
		weights += weight_of(rows, i);
	}
	return rows->weights ? sum / weights : (double)(sum_in_pairs(losses, rows->n) / (float)rows->n);
}

struct mr_binary_counts mr_class_counts(const struct mr_classified *rows, uint32_t positive)
{
	struct mr_binary_counts counts = {0};

	for (size_t i = 0; i < rows->n; i++) {
		bool truth = rows->truth[i] == positive, predicted = rows->predicted[i] == positive;

		++*(truth ? predicted ? &counts.tp : &counts.fn : predicted ? &counts.fp : &counts.tn);
	}
	return counts;
}
