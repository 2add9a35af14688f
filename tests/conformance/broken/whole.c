/* SPDX-License-Identifier: Apache-2.0
 *
 * Plugins that are wrong as a whole; -D chooses how.
 */
#include <millrace/run_context.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static mr_code tags(const mr_host *host, mr_tag_visit *visit, void *arg, mr_call *call, mr_error *err)
{
	(void)host, (void)call;
#ifdef CRASHES
	*(volatile int *)16 = 1;
#elif defined HANGS
	for (;;)
		pause();
#elif defined EXITS
	exit(3);
#elif defined LEAKS
	volatile char *lost = malloc(100);

	lost[0] = 1;
	lost = NULL;
#elif defined OVERRUNS
	char *small = malloc(10);

	*(volatile char *)(small + 12) = 1;
	free(small);
#endif
	return visit(arg, mr_str_from("key"), mr_str_from("value"), err);
}
static const struct mr_run_context_ops ops = {.size = sizeof ops, .tags = tags};

#ifdef CRASHES_EARLY
static __attribute__((constructor)) void born(void)
{
	abort();
}
#endif
#ifdef NAMELESS
#define VERSION ""
#else
#define VERSION "1"
#endif

#define ENTRIES(ENTRY) ENTRY(MR_GROUP_RUN_CONTEXT, "whole", &ops, NULL, 0)
MR_PLUGIN_EXPORT("broken-whole", VERSION, "Wrong as a whole.", "Apache-2.0", ENTRIES)
