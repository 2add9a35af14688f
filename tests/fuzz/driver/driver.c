/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzzer (LLVMFuzzerTestOneInput) without libFuzzer, so that every build can: each file of the corpus as it is,
 * then what a fixed seed makes of them, until the time is over. Understands the flags of libFuzzer that
 * scripts/fuzz-run gives; a name that is no flag is a folder of inputs. The input that is being tried is written down
 * when the process dies of it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_MAX = 1 << 16, INPUTS_MAX = 4096, MUTATIONS = 8, SECONDS_AN_INPUT = 10 };

typedef struct input {
	uint8_t *bytes;
	size_t length;
} input;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static input inputs[INPUTS_MAX];
static size_t input_count;
static uint64_t random_state = 0x9e3779b97f4a7c15u; /* fixed: a run can be repeated */

static const uint8_t *trying;
static size_t trying_length;
static char crash_path[4096] = "crash-input";

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static size_t random_below(size_t limit)
{
	return (size_t)(random_next() % limit);
}

/* Only what is allowed in a signal handler. */
static void on_crash(int signal_number)
{
	static const char text[] = "driver: died, or took too long; the input is in crash-input beside the findings\n";
	int fd = open(crash_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd >= 0) {
		if (write(fd, trying, trying_length) >= 0 && write(STDERR_FILENO, text, sizeof text - 1) >= 0)
			close(fd);
	}
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* The input in memory of exactly its size, so that a read behind its end is seen by the sanitizers. */
static void try_input(const uint8_t *bytes, size_t length)
{
	uint8_t *exact = malloc(length ? length : 1);

	if (!exact)
		abort();
	if (length)
		memcpy(exact, bytes, length);
	trying = exact;
	trying_length = length;
	alarm(SECONDS_AN_INPUT);
	LLVMFuzzerTestOneInput(exact, length);
	alarm(0);
	free(exact);
}

static void read_file(const char *path)
{
	static uint8_t buffer[INPUT_MAX];
	FILE *file = fopen(path, "rbe");
	input *in = &inputs[input_count];

	if (!file)
		return;
	in->length = fread(buffer, 1, sizeof buffer, file);
	fclose(file);
	in->bytes = malloc(in->length ? in->length : 1);
	if (!in->bytes)
		abort();
	memcpy(in->bytes, buffer, in->length);
	input_count++;
}

static void read_folder(const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, NULL, alphasort); /* sorted: the same run everywhere */
	char path[4096];
	struct stat info;

	for (int i = 0; i < count; i++) {
		int n = snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);

		if (n > 0 && (size_t)n < sizeof path && input_count < INPUTS_MAX && stat(path, &info) == 0 &&
		    S_ISREG(info.st_mode))
			read_file(path);
		free(entries[i]);
	}
	free(entries);
}

/* Removes, doubles or overwrites a stretch, or takes one from another input. */
static size_t mutate(uint8_t *bytes, size_t length)
{
	static const char interesting[] = {0, 1, 127, -128, -1, '"', '\\', '\'', '%', '/', '.', '{', '[', '-', 'e', '\n'};
	const input *other = &inputs[random_below(input_count)];
	size_t at = random_below(length + 1);
	size_t n = random_below(16) + 1;

	switch (random_below(5)) {
	case 0:
		if (at < length)
			bytes[at] ^= (uint8_t)(1u << random_below(8));
		return length;
	case 1:
		if (at < length)
			bytes[at] = (uint8_t)interesting[random_below(sizeof interesting)];
		return length;
	case 2:
		n = n > length - at ? length - at : n;
		memmove(bytes + at, bytes + at + n, length - at - n);
		return length - n;
	case 3:
		n = n > length - at ? length - at : n;
		if (length + n > INPUT_MAX)
			return length;
		memmove(bytes + at + n, bytes + at, length - at);
		return length + n;
	default:
		if (!other->length || length + n > INPUT_MAX)
			return length;
		n = n > other->length ? other->length : n;
		memmove(bytes + at + n, bytes + at, length - at);
		memcpy(bytes + at, other->bytes + random_below(other->length - n + 1), n);
		return length + n;
	}
}

static void try_mutations_until(time_t end, unsigned long *tried)
{
	static uint8_t buffer[INPUT_MAX];

	while (time(NULL) < end) {
		const input *in = &inputs[random_below(input_count)];
		size_t length = in->length;

		memcpy(buffer, in->bytes, length);
		for (size_t i = random_below(MUTATIONS) + 1; i > 0; i--)
			length = mutate(buffer, length);
		try_input(buffer, length);
		++*tried;
	}
}

/* A sanitizer first reports a bad access and then aborts; without one we see it ourselves. */
static void catch_crashes(void)
{
	signal(SIGABRT, on_crash);
	signal(SIGALRM, on_crash);
	signal(SIGILL, on_crash);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	signal(SIGSEGV, on_crash);
	signal(SIGBUS, on_crash);
	signal(SIGFPE, on_crash);
#endif
}

int main(int argc, char **argv)
{
	long seconds = 5;
	unsigned long tried = 0;

	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "-max_total_time=", 16) == 0)
			seconds = strtol(argv[i] + 16, NULL, 10);
		else if (strncmp(argv[i], "-artifact_prefix=", 17) == 0)
			snprintf(crash_path, sizeof crash_path, "%scrash-input", argv[i] + 17);
		else if (argv[i][0] != '-')
			read_folder(argv[i]);
	}
	if (input_count == 0) {
		fprintf(stderr, "driver: no inputs were found; name a folder that holds some\n");
		return 2;
	}
	catch_crashes();
	for (size_t i = 0; i < input_count; i++)
		try_input(inputs[i].bytes, inputs[i].length);
	try_mutations_until(time(NULL) + seconds, &tried);
	printf("driver: %zu inputs and %lu made of them, no finding\n", input_count, tried);
	for (size_t i = 0; i < input_count; i++)
		free(inputs[i].bytes);
	return 0;
}
