/* SPDX-License-Identifier: Apache-2.0
 *
 * Types by name: what the reference's _guess_mime_type said of each, with and
 * without Debian's mime.types.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "artifact/mime.h"

static const struct {
	const char *name, *type;
} known[] = {
	{"a.txt", "text/plain"},
	{"MLmodel", "text/plain"},
	{"MLproject", "application/octet-stream"},
	{"mlproject", "text/plain"},
	{"dir/MLmodel", "text/plain"},
	{"conda.yaml", "text/plain"},
	{"model.pkl", "application/octet-stream"},
	{"image.PNG", "image/png"},
	{"image.png", "image/png"},
	{"x.svg", "image/svg+xml"},
	{"x.svgz", "image/svg+xml"},
	{"x.tar", "application/x-tar"},
	{"x.tar.gz", "application/x-tar"},
	{"x.tgz", "application/x-tar"},
	{"x.TGZ", "application/x-tar"},
	{"x.gz", "application/octet-stream"},
	{"x.json.gz", "application/json"},
	{"x.JSON", "application/json"},
	{"x.html", "text/html"},
	{"x.htm", "text/html"},
	{".bashrc", "application/octet-stream"},
	{".txt", "application/octet-stream"},
	{"..png", "application/octet-stream"},
	{"noext", "application/octet-stream"},
	{"x.mp4", "video/mp4"},
	{"x.wasm", "application/wasm"},
	{"x.js", "text/plain"},
	{"x.csv", "text/plain"},
	{"x.parquet", "application/octet-stream"},
	{"x.onnx", "application/octet-stream"},
	{"x.h5", "application/x-hdf5"},
	{"x.pdf", "application/pdf"},
	{"x.zip", "application/zip"},
	{"x.ipynb", "text/plain"},
	{"x.py", "text/plain"},
	{"x.PY", "text/x-python"},
	{"x.jpeg", "image/jpeg"},
	{"x.tsv", "text/plain"},
	{"x.npz", "application/octet-stream"},
	{"x.md", "text/plain"},
	{"x.log", "text/plain"},
	{"x.xml", "text/plain"},
	{"x.wav", "audio/x-wav"},
	{"x.css", "text/css"},
	{"dir.png/file", "application/octet-stream"},
	{"trailing.png/", "image/png"},
	{"x.Z", "application/octet-stream"},
	{"x.br", "application/octet-stream"},
	{"x.bz2", "application/octet-stream"},
	{"x.csv.bz2", "text/csv"},
	{"a.png.", "application/octet-stream"},
};

static void guesses_as_mlflow(void **state)
{
	mr_arena *arena = mr_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		mr_str type = mr_mime_type(arena, mr_str_from(known[i].name));

		if (!mr_str_is(type, known[i].type))
			fail_msg("%s: %s instead of %s", known[i].name, type.ptr, known[i].type);
	}
	mr_arena_free(arena);
}

static void takes_any_name(void **state)
{
	static const char *const odd[] = {
		"", "/", "...", ".", "a.", "a..", "x.verylongextensionthatnobodyeverusedforanythingatall_verylong"};
	mr_arena *arena = mr_arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_string_equal(mr_mime_type(arena, mr_str_from(odd[i])).ptr, "application/octet-stream");
	assert_string_equal(mr_mime_type(arena, mr_str_make(NULL, 0)).ptr, "application/octet-stream");
	mr_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guesses_as_mlflow),
		cmocka_unit_test(takes_any_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
