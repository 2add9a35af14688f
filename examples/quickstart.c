/* SPDX-License-Identifier: Apache-2.0
 *
 * Trains a softmax regression on the iris data set and logs it: parameters, loss
 * and accuracy at every step, and the model file. Where it goes is
 * MLFLOW_TRACKING_URI's to say:
 *
 *	MLFLOW_TRACKING_URI=file-plugin:$PWD/mlruns build/examples/quickstart [FILE.csv]
 */
#include <math.h>
#include <millrace.h>
#include <stdlib.h>

enum { ROWS_MAX = 200, FEATURES = 4, CLASSES = 3, STEPS = 200 };

struct data {
	double x[ROWS_MAX][FEATURES];
	int species[ROWS_MAX];
	int n;
};

struct model {
	double mean[FEATURES], deviation[FEATURES];
	double weight[CLASSES][FEATURES], bias[CLASSES];
};

static bool load(const char *path, struct data *data)
{
	FILE *in = fopen(path, "r");
	char line[256];

	if (!in || !fgets(line, sizeof line, in)) { /* the header */
		perror(path);
		if (in)
			fclose(in);
		return false;
	}
	while (data->n < ROWS_MAX && fgets(line, sizeof line, in)) {
		double *x = data->x[data->n];

		if (sscanf(line, "%lf,%lf,%lf,%lf,%d", &x[0], &x[1], &x[2], &x[3], &data->species[data->n]) == 5)
			data->n++;
	}
	fclose(in);
	return data->n > 0;
}

/* Brings every feature to mean 0 and deviation 1. */
static void standardize(struct data *data, struct model *model)
{
	for (int f = 0; f < FEATURES; f++) {
		double sum = 0, squares = 0;

		for (int i = 0; i < data->n; i++) {
			sum += data->x[i][f];
			squares += data->x[i][f] * data->x[i][f];
		}
		model->mean[f] = sum / data->n;
		model->deviation[f] = sqrt(squares / data->n - model->mean[f] * model->mean[f]);
		for (int i = 0; i < data->n; i++)
			data->x[i][f] = (data->x[i][f] - model->mean[f]) / model->deviation[f];
	}
}

/* The probabilities of each class for one row; gives the likeliest. */
static int predict(const struct model *model, const double x[FEATURES], double p[CLASSES])
{
	double sum = 0;
	int best = 0;

	for (int c = 0; c < CLASSES; c++) {
		p[c] = model->bias[c];
		for (int f = 0; f < FEATURES; f++)
			p[c] += model->weight[c][f] * x[f];
		if (p[c] > p[best])
			best = c;
	}
	for (int c = 0; c < CLASSES; c++)
		sum += exp(p[c]);
	for (int c = 0; c < CLASSES; c++)
		p[c] = exp(p[c]) / sum;
	return best;
}

/* One step of gradient descent; gives loss and accuracy before it. */
static void train_step(struct model *model, const struct data *data, double rate, double *loss, double *accuracy)
{
	struct model gradient = {0};
	int right = 0;

	*loss = 0;
	for (int i = 0; i < data->n; i++) {
		double p[CLASSES];

		right += predict(model, data->x[i], p) == data->species[i];
		*loss -= log(p[data->species[i]]) / data->n;
		for (int c = 0; c < CLASSES; c++) {
			double error = (p[c] - (c == data->species[i])) / data->n;

			gradient.bias[c] += error;
			for (int f = 0; f < FEATURES; f++)
				gradient.weight[c][f] += error * data->x[i][f];
		}
	}
	*accuracy = (double)right / data->n;
	for (int c = 0; c < CLASSES; c++) {
		model->bias[c] -= rate * gradient.bias[c];
		for (int f = 0; f < FEATURES; f++)
			model->weight[c][f] -= rate * gradient.weight[c][f];
	}
}

static bool save(const struct model *model, const char *path)
{
	FILE *out = fopen(path, "w");

	if (!out) {
		perror(path);
		return false;
	}
	for (int f = 0; f < FEATURES; f++)
		fprintf(out, "feature %d mean %.17g deviation %.17g\n", f, model->mean[f], model->deviation[f]);
	for (int c = 0; c < CLASSES; c++) {
		fprintf(out, "class %d bias %.17g weights", c, model->bias[c]);
		for (int f = 0; f < FEATURES; f++)
			fprintf(out, " %.17g", model->weight[c][f]);
		fputc('\n', out);
	}
	return fclose(out) == 0;
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "examples/data/iris.csv";
	static struct data data;
	struct model model = {0};
	const double rate = 0.5;
	char run_id[33], text[32];
	double loss = 0, accuracy = 0;
	mr_error err;

	mr_error_init(&err);
	if (!load(path, &data))
		return 1;
	standardize(&data, &model);
	mr_set_experiment("quickstart", &err);
	mr_start_run(NULL, &err);
	mr_active_run_id(run_id, &err);
	mr_log_param("model", "softmax regression", &err);
	snprintf(text, sizeof text, "%g", rate);
	mr_log_param("learning_rate", text, &err);
	snprintf(text, sizeof text, "%d", STEPS);
	mr_log_param("steps", text, &err);
	mr_set_tag("data", "iris", &err);
	for (int step = 0; step < STEPS; step++) {
		train_step(&model, &data, rate, &loss, &accuracy);
		mr_log_metric("loss", loss, step, &err);
		mr_log_metric("accuracy", accuracy, step, &err);
	}
	if (save(&model, "iris-model.txt"))
		mr_log_artifact("iris-model.txt", "model", &err);
	remove("iris-model.txt");
	mr_end_run(MR_RUN_STATUS_FINISHED, &err);
	if (err.code != MR_OK) {
		fprintf(stderr, "quickstart: %s\n", err.message);
		return 1;
	}
	printf("run %s: loss %.4f, accuracy %.3f\n", run_id, loss, accuracy);
	return 0;
}
