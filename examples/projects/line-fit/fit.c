/* SPDX-License-Identifier: Apache-2.0
 *
 * Fits y = a x + b to points of y = 2 x + 1 by gradient descent: fit RATE STEPS
 */
#include <math.h>
#include <millrace.h>
#include <stdlib.h>

#define POINTS 64

static double loss_of(double a, double b, double *grad_a, double *grad_b)
{
	double loss = 0;

	*grad_a = *grad_b = 0;
	for (int i = 0; i < POINTS; i++) {
		double x = (double)i / POINTS, off = a * x + b - (2 * x + 1);

		loss += off * off / POINTS;
		*grad_a += 2 * off * x / POINTS;
		*grad_b += 2 * off / POINTS;
	}
	return loss;
}

int main(int argc, char **argv)
{
	double rate = argc > 1 ? atof(argv[1]) : 0.1, a = 0, b = 0, grad_a, grad_b, loss = 0;
	int steps = argc > 2 ? atoi(argv[2]) : 100;
	mr_error err;

	mr_error_init(&err);
	mr_start_run(NULL, &err); /* the one that `millrace run` made: MLFLOW_RUN_ID says it */
	for (int step = 0; step < steps && err.code == MR_OK; step++) {
		loss = loss_of(a, b, &grad_a, &grad_b);
		mr_log_metric("loss", loss, step, &err);
		a -= rate * grad_a;
		b -= rate * grad_b;
	}
	printf("y = %.4f x + %.4f, loss %.3g\n", a, b, loss);
	if (err.code == MR_OK && !isfinite(loss)) {
		fprintf(stderr, "diverged: a rate of %g is too large\n", rate);
		mr_end_run(MR_RUN_STATUS_FAILED, &err);
		return 2;
	}
	mr_end_run(MR_RUN_STATUS_FINISHED, &err);
	if (err.code != MR_OK)
		fprintf(stderr, "%s\n", err.message);
	return err.code == MR_OK ? 0 : 1;
}
