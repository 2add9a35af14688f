/* SPDX-License-Identifier: Apache-2.0
 *
 * What the subcommands of `millrace plugins` share.
 */
#ifndef MR_CLI_PLUGINS_H
#define MR_CLI_PLUGINS_H

#include "cli/sub.h"

struct mr_plugins_flags {
	struct mr_common_flags common;
	/* check */
	mr_str builtin, entry, group, junit;
	struct mr_opt_list rules, uris, pairs;
	int64_t timeout_ms;
	bool sanitize, rules_only;
	/* new */
	mr_str folder, author;
};

mr_code mr_plugins_check(struct mr_cli *cli, void *flags);
extern const struct mr_opt mr_plugins_check_options[];
enum { MR_PLUGINS_CHECK_OPTIONS = 10 };
#define MR_PLUGINS_CHECK                                                                                 \
	{"check", "runs the contract of each of its entries against a plugin", mr_plugins_check_options,  \
	 MR_PLUGINS_CHECK_OPTIONS, "FILE|FOLDER", mr_plugins_check, "millrace plugins check ./site.so --uri 'site:{folder}/data'"}


mr_code mr_plugins_new(struct mr_cli *cli, void *flags);
extern const struct mr_opt mr_plugins_new_options[];
enum { MR_PLUGINS_NEW_OPTIONS = 4 };
#define MR_PLUGINS_NEW                                                                                   \
	{"new", "writes the package of a new plugin: source, build, tests, packaging", mr_plugins_new_options, \
	 MR_PLUGINS_NEW_OPTIONS, "NAME", mr_plugins_new, "millrace plugins new site-store --group artifact_repository --scheme site"}

#endif
