/* SPDX-License-Identifier: Apache-2.0
 *
 * per_class_metrics.csv: the metrics of each class against the rest, with MLflow's
 * columns, written as pandas writes them.
 */
#include <math.h>

#include "base/os.h"
#include "evaluate/classifier.h"

enum { REPORT_MAX = 64 << 20 };

static void add_text(mr_buf *csv, mr_str text)
{
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++)
		quoted = quoted || strchr(",\"\r\n", text.ptr[i]);
	if (!quoted) {
		mr_buf_str(csv, text);
		return;
	}
	mr_buf_char(csv, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			mr_buf_char(csv, '"');
		mr_buf_char(csv, text.ptr[i]);
	}
	mr_buf_char(csv, '"');
}

static void add_double(mr_buf *csv, double value)
{
	mr_buf_char(csv, ',');
	if (!isnan(value))
		mr_buf_double(csv, value);
}

static mr_code add_class(struct classifier *c, uint32_t class, mr_buf *csv)
{
	struct mr_binary_counts counts = mr_class_counts(&c->rows, class);
	struct mr_classified one;
	struct mr_class_scores scores;
	mr_code code = classifier_one_class(c, class, &one);

	if (code == MR_OK)
		code = mr_class_scores(&one, MR_AVERAGE_BINARY, 1, c->e->arena, &scores, c->e->err);
	if (code != MR_OK)
		return code;
	add_text(csv, c->labels.shown[class]);
	mr_buf_printf(csv, ",%zu,%zu,%zu,%zu,%zu", counts.tn, counts.fp, counts.fn, counts.tp, c->rows.n);
	add_double(csv, scores.accuracy);
	add_double(csv, scores.recall);
	add_double(csv, scores.precision);
	add_double(csv, scores.f1);
	if (c->roc) {
		add_double(csv, c->roc[class].area);
		add_double(csv, c->precision_recall[class].area);
	}
	mr_buf_char(csv, '\n');
	return MR_OK;
}

mr_code classifier_report(struct classifier *c)
{
	mr_str path = evaluator_path(c->e, false, "per_class_metrics", "csv");
	mr_code code = path.ptr ? MR_OK : mr_error_no_memory(c->e->err);
	mr_buf csv;

	mr_buf_init(&csv, REPORT_MAX);
	mr_buf_c(&csv, "positive_class,true_negatives,false_positives,false_negatives,true_positives,example_count,"
		       "accuracy_score,recall_score,precision_score,f1_score");
	mr_buf_c(&csv, c->roc ? ",roc_auc,precision_recall_auc\n" : "\n");
	for (uint32_t class = 0; class < c->labels.n && code == MR_OK; class ++)
		if (c->listed[class])
			code = add_class(c, class, &csv);
	if (code == MR_OK)
		code = mr_buf_check(&csv, c->e->err);
	if (code == MR_OK)
		code = mr_file_write_atomic(path, mr_buf_view(&csv), c->e->err);
	mr_buf_dispose(&csv);
	return code == MR_OK ? evaluator_artifact(c->e, "per_class_metrics", path) : code;
}
