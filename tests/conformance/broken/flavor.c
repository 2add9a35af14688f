/* SPDX-License-Identifier: Apache-2.0
 *
 * Flavors of models that know one number, and do one thing wrong: the one that
 * the setting `breaks` of the model's MLmodel says.
 */
#include <millrace/model_flavor.h>
#include <stdlib.h>
#include <unistd.h>

struct model {
	char rule[64];
	double value;
	int asked;
};

#define M      ((struct model *)self)
#define IF(it) if (strcmp(M->rule, "flavor." it) == 0)

static mr_code open_it(const mr_host *host, const struct mr_model_open *args, void **out, mr_error *err)
{
	struct model *self = calloc(1, sizeof *self);

	(void)host, (void)err;
	self->value = 1.5;
	for (size_t i = 0; i < args->settings_n; i++)
		if (mr_str_is(args->settings[i].key, "breaks"))
			snprintf(self->rule, sizeof self->rule, "%.*s", MR_STR_ARG(args->settings[i].value));
	*out = self;
	return MR_OK;
}

/* ---- a table with one column of doubles, all in one piece of memory ---- */

struct column {
	struct ArrowSchema schema, *schemas[1];
	struct ArrowArray array, *arrays[1];
	const void *none[1], *buffers[2];
	double *values;
	bool borrowed;
};

static void release_child_schema(struct ArrowSchema *s)
{
	s->release = NULL;
}

static void release_child_array(struct ArrowArray *a)
{
	a->release = NULL;
}

static void release_schema(struct ArrowSchema *s)
{
	s->release = NULL;
}

static void release_array(struct ArrowArray *a)
{
	struct column *c = a->private_data;

	if (!c->borrowed)
		free(c->values);
	free(c);
	a->release = NULL;
}

static mr_code predict(void *self, const struct ArrowSchema *schema, const struct ArrowArray *table,
		       const struct mr_map_string *params, size_t params_n, struct ArrowSchema *out_schema,
		       struct ArrowArray *out, mr_call *call, mr_error *err)
{
	static int within;
	int64_t n = table->length;
	struct column *c = calloc(1, sizeof *c);
	bool few = false;

	(void)schema, (void)params, (void)call;
	IF("predict")
	few = n > 1;
	IF("one-row")
	few = n == 1;
	n -= few;
	c->values = calloc((size_t)n + 1, sizeof *c->values);
	IF("outlives")
	{
		free(c->values);
		c->values = &M->value; /* of the model */
		c->borrowed = true;
		n = n > 1 ? n : 1;
	}
	IF("parallel")
	{
		if (__sync_add_and_fetch(&within, 1) > 1)
			return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE, "I am busy");
		usleep(2000);
		__sync_sub_and_fetch(&within, 1);
	}
	IF("same-again")
	if (params_n)
		M->value = 7;
	IF("borrows")
	((double *)table->children[0]->buffers[1])[0] = 77;
	for (int64_t i = 0; i < n && !c->borrowed; i++)
		c->values[i] = M->value;
	c->buffers[1] = c->values;
	c->schema = (struct ArrowSchema){.format = "g", .name = "predictions", .release = release_child_schema};
	c->array =
		(struct ArrowArray){.length = n, .n_buffers = 2, .buffers = c->buffers, .release = release_child_array};
	c->schemas[0] = &c->schema;
	c->arrays[0] = &c->array;
	*out_schema = (struct ArrowSchema){
		.format = "+s", .name = "", .n_children = 1, .children = c->schemas, .release = release_schema};
	*out = (struct ArrowArray){.length = n,
				   .n_buffers = 1,
				   .n_children = 1,
				   .buffers = c->none,
				   .children = c->arrays,
				   .release = release_array,
				   .private_data = c};
	return MR_OK;
}

static void close_it(void *self)
{
	IF("outlives")
	M->value = -1; /* seen by whoever still looks */
	else free(self);
}

static mr_code describe(void *self, mr_str *out, mr_call *call, mr_error *err)
{
	(void)call, (void)err;
	*out = mr_str_from("{\"value\": 1.5}");
	IF("describe")
	*out = mr_str_from("a number");
	return MR_OK;
}

static const struct mr_model_flavor_ops ops = {
	.size = sizeof ops, .open = open_it, .close = close_it, .predict = predict, .describe = describe};

#define F(ENTRY, rule) ENTRY(MR_GROUP_MODEL_FLAVOR, "flavor." rule, &ops, NULL, 0)
#define ENTRIES(ENTRY)                                                                                                 \
	F(ENTRY, "none")                                                                                               \
	F(ENTRY, "predict") F(ENTRY, "one-row") F(ENTRY, "same-again") F(ENTRY, "borrows") F(ENTRY, "outlives")        \
		F(ENTRY, "parallel") F(ENTRY, "describe")

MR_PLUGIN_EXPORT("broken-flavor", "1", "Each breaks one rule.", "Apache-2.0", ENTRIES)
