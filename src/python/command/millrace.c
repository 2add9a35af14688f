/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `millrace` of a Python environment: becomes the program that lies in the package, lib/python3.N/site-packages/
 * millrace/bin/millrace. Which N is not known here; where several are, the one whose dist-info is this version's.
 */
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

static const char *const places[] = {
	"../lib*/python3.*/site-packages", "../lib*/python3.*/dist-packages", "..", /* pip install --target */
	"../local/lib/python3.*/dist-packages",
};

/* The folder that this file is in; a link to it, as pipx makes them, is followed. */
static bool own_folder(char out[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);
	char *slash;

	if (n > 0)
		out[n] = 0;
	else if (!realpath((const char *)getauxval(AT_EXECFN), out)) /* without /proc */
		return false;
	slash = strrchr(out, '/');
	if (slash)
		*slash = 0;
	return slash != NULL;
}

static bool program_in(const char *site, char out[PATH_MAX])
{
	char info[PATH_MAX];

	return snprintf(info, sizeof info, "%s/millrace-" MR_VERSION ".dist-info", site) < PATH_MAX && access(info, F_OK) == 0 &&
	       snprintf(out, PATH_MAX, "%s/millrace/bin/millrace", site) < PATH_MAX && access(out, X_OK) == 0;
}

static bool find_program(const char *folder, char out[PATH_MAX])
{
	bool found = false;

	for (size_t i = 0; i < sizeof places / sizeof *places && !found; i++) {
		char pattern[PATH_MAX];
		glob_t sites = {0};

		if (snprintf(pattern, sizeof pattern, "%s/%s", folder, places[i]) >= PATH_MAX ||
		    glob(pattern, GLOB_NOESCAPE, NULL, &sites) != 0)
			continue;
		for (size_t k = sites.gl_pathc; k-- && !found;)
			found = program_in(sites.gl_pathv[k], out);
		globfree(&sites);
	}
	return found;
}

int main(int argc, char **argv)
{
	char folder[PATH_MAX], program[PATH_MAX], python[PATH_MAX];

	(void)argc;
	if (!own_folder(folder) || !find_program(folder, program)) {
		fprintf(stderr, "millrace: the program of the Python package millrace " MR_VERSION
				" is missing; install it again: pip install --force-reinstall millrace\n");
		return 127;
	}
	/* Whose plugins are meant, when nothing else says so: those of the environment that this is in. */
	if (snprintf(python, sizeof python, "%s/python3", folder) < PATH_MAX && access(python, X_OK) == 0)
		setenv("MILLRACE_OWN_PYTHON", python, 1);
	argv[0] = program;
	execv(program, argv);
	fprintf(stderr, "millrace: %s cannot be started: %s\n", program, strerror(errno));
	return 126;
}
