/* SPDX-License-Identifier: Apache-2.0
 *
 * Logs as fast as it can until it is killed. It says "run ID" first, then a byte
 * for each round whose calls have returned: what those logged must not get lost.
 */
#include <inttypes.h>
#include <millrace.h>
#include <unistd.h>

int main(void)
{
	char run_id[33], text[64];
	mr_error err;
	int n;

	mr_error_init(&err);
	if (mr_start_run(NULL, &err) != MR_OK || mr_active_run_id(run_id, &err) != MR_OK) {
		fprintf(stderr, "until_killed: %s\n", err.message);
		return 1;
	}
	n = snprintf(text, sizeof text, "run %s\n", run_id);
	if (write(1, text, (size_t)n) != n)
		return 1;
	for (int64_t step = 0;; step++) {
		snprintf(text, sizeof text, "%" PRId64, step);
		if (mr_log_metric("m", (double)step / 4, step, &err) != MR_OK ||
		    (step % 64 == 0 && mr_set_tag("round", text, &err) != MR_OK) ||
		    (step < 50 && mr_log_param(text, text, &err) != MR_OK))
			break;
		if (write(1, ".", 1) != 1)
			return 1;
		usleep(50);
	}
	fprintf(stderr, "until_killed: %s\n", err.message);
	return 1;
}
