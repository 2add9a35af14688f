/* SPDX-License-Identifier: Apache-2.0 */
#include "client/default_experiment.h"

#include <millrace/default_experiment.h>

#include "base/log.h"
#include "base/os.h"
#include "client/builtins.h"
#include "plugin/host.h"
#include "plugin/stats.h"

/* False: it has nothing to say here. */
static bool ask(const struct mr_entry *entry, mr_call *call, mr_str *out)
{
	const struct mr_default_experiment_ops *ops = entry->ops;
	mr_error why;
	int64_t began;
	mr_code code;

	if (!ops->experiment_id || (ops->in_context && !ops->in_context(entry->host, call)))
		return false;
	mr_error_init(&why);
	*out = mr_str_make("", 0);
	began = mr_stats_begin(entry);
	code = mr_stats_end(entry, began, ops->experiment_id(entry->host, out, call, &why));
	if (code == MR_OK && out->len)
		return true;
	/* MR_NOT_FOUND: it is not in its context, which it could not tell before */
	if (code != MR_NOT_FOUND)
		mr_log(MR_LOG_WARNING, "client", "The default experiment of plugin %.*s is left out: %s", MR_STR_ARG(entry->plugin->name),
		       code == MR_OK ? "it gave none" : why.message);
	return false;
}

mr_code mr_provided_experiment(mr_call *call, mr_str *out, mr_error *err)
{
	const struct mr_entry *const *providers;
	size_t n;
	mr_code code;

	mr_builtins_register();
	code = mr_plugins_in_order(MR_GROUP_DEFAULT_EXPERIMENT, &providers, &n, err);
	while (code == MR_OK && n-- > 0) /* the nearest is the last */
		if (ask(providers[n], call, out))
			return MR_OK;
	*out = mr_str_from("");
	return code;
}

mr_code mr_default_experiment(mr_call *call, mr_str *out, mr_error *err)
{
	const char *id = mr_getenv("MLFLOW_EXPERIMENT_ID");
	mr_code code;

	*out = mr_str_from(id && *id ? id : "0");
	if (id && *id)
		return MR_OK;
	code = mr_provided_experiment(call, out, err);
	if (code == MR_OK && !out->len)
		*out = mr_str_from("0");
	return code;
}
