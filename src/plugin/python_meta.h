/* SPDX-License-Identifier: Apache-2.0
 *
 * What an installed Python distribution says of itself, read from the text of
 * its files as Python's importlib.metadata reads them. Nothing of Python runs.
 */
#ifndef MR_PLUGIN_PYTHON_META_H
#define MR_PLUGIN_PYTHON_META_H

#include "base/arena.h"

/* One entry point; views of the text. object: "module:attribute" without extras and blanks around. */
typedef void mr_entry_point_visit(void *arg, mr_str group, mr_str name, mr_str object);

/* A distribution that is a native plugin in a wheel: "example = millrace_plugin_example:example.so", the package and the file in it. */
#define MR_PYTHON_NATIVE_GROUP "millrace.native_plugin"
/* Where the entries lead by which native plugins are MLflow's: they are ours already. */
#define MR_PYTHON_OWN_MODULES "millrace.mlflow_plugins."

/* entry_points.txt: calls visit for each well-formed line whose group is the one above or begins with "mlflow."; others are left out. */
void mr_entry_points_parse(mr_str text, mr_entry_point_visit *visit, void *arg);

/* METADATA or PKG-INFO: the value of a header line, up to the first empty line; empty when there is none. */
mr_str mr_metadata_header(mr_str text, const char *name);

/* "mlflow_dbstore" and "MLflow.DBstore" are one: lower case, runs of "-_." as "-". ptr NULL when out of memory. */
mr_str mr_python_name(mr_arena *arena, mr_str name);

/* A value of pyvenv.cfg ("home", "version"), without regard to case; empty when there is none. */
mr_str mr_pyvenv_value(mr_str text, const char *key);

#endif
