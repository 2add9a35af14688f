/* SPDX-License-Identifier: Apache-2.0 */
#include "conform/slots.h"

#include <millrace/app.h>
#include <millrace/artifact_repository.h>
#include <millrace/deployments.h>
#include <millrace/model_evaluator.h>
#include <millrace/model_flavor.h>
#include <millrace/model_registry_store.h>
#include <millrace/default_experiment.h>
#include <millrace/project_backend.h>
#include <millrace/request_auth.h>
#include <millrace/request_header.h>
#include <millrace/run_context.h>
#include <millrace/tracking_store.h>

#include "slots_gen.h" /* slots_mr_..._ops[], made from those headers */

#define TABLE(group, type)                                                                                             \
	{                                                                                                              \
		group, slots_##type, sizeof slots_##type / sizeof *slots_##type, sizeof(struct type)                   \
	}
static const struct slot_table tables[] = {
	TABLE(MR_GROUP_TRACKING_STORE, mr_tracking_store_ops),
	TABLE(MR_GROUP_MODEL_REGISTRY_STORE, mr_model_registry_store_ops),
	TABLE(MR_GROUP_ARTIFACT_REPOSITORY, mr_artifact_repository_ops),
	TABLE(MR_GROUP_RUN_CONTEXT, mr_run_context_ops),
	TABLE(MR_GROUP_DEFAULT_EXPERIMENT, mr_default_experiment_ops),
	TABLE(MR_GROUP_REQUEST_HEADER, mr_request_header_ops),
	TABLE(MR_GROUP_REQUEST_AUTH, mr_request_auth_ops),
	TABLE(MR_GROUP_PROJECT_BACKEND, mr_project_backend_ops),
	TABLE(MR_GROUP_DEPLOYMENTS, mr_deployments_ops),
	TABLE(MR_GROUP_MODEL_EVALUATOR, mr_model_evaluator_ops),
	TABLE(MR_GROUP_MODEL_FLAVOR, mr_model_flavor_ops),
	TABLE(MR_GROUP_APP, mr_app_ops),
};
static const struct slot_table group_table = TABLE(NULL, mr_group_ops);

/* Written and read by the instructions below. */
__attribute__((visibility("hidden"))) unsigned char conform_called[SLOTS_MAX];
__attribute__((visibility("hidden"))) void *conform_real[SLOTS_MAX];
extern const char conform_thunks[];

enum { THUNK_SIZE = 32 };
_Static_assert(SLOTS_MAX == 64, "the assembler below counts to 64");

#if defined(__x86_64__)
__asm__(".text\n"
	".balign 32\n"
	".globl conform_thunks\n"
	".hidden conform_thunks\n"
	"conform_thunks:\n"
	".set thunk, 0\n"
	".rept 64\n"
	".balign 32\n"
	"endbr64\n"
	"movb $1, conform_called+thunk(%rip)\n"
	"jmp *conform_real+8*thunk(%rip)\n"
	".set thunk, thunk+1\n"
	".endr\n");
#elif defined(__aarch64__)
__asm__(".text\n"
	".balign 32\n"
	".globl conform_thunks\n"
	".hidden conform_thunks\n"
	"conform_thunks:\n"
	".set thunk, 0\n"
	".rept 64\n"
	".balign 32\n"
	"hint #34\n" /* bti c */
	"adrp x16, conform_called+thunk\n"
	"add x16, x16, :lo12:conform_called+thunk\n"
	"mov w17, #1\n"
	"strb w17, [x16]\n"
	"adrp x16, conform_real+8*thunk\n"
	"ldr x16, [x16, :lo12:conform_real+8*thunk]\n"
	"br x16\n"
	".set thunk, thunk+1\n"
	".endr\n");
#endif

const struct slot_table *slots_of(mr_str group)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (mr_str_is(group, tables[i].group))
			return &tables[i];
	return NULL;
}

const struct slot_table *slots_of_group_ops(void)
{
	return &group_table;
}

bool slots_side(mr_str group, int *side)
{
	*side = mr_str_is(group, MR_GROUP_TRACKING_STORE) ? MR_SIDE_TRACKING : MR_SIDE_REGISTRY;
	return *side == MR_SIDE_TRACKING || mr_str_is(group, MR_GROUP_MODEL_REGISTRY_STORE);
}

/* A copy of the table whose functions are thunks from `first` on. */
static void *count_table(const struct slot_table *table, const void *ops, size_t first, mr_arena *arena)
{
	char *copy = ops ? mr_arena_alloc(arena, table->size) : NULL;

	if (!copy)
		return NULL;
	memcpy(copy, ops, table->size);
	for (size_t i = 0; i < table->n && first + i < SLOTS_MAX; i++) {
		const void *thunk = conform_thunks + (first + i) * THUNK_SIZE;

		memcpy(&conform_real[first + i], copy + table->slots[i].offset, sizeof(void *));
		conform_called[first + i] = 0;
		if (conform_real[first + i])
			memcpy(copy + table->slots[i].offset, &thunk, sizeof thunk);
	}
	return copy;
}

const void *slots_count(mr_str group, const void *ops, mr_arena *arena)
{
	const struct slot_table *table = slots_of(group);
	void *copy = table ? count_table(table, ops, 0, arena) : NULL;
	int side;

	if (copy && slots_side(group, &side)) {
		const struct mr_group_ops **at = side == MR_SIDE_TRACKING
							 ? &((struct mr_tracking_store_ops *)copy)->group
							 : &((struct mr_model_registry_store_ops *)copy)->group;

		*at = count_table(&group_table, *at, table->n, arena);
	}
	return copy;
}

static void offered_by(const struct slot_table *table, const char *ops, bool *offered)
{
	for (size_t i = 0; ops && i < table->n; i++) {
		const void *function;

		memcpy(&function, ops + table->slots[i].offset, sizeof function);
		offered[i] = function != NULL;
	}
}

void slots_offered(mr_str group, const void *ops, bool offered[SLOTS_MAX])
{
	const struct slot_table *table = slots_of(group);
	int side;

	offered_by(table, ops, offered);
	if (slots_side(group, &side))
		offered_by(&group_table,
			   side == MR_SIDE_TRACKING
				   ? (const char *)((const struct mr_tracking_store_ops *)ops)->group
				   : (const char *)((const struct mr_model_registry_store_ops *)ops)->group,
			   offered + table->n);
}

bool slots_called(size_t index)
{
	return conform_called[index] != 0;
}
