/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules that hold for every plugin, whatever its group.
 */
#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>

#include "api/tables.h"
#include "conform/child.h"
#include "plugin/groups.h"

static void loads(struct check *c)
{
	(void)c; /* it did, else the rule would not run */
}

static void works(struct check *c)
{
	c->kind->use(c);
}

static void check_table(struct check *c, const void *table, const char *what)
{
	size_t size;

	if (!table)
		return;
	memcpy(&size, table, sizeof size);
	check_that(c, size >= 2 * sizeof(void *) && size <= 65536 && size % sizeof(void *) == 0,
		   "%s says that its size is %zu; begin it with `.size = sizeof` itself", what, size);
}

static void check_facets(struct check *c, const void *facets, const struct mr_facet_desc *list, size_t n)
{
	for (size_t i = 0; facets && i < n; i++) {
		const void *facet;

		memcpy(&facet, (const char *)facets + list[i].offset, sizeof facet);
		check_table(c, facet, list[i].name);
	}
}

static void table_size(struct check *c)
{
	const struct mr_tracking_store_ops *tracking = c->entry->ops;
	const struct mr_model_registry_store_ops *registry = c->entry->ops;

	check_table(c, c->entry->declared->ops, "its table of functions");
	if (mr_str_is(c->entry->group, MR_GROUP_TRACKING_STORE)) {
		check_facets(c, tracking->facets, mr_tracking_facet_list, mr_tracking_facet_list_n);
		check_table(c, tracking->group, "its table of the group of writes");
	} else if (mr_str_is(c->entry->group, MR_GROUP_MODEL_REGISTRY_STORE)) {
		check_facets(c, registry->facets, mr_registry_facet_list, mr_registry_facet_list_n);
		check_table(c, registry->group, "its table of the group of writes");
	}
}

/* The next word of a list; false at its end. */
static bool next_word(const char **list, char word[64], char end)
{
	size_t n;

	while (**list == ' ')
		++*list;
	if (!**list || **list == end)
		return false;
	n = strcspn(*list, " ;");
	snprintf(word, 64, "%.*s", (int)n, *list);
	*list += n;
	return true;
}

static void required_functions(struct check *c)
{
	const char *list = c->kind->required ? c->kind->required : "";
	char word[64];

	while (next_word(&list, word, 0))
		check_that(c, check_has(c, word), "its table has no %s", word);
}

static void functions_belong_together(struct check *c)
{
	const char *list = c->kind->together ? c->kind->together : "";

	while (*list) {
		char word[64], has[64] = "", lacks[64] = "";

		while (next_word(&list, word, ';'))
			memcpy(check_has(c, word) ? has : lacks, word, sizeof word);
		list += *list == ';';
		check_that(c, !*has || !*lacks, "it has %s, but not %s, which belongs to it", has, lacks);
	}
}

static bool is_one_of(char ch, const char *others)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || (ch && strchr(others, ch));
}

static void name_can_be_used(struct check *c)
{
	const struct mr_group *group = mr_group_get(c->entry->group);
	mr_str name = c->entry->name;

	check_that(c, name.len > 0, "its name is empty");
	for (size_t i = 0; i < name.len; i++) {
		if (group->lookup == MR_LOOKUP_SCHEME)
			check_that(c,
				   is_one_of(name.ptr[i], "+.-") && (i || (name.ptr[i] >= 'a' && name.ptr[i] <= 'z')),
				   "'%.*s' is no URI scheme: it begins with a letter and has lower-case letters, "
				   "digits, '+', '.' and '-'",
				   MR_STR_ARG(name));
		else
			check_that(c,
				   name.ptr[i] > ' ' && name.ptr[i] != ':' && name.ptr[i] != ',' && name.ptr[i] != 127,
				   "'%.*s' has a character that cannot be given on a command line or in a list",
				   MR_STR_ARG(name));
	}
}

static void says_what_it_is(struct check *c)
{
	const struct mr_plugin_info *p = c->entry->plugin;

	check_that(c, p->version.len > 0, "it has no version");
	check_that(c, p->description.len > 0, "it has no description");
	check_that(c, p->licence.len > 0, "it has no licence");
}

static void options_are_declared_well(struct check *c)
{
	const struct mr_option_desc *options = c->entry->options;
	mr_options *made;
	mr_str clean;

	for (size_t i = 0; options && options[i].name; i++) {
		check_that(c, i < 256, "the list of its options does not end with a NULL name");
		check_that(c, options[i].name[0] && strncmp(options[i].name, "millrace.", 9) != 0,
			   "the option name '%s' cannot be used", options[i].name);
		check_that(c, options[i].type >= MR_OPTION_STRING && options[i].type <= MR_OPTION_SECRET,
			   "option %s has no known type", options[i].name);
		check_that(c, options[i].doc && *options[i].doc, "option %s says nowhere what it is", options[i].name);
		for (size_t k = 0; k < i; k++)
			check_that(c, strcmp(options[i].name, options[k].name) != 0, "option %s is declared twice",
				   options[i].name);
	}
	check_ok(c, mr_options_make(c->entry, mr_str_from("x://x"), NULL, 0, &made, &clean, &c->err),
		 "making its options");
	mr_options_free(made);
}

