/* SPDX-License-Identifier: Apache-2.0
 *
 * The run that results go into: it is begun or continued, and ended as what it was.
 */
#ifndef MR_EVALUATE_RUN_H
#define MR_EVALUATE_RUN_H

#include "client/client.h"
#include "evaluate/resolve.h"
#include "evaluate/result.h"
#include "evaluate/subject.h"

struct evaluation_run {
	mr_client *client;
	mr_call *call;
	mr_str id; /* empty: nothing is logged */
	mr_str artifact_uri;
	bool ours; /* to be ended by us: not the active run of the program */
};

mr_code run_begin(struct evaluation_run *run, const struct mr_evaluate_options *options, mr_call *call, mr_error *err);
/* FINISHED, or FAILED when code says so; gives the code, or that of a failure to say so. */
mr_code run_end(struct evaluation_run *run, mr_code code, mr_error *err);

/* The data set as an input; context: the tag mlflow.data.context, when not empty. */
mr_code run_log_dataset(struct evaluation_run *run, const struct subject *subject, mr_str context, mr_error *err);
/* The tag mlflow.datasets, which MLflow keeps for models. */
mr_code run_tag_dataset(struct evaluation_run *run, const struct subject *subject, mr_str model_uuid, mr_error *err);
mr_code run_log_metrics(struct evaluation_run *run, const struct subject *subject, const struct result_metric *metrics,
			size_t n, mr_str model_id, mr_error *err);
/* The file, in the root of the run's artifacts; uri gets where it is. */
mr_code run_log_artifact(struct evaluation_run *run, mr_str local_path, mr_str *uri, mr_error *err);

#endif
