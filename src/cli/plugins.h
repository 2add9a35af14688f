/* SPDX-License-Identifier: Apache-2.0
 *
 * What the subcommands of `millrace plugins` share.
 */
#ifndef MR_CLI_PLUGINS_H
#define MR_CLI_PLUGINS_H

#include "cli/sub.h"

struct mr_plugins_flags {
	struct mr_common_flags common;
	bool load; /* info */
	/* check */
	mr_str builtin, entry, group, junit, model;
	struct mr_opt_list rules, uris, pairs;
	int64_t timeout_ms;
	bool sanitize, rules_only;
	/* new */
	mr_str folder, author;
	bool wheel;
	/* install, remove, verify */
	bool user, system;
	mr_str checksum, key, signature;
	/* info */
	mr_str server;
};

mr_code mr_plugins_check(struct mr_cli *cli, void *flags);
extern const struct mr_opt mr_plugins_check_options[];
enum { MR_PLUGINS_CHECK_OPTIONS = 11 };
#define MR_PLUGINS_CHECK                                                                                 \
	{"check", "runs the contract of each of its entries against a plugin", mr_plugins_check_options,  \
	 MR_PLUGINS_CHECK_OPTIONS, "FILE|FOLDER", mr_plugins_check, "millrace plugins check ./site.so --uri 'site:{folder}/data'"}

mr_code mr_plugins_info(struct mr_cli *cli, void *flags);
extern const struct mr_opt mr_plugins_info_options[];
#define MR_PLUGINS_INFO                                                                                  \
	{"info", "all that is known of one, here or in a running server", mr_plugins_info_options, 2,     \
	 "NAME", mr_plugins_info, "millrace plugins info example --server http://localhost:5000"}

mr_code mr_plugins_new(struct mr_cli *cli, void *flags);
extern const struct mr_opt mr_plugins_new_options[];
enum { MR_PLUGINS_NEW_OPTIONS = 5 };
#define MR_PLUGINS_NEW                                                                                   \
	{"new", "writes the package of a new plugin: source, build, tests, packaging", mr_plugins_new_options, \
	 MR_PLUGINS_NEW_OPTIONS, "NAME", mr_plugins_new, "millrace plugins new site-store --group artifact_repository --scheme site"}

mr_code mr_plugins_install(struct mr_cli *cli, void *flags);
mr_code mr_plugins_remove(struct mr_cli *cli, void *flags);
mr_code mr_plugins_verify(struct mr_cli *cli, void *flags);
extern const struct mr_opt mr_plugins_install_options[]; /* the first two say where, and are those of the others */
enum { MR_PLUGINS_INSTALL_OPTIONS = 5 };
#define MR_PLUGINS_INSTALL                                                                               \
	{"install", "puts a plugin into a plugin folder, checked and at once", mr_plugins_install_options, \
	 MR_PLUGINS_INSTALL_OPTIONS, "FILE|FOLDER", mr_plugins_install,                                    \
	 "millrace plugins install site.so --key site.pub"},                                               \
	{"remove", "takes an installed plugin out again", mr_plugins_install_options, 2, "NAME",           \
	 mr_plugins_remove, "millrace plugins remove site"},                                               \
	{"verify", "whether the installed plugins are as they were installed", mr_plugins_install_options, 2, NULL, \
	 mr_plugins_verify, "millrace plugins verify --system"}

#endif
