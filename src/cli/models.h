/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of `millrace models` share: its flags, and the commands for
 * saved models (cmd_models_serve.c) beside those of the registry.
 */
#ifndef MR_CLI_MODELS_H
#define MR_CLI_MODELS_H

#include "cli/sub.h"

struct mr_models_flags {
	struct mr_common_flags common;
	mr_str name, new_name, version, alias, stage, source, run_id, description, filter;
	struct mr_opt_list tags, order_by;
	int64_t max_results;
	bool archive;
	/* of saved models */
	mr_str model_uri, flavor, host, port, allowed_hosts, input, result, content_type, params;
	struct mr_opt_list config;
	int64_t timeout, workers;
};

enum { MR_MODELS_SERVE_OPTIONS_N = 11, MR_MODELS_PREDICT_OPTIONS_N = 9 };
extern const struct mr_opt mr_models_serve_options[], mr_models_predict_options[];

mr_code mr_models_serve(struct mr_cli *cli, void *flags);
mr_code mr_models_predict(struct mr_cli *cli, void *flags);
/* A saved model: flavors, signature, where it comes from. */
mr_code mr_models_describe_saved(struct mr_cli *cli, const struct mr_models_flags *flags);

#endif
