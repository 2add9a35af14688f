/* SPDX-License-Identifier: Apache-2.0
 *
 * What MLflow lets into a model registry, with its messages.
 */
#ifndef MR_STORE_RULES_REGISTRY_H
#define MR_STORE_RULES_REGISTRY_H

#include "store/rules.h"

#define MR_STAGE_NONE "None"
#define MR_STAGE_ARCHIVED "Archived"
#define MR_STAGE_DELETED "Deleted_Internal" /* of a version that was deleted; its row stays */
#define MR_TAG_IS_PROMPT "mlflow.prompt.is_prompt"

mr_code mr_rule_model_name(mr_str name, mr_error *err);
/* For a new name of an existing model. */
mr_code mr_rule_model_new_name(mr_str name, mr_error *err);
/* As Python's int(). */
mr_code mr_rule_model_version(mr_str text, int64_t *out, mr_error *err);
mr_code mr_rule_registered_model_tag(mr_str key, mr_str value, mr_error *err);
mr_code mr_rule_model_version_tag(mr_str key, mr_str value, mr_error *err);
/* new_one: it may not be a reserved word. */
mr_code mr_rule_alias(mr_str alias, bool new_one, mr_error *err);
/* "staging" -> "Staging"; none of the stages is an error. */
mr_code mr_rule_stage(mr_str stage, const char **canonical, mr_error *err);
/* Whether versions of the stage can be archived by a transition (Staging and Production). */
mr_code mr_rule_archiving(mr_str stage, const char *canonical, mr_error *err);
/* "Registered Model (name=x) already exists.", or what MLflow says when one of the two is a prompt. */
mr_code mr_rule_model_exists(mr_str name, bool old_is_prompt, bool new_is_prompt, mr_error *err);

#endif
