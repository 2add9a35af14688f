/* SPDX-License-Identifier: Apache-2.0
 *
 * mr_gen INCLUDE_DIR SOURCE_DIR FILE.api...: makes INCLUDE_DIR/messages.h and
 * operations.h, SOURCE_DIR/gen_tables.c and gen_descs.h.
 */
#include "model.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	static struct model model;
	char path[4][4096];

	if (argc < 4) {
		fprintf(stderr, "usage: %s INCLUDE_DIR SOURCE_DIR FILE.api...\n", argv[0]);
		return 2;
	}
	for (int i = 3; i < argc; i++)
		parse_file(&model, argv[i]);
	resolve(&model);
	snprintf(path[0], sizeof path[0], "%s/messages.h", argv[1]);
	snprintf(path[1], sizeof path[1], "%s/operations.h", argv[1]);
	snprintf(path[2], sizeof path[2], "%s/gen_tables.c", argv[2]);
	snprintf(path[3], sizeof path[3], "%s/gen_descs.h", argv[2]);
	emit_messages_header(&model, path[0]);
	emit_operations_header(&model, path[1]);
	emit_tables(&model, path[2], path[3]);
	return 0;
}