/* ---- what it holds on to ---- */

static size_t entries_of(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

enum { WARM = 2, MORE = 3 };

/* After some uses, by when what is kept once for all is there, further ones must not add to it. */
static void leaves_none(struct check *c, const char *folder, const char *what)
{
	size_t warm, now;

	for (int i = 0; i < WARM; i++)
		c->kind->use(c);
	warm = entries_of(folder);
	for (int i = 0; i < MORE; i++)
		c->kind->use(c);
	now = entries_of(folder);
	for (int i = 0; i < 50 && now > warm; i++, now = entries_of(folder))
		usleep(10000); /* a thread that was just joined may still be listed */
	check_that(c, now <= warm, "after %d uses there are %zu %s more than after %d", WARM + MORE, now - warm, what,
		   WARM);
}

static void leaves_no_descriptors(struct check *c)
{
	leaves_none(c, "/proc/self/fd", "open descriptors");
}

static void leaves_no_threads(struct check *c)
{
	leaves_none(c, "/proc/self/task", "threads");
}

static void survives_no_memory(struct check *c)
{
	static const size_t caps[] = {1, 64, 256, 512, 1024, 2048, 4096, 8192, 16384, 65536};

	/* Each use in a process of its own, which is made before anything was used: some libraries do not survive fork.
	 */
	for (size_t i = 0; i < sizeof caps / sizeof *caps; i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0) {
			c->starved = true;
			c->call = mr_call_new(caps[i]);
			if (c->call)
				c->kind->use(c);
			_exit(0);
		}
		check_that(c, pid > 0 && waitpid(pid, &status, 0) == pid, "the kit cannot start a process");
		check_that(c, !WIFSIGNALED(status),
			   "when host->alloc gives NULL after %zu bytes, it crashes with SIG%s", caps[i],
			   sigabbrev_np(WTERMSIG(status)));
		check_that(c, WEXITSTATUS(status) == 0,
			   "when host->alloc gives NULL after %zu bytes, it ends the process with %d", caps[i],
			   WEXITSTATUS(status));
	}
}

static const char *use_in_thread(struct check *c, size_t index)
{
	(void)index;
	c->kind->use(c);
	return NULL;
}

static void many_threads(struct check *c)
{
	check_threads(c, 4, use_in_thread);
}

#define HEADER "plugin.h"
const struct rule any_rules[] = {
	/* what needs no use of it */
	{"any.loads", "it loads, and its descriptor says what its note says", HEADER, NULL, loads},
	{"any.table-size", "every table of functions begins with its size", HEADER, NULL, table_size},
	{"any.required-functions", "it has the functions without which its kind makes no sense", "the group's header",
	 NULL, required_functions},
	{"any.functions-belong-together", "functions that need each other are all there or all missing",
	 "the group's header", NULL, functions_belong_together},
	{"any.name-can-be-used", "its name can be looked up: a URI scheme, or a word", HEADER, NULL, name_can_be_used},
	{"any.says-what-it-is", "it has a version, a description and a licence", HEADER, NULL, says_what_it_is},
	{"any.options-are-declared-well", "its options have types, documentation, and defaults of their type", HEADER,
	 NULL, options_are_declared_well},
	{"any.works", "an ordinary use of it works, from open to close", "the group's header", NULL, works},
	{"any.leaves-no-descriptors", "using it again and again opens no more descriptors", HEADER, NULL,
	 leaves_no_descriptors},
	{"any.leaves-no-threads", "using it again and again leaves no more threads", HEADER, NULL, leaves_no_threads},
	{"any.survives-no-memory", "it reports it when host->alloc has no memory left", HEADER, NULL,
	 survives_no_memory},
	{"any.many-threads", "it can be used by four threads at once", HEADER, NULL, many_threads},
};
const size_t any_rules_n = sizeof any_rules / sizeof *any_rules;
const size_t any_rules_works = 7; /* the index of any.works */

const struct rule watch_rules[WATCHES] = {
	[WATCH_ERRORS] = {"watch.errors-are-told",
			  "what fails returns a code and sets that code and a message; what succeeds sets none", HEADER,
			  NULL, NULL},
	[WATCH_STDOUT] = {"watch.standard-output", "it writes nothing to standard output, which belongs to the program",
			  HEADER, NULL, NULL},
	[WATCH_SIGNALS] = {"watch.signals", "it changes no signal handler", HEADER, NULL, NULL},
	[WATCH_FOLDER] = {"watch.working-directory", "it changes neither the working directory nor the umask", HEADER,
			  NULL, NULL},
	[WATCH_ENVIRON] = {"watch.environment", "it changes no environment variable", HEADER, NULL, NULL},
	[WATCH_LOCALE] = {"watch.locale", "it does not change the locale", HEADER, NULL, NULL},
	[WATCH_CHILDREN] = {"watch.processes", "it leaves no process behind", HEADER, NULL, NULL},
};
