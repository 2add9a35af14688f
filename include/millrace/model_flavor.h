/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/model_flavor.h - the contract of group "millrace.model_flavor":
 * loads a saved model and predicts with it. A named group; the name is the
 * flavor's in the MLmodel file ("xgboost", "lightgbm", "onnx"). MLflow has no
 * entry-point group of this kind; it imports a Python module.
 *
 * The host fetches the model, reads MLmodel, checks the input against the
 * signature and converts it, so that predict sees what the signature says.
 */
#ifndef MILLRACE_MODEL_FLAVOR_H
#define MILLRACE_MODEL_FLAVOR_H

#include "millrace/api.h"
#include "millrace/arrow.h"
#include "millrace/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MR_GROUP_MODEL_FLAVOR "millrace.model_flavor"

/* What a model is opened with. Views live until open returns. */
struct mr_model_open {
	size_t size;
	mr_str folder;      /* of this machine: the one with MLmodel in it */
	/* This flavor's part of MLmodel, then what the user's configuration has in it
	 * that is no option: by key, the value as text (of what is nested: JSON; null is
	 * left out). Where a key is there twice the user's, the later, counts. */
	const struct mr_map_string *settings;
	size_t settings_n;
	const mr_options *options; /* the entry's, from the user's configuration */
};

struct mr_model_flavor_ops {
	size_t size;
	mr_code (*open)(const mr_host *host, const struct mr_model_open *args, void **self, mr_error *err);
	void (*close)(void *self);
	/* Predictions for a table, or for a tensor: a struct array with one column for
	 * each input; a tensor's cells are fixed-size lists, nested for each dimension
	 * behind the first. The input is borrowed. What comes out is a struct array
	 * too, which the caller releases; a model without named outputs names its only
	 * column "predictions". params: the inference parameters, as settings are; those
	 * that a flavor does not know it ignores. Any number of threads at once. */
	mr_code (*predict)(void *self, const struct ArrowSchema *schema, const struct ArrowArray *table,
			   const struct mr_map_string *params, size_t params_n, struct ArrowSchema *out_schema,
			   struct ArrowArray *out, mr_call *call, mr_error *err);
	/* Optional: what there is to know of the open model (sizes, versions), as a JSON object. */
	mr_code (*describe)(void *self, mr_str *out, mr_call *call, mr_error *err);
};

#ifdef __cplusplus
}
#endif
#endif
