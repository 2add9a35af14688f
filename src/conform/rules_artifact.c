/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of artifact repositories. All paths lie below a folder of the
 * rule's own, so that a repository that is in use can be checked, too.
 */
#include <millrace/artifact_repository.h>
#include <stdlib.h>

#include "conform/check.h"

#define OPS ((const struct mr_artifact_repository_ops *)c->ops)

static mr_str below(struct check *c, const char *path)
{
	return *path ? check_text(c, "conform-%s/%s", c->unique, path) : check_text(c, "conform-%s", c->unique);
}

static void begin(struct check *c, const char *path, int64_t hint, void **push)
{
	*push = NULL;
	check_ok(c, OPS->push_begin(c->self, below(c, path), hint, push, c->call, &c->err), "push_begin");
}

static void write_some(struct check *c, void *push, const void *bytes, size_t size)
{
	check_ok(c, OPS->push_write(c->self, push, bytes, size, c->call, &c->err), "push_write");
}

static void commit(struct check *c, void *push)
{
	check_ok(c, OPS->push_commit(c->self, push, c->call, &c->err), "push_commit");
}

static void put(struct check *c, const char *path, const char *text)
{
	void *push;

	begin(c, path, (int64_t)strlen(text), &push);
	if (*text)
		write_some(c, push, text, strlen(text));
	commit(c, push);
}

/* The whole artifact, read in pieces of `piece` bytes; MR_OK or what pull_open gave. */
static mr_code get(struct check *c, mr_str path, size_t piece, mr_str *out)
{
	struct mr_artifact_info info = {.size = -1};
	size_t room = 8 << 20, used = 0, got;
	char *bytes = malloc(room);
	void *pull = NULL;
	mr_code code = OPS->pull_open(c->self, path, &pull, &info, c->call, &c->err);

	if (code != MR_OK) {
		free(bytes);
		return code;
	}
	do {
		check_that(c, used + piece <= room, "the artifact has more bytes than were written");
		check_ok(c, OPS->pull_read(c->self, pull, (int64_t)used, bytes + used, piece, &got, c->call, &c->err),
			 "pull_read");
		check_that(c, got <= piece, "pull_read gave %zu bytes where %zu were asked for", got, piece);
		used += got;
	} while (got);
	OPS->pull_close(c->self, pull);
	*out = mr_str_make(bytes, used);
	return MR_OK;
}

static void expect_bytes(struct check *c, const char *path, const void *bytes, size_t size)
{
	mr_str got;

	check_ok(c, get(c, below(c, path), 65536, &got), "pull_open");
	check_that(c, got.len == size && (size == 0 || memcmp(got.ptr, bytes, size) == 0),
		   "what is read (%zu bytes) is not what was written (%zu bytes)", got.len, size);
	free((char *)got.ptr);
}

static void expect_text(struct check *c, const char *path, const char *text)
{
	expect_bytes(c, path, text, strlen(text));
}

static void expect_nothing(struct check *c, const char *path)
{
	mr_str got;

	check_code(c, get(c, below(c, path), 1024, &got), MR_RESOURCE_DOES_NOT_EXIST, "pull_open of what is not there");
}

/* ---- listing ---- */

struct listing {
	struct check *c;
	struct mr_artifact_info items[64];
	size_t n;
};

static mr_code visit(void *arg, const struct mr_artifact_info *info, mr_error *err)
{
	struct listing *l = arg;

	(void)err;
	if (l->n < 64) {
		l->items[l->n] = *info;
		l->items[l->n++].path = mr_arena_copy(l->c->arena, info->path);
	}
	return MR_OK;
}

static void list_into(struct check *c, mr_str path, struct listing *out)
{
	memset(out, 0, sizeof *out);
	out->c = c;
	check_ok(c, OPS->list(c->self, path, visit, out, c->call, &c->err), "list");
}

static const struct mr_artifact_info *listed(struct check *c, const struct listing *l, const char *path)
{
	mr_str wanted = below(c, path);

	for (size_t i = 0; i < l->n; i++)
		if (mr_str_eq(l->items[i].path, wanted))
			return &l->items[i];
	return NULL;
}

static void expect_empty_list(struct check *c, const char *path)
{
	struct listing l;

	list_into(c, below(c, path), &l);
	check_that(c, l.n == 0, "list of '%s' gives %zu entries, first '%.*s'", path, l.n, MR_STR_ARG(l.items[0].path));
}

/* A repository that hands calls on has every function; what is behind it may not. */
static void optional(struct check *c, mr_code code, const char *what)
{
	if (code == MR_NOT_IMPLEMENTED)
		check_skip(c, "%s is not implemented here: %.500s", what, c->err.message);
	check_ok(c, code, what);
}

static void tidy_path(struct check *c, mr_str path)
{
	mr_code code = check_has(c, "remove") ? OPS->remove(c->self, path, c->call, &c->err) : MR_OK;

	if (code == MR_NOT_IMPLEMENTED)
		mr_error_init(&c->err); /* then it stays */
	else
		check_ok(c, code, "remove");
}

static void tidy(struct check *c)
{
	tidy_path(c, below(c, ""));
	check_close(c);
}

void artifact_use(struct check *c)
{
	static _Atomic unsigned count;
	mr_str path = check_text(c, "conform-%s/use-%u/a.txt", c->unique, count++);
	struct listing l;
	void *push = NULL;
	mr_str got;

	check_open(c);
	if (check_has(c, "push_begin")) {
		check_ok(c, OPS->push_begin(c->self, path, 3, &push, c->call, &c->err), "push_begin");
		write_some(c, push, "abc", 3);
		commit(c, push);
		check_ok(c, get(c, path, 2, &got), "pull_open");
		check_that(c, mr_str_is(got, "abc"), "what is read is not what was written");
		free((char *)got.ptr);
	}
	check_code(c, get(c, below(c, "none"), 2, &got), MR_RESOURCE_DOES_NOT_EXIST, "pull_open of what is not there");
	list_into(c, mr_str_make(path.ptr, path.len - 6), &l);
	if (push)
		tidy_path(c, path);
	check_close(c);
}

/* ---- writing and reading ---- */

static void push_then_pull(struct check *c)
{
	check_open(c);
	put(c, "folder/sub/a.bin", "some bytes");
	expect_text(c, "folder/sub/a.bin", "some bytes");
	tidy(c);
}

static void empty_file(struct check *c)
{
	struct listing l;

	check_open(c);
	put(c, "empty", "");
	expect_text(c, "empty", "");
	list_into(c, below(c, ""), &l);
	check_that(c, listed(c, &l, "empty") != NULL, "an artifact without bytes is not listed");
	tidy(c);
}

static char *pattern(size_t size)
{
	char *bytes = malloc(size);

	for (size_t i = 0; bytes && i < size; i++)
		bytes[i] = (char)(i * 2654435761u >> 13);
	return bytes;
}

static void large_file(struct check *c)
{
	size_t size = (5 << 20) + 123, at = 0, piece = 1;
	char *bytes = pattern(size);
	void *push;

	check_open(c);
	begin(c, "large", -1, &push);
	for (; at < size; at += piece, piece = piece * 3 % 400009 + 1) {
		if (piece > size - at)
			piece = size - at;
		write_some(c, push, bytes + at, piece);
	}
	commit(c, push);
	expect_bytes(c, "large", bytes, size);
	free(bytes);
	tidy(c);
}

static void wrong_hint(struct check *c)
{
	void *push;

	check_open(c);
	begin(c, "hint", -1, &push);
	write_some(c, push, "five!", 5);
	commit(c, push);
	expect_text(c, "hint", "five!");
	tidy(c);
}

static void invisible_before_commit(struct check *c)
{
	struct listing l;
	void *push;

	check_open(c);
	put(c, "here", "x");
	begin(c, "later", 5, &push);
	write_some(c, push, "bytes", 5);
	expect_nothing(c, "later");
	list_into(c, below(c, ""), &l);
	check_that(c, l.n == 1, "before commit list gives %zu entries where 1 is committed", l.n);
	commit(c, push);
	expect_text(c, "later", "bytes");
	tidy(c);
}

static void abort_leaves_nothing(struct check *c)
{
	void *push;

	check_open(c);
	begin(c, "gone", 5, &push);
	write_some(c, push, "bytes", 5);
	OPS->push_abort(c->self, push);
	expect_nothing(c, "gone");
	expect_empty_list(c, "");
	put(c, "kept", "old");
	begin(c, "kept", 3, &push);
	write_some(c, push, "new", 3);
	OPS->push_abort(c->self, push);
	expect_text(c, "kept", "old");
	tidy(c);
}

static void replaces_at_commit(struct check *c)
{
	void *push;

	check_open(c);
	put(c, "a", "the old one, longer");
	begin(c, "a", 3, &push);
	write_some(c, push, "new", 3);
	expect_text(c, "a", "the old one, longer");
	commit(c, push);
	expect_text(c, "a", "new");
	tidy(c);
}

static void two_pushes(struct check *c)
{
	void *one, *two;

	check_open(c);
	begin(c, "a", 4, &one);
	begin(c, "a", 4, &two);
	write_some(c, one, "11", 2);
	write_some(c, two, "22", 2);
	write_some(c, one, "11", 2);
	write_some(c, two, "22", 2);
	commit(c, two);
	expect_text(c, "a", "2222");
	commit(c, one);
	expect_text(c, "a", "1111");
	tidy(c);
}

static void at_offset(struct check *c)
{
	static const struct {
		int64_t at;
		size_t size;
		const char *want;
	} reads[] = {{0, 3, "012"}, {7, 10, "789"}, {3, 4, "3456"}, {10, 5, ""}, {99, 5, ""}, {0, 10, "0123456789"}};
	struct mr_artifact_info info;
	void *pull = NULL;

	check_open(c);
	put(c, "digits", "0123456789");
	check_ok(c, OPS->pull_open(c->self, below(c, "digits"), &pull, &info, c->call, &c->err), "pull_open");
	for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
		char out[16];
		size_t got = 0, total = 0;

		do { /* a short read is allowed anywhere but at the end */
			check_ok(c,
				 OPS->pull_read(c->self, pull, reads[i].at + (int64_t)total, out + total,
						reads[i].size - total, &got, c->call, &c->err),
				 "pull_read");
			total += got;
		} while (got && total < reads[i].size);
		check_that(c, total == strlen(reads[i].want) && memcmp(out, reads[i].want, total) == 0,
			   "%zu bytes from offset %lld are '%.*s', not '%s'", reads[i].size, (long long)reads[i].at,
			   (int)total, out, reads[i].want);
	}
	OPS->pull_close(c->self, pull);
	tidy(c);
}

static void missing(struct check *c)
{
	check_open(c);
	expect_nothing(c, "no/such");
	tidy(c);
}

static void folder_is_none(struct check *c)
{
	check_open(c);
	put(c, "folder/a", "x");
	expect_nothing(c, "folder");
	tidy(c);
}

static void pull_info(struct check *c)
{
	struct mr_artifact_info info = {.size = -2};
	void *pull = NULL;

	check_open(c);
	put(c, "a.txt", "12345");
	check_ok(c, OPS->pull_open(c->self, below(c, "a.txt"), &pull, &info, c->call, &c->err), "pull_open");
	check_that(c, !info.is_dir, "the info of a file says that it is a folder");
	check_that(c, info.size == 5 || info.size == -1, "the info of 5 bytes says %lld", (long long)info.size);
	OPS->pull_close(c->self, pull);
	tidy(c);
}

/* ---- listing and removing ---- */

static void list_children(struct check *c)
{
	const struct mr_artifact_info *file, *folder;
	struct listing l;

	check_open(c);
	put(c, "a.txt", "123");
	put(c, "sub/b.txt", "x");
	put(c, "sub/deeper/c.txt", "x");
	list_into(c, below(c, ""), &l);
	file = listed(c, &l, "a.txt");
	folder = listed(c, &l, "sub");
	check_that(c, l.n == 2, "a folder with one file and one folder lists %zu entries", l.n);
	check_that(c, file && folder, "paths are not relative to the root: '%.*s'", MR_STR_ARG(l.items[0].path));
	check_that(c, !file->is_dir && folder->is_dir, "is_dir is wrong");
	check_that(c, file->size == 3 || file->size == -1, "the size of 3 bytes is %lld", (long long)file->size);
	list_into(c, below(c, "sub"), &l);
	check_that(c, l.n == 2 && listed(c, &l, "sub/b.txt") && listed(c, &l, "sub/deeper"),
		   "a folder below lists %zu entries", l.n);
	tidy(c);
}

static void list_sorted(struct check *c)
{
	static const char *const names[] = {"b", "a", "B", "a-", "a.", "a0", "\xc3\xa9", "Z", "aa"};
	struct listing l;

	check_open(c);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		put(c, names[i], "x");
	list_into(c, below(c, ""), &l);
	check_that(c, l.n == sizeof names / sizeof *names, "%zu artifacts list as %zu", sizeof names / sizeof *names,
		   l.n);
	for (size_t i = 1; i < l.n; i++)
		check_that(c, strcmp(l.items[i - 1].path.ptr, l.items[i].path.ptr) < 0, "'%s' is listed before '%s'",
			   l.items[i - 1].path.ptr, l.items[i].path.ptr);
	tidy(c);
}

static void list_root(struct check *c)
{
	struct listing l;
	const struct mr_artifact_info *own;

	check_open(c);
	put(c, "a", "x");
	list_into(c, mr_str_make("", 0), &l);
	own = listed(c, &l, "");
	check_that(c, own || l.n >= 64, "the root does not list a folder that is in it");
	check_that(c, !own || own->is_dir, "the root lists a folder as a file");
	tidy(c);
}

static void list_missing(struct check *c)
{
	check_open(c);
	expect_empty_list(c, "no/such/folder");
	tidy(c);
}

static void list_file(struct check *c)
{
	check_open(c);
	put(c, "file", "x");
	expect_empty_list(c, "file");
	tidy(c);
}

static mr_code visit_and_fail(void *arg, const struct mr_artifact_info *info, mr_error *err)
{
	(void)info;
	++*(int *)arg;
	return mr_error_set(err, MR_CANCELLED, "enough");
}

static void list_stops(struct check *c)
{
	int visits = 0;

	check_open(c);
	put(c, "a", "x");
	put(c, "b", "x");
	check_code(c, OPS->list(c->self, below(c, ""), visit_and_fail, &visits, c->call, &c->err), MR_CANCELLED,
		   "list, whose visitor fails with MR_CANCELLED,");
	check_that(c, visits == 1, "list went on after its visitor had failed");
	tidy(c);
}

static void remove_file(struct check *c)
{
	check_open(c);
	put(c, "a", "x");
	put(c, "ab", "x");
	optional(c, OPS->remove(c->self, below(c, "a"), c->call, &c->err), "remove");
	expect_nothing(c, "a");
	expect_text(c, "ab", "x");
	tidy(c);
}

static void remove_folder(struct check *c)
{
	check_open(c);
	put(c, "folder/a", "x");
	put(c, "folder/deep/b", "x");
	put(c, "folder2", "x");
	optional(c, OPS->remove(c->self, below(c, "folder"), c->call, &c->err), "remove of a folder");
	expect_nothing(c, "folder/a");
	expect_nothing(c, "folder/deep/b");
	expect_text(c, "folder2", "x");
	tidy(c);
}

static void remove_missing(struct check *c)
{
	check_open(c);
	optional(c, OPS->remove(c->self, below(c, "no/such"), c->call, &c->err), "remove of what is not there");
	tidy(c);
}

static void odd_names(struct check *c)
{
	static const char *const names[] = {"a b",     "100%", "%41", "a+b", "\xc3\xbc\xe2\x82\xac\xf0\x9f\x8e\x89",
					    "a&b=c;d", "'q'",  "a?b", "[x]*"};
	struct listing l;

	check_open(c);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		put(c, names[i], names[i]);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		expect_text(c, names[i], names[i]);
	list_into(c, below(c, ""), &l);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		check_that(c, listed(c, &l, names[i]) != NULL, "'%s' is not listed as it was written", names[i]);
	tidy(c);
}

/* ---- objects and threads ---- */

static void seen_by_others(struct check *c)
{
	void *own;

	check_open(c);
	put(c, "a", "x");
	own = c->self;
	check_ok(c, check_open_as(c, &c->self), "open for the second time");
	expect_text(c, "a", "x");
	check_close_as(c, own);
	expect_text(c, "a", "x");
	tidy(c);
}

static const char *push_many(struct check *c, size_t index)
{
	char path[32], text[32];

	for (int i = 0; i < 10; i++) {
		snprintf(path, sizeof path, "t%zu/%d", index, i);
		snprintf(text, sizeof text, "%zu.%d", index, i);
		put(c, path, text);
		expect_text(c, path, text);
	}
	return NULL;
}

static void parallel(struct check *c)
{
	struct listing l;

	check_open(c);
	check_threads(c, 4, push_many);
	list_into(c, below(c, "t2"), &l);
	check_that(c, l.n == 10, "of 10 artifacts that threads wrote, %zu are there", l.n);
	tidy(c);
}

/* ---- optional functions ---- */

static void local_path(struct check *c)
{
	mr_str path = {0};
	char text[8] = "";
	FILE *in;

	check_open(c);
	put(c, "a", "local");
	optional(c, OPS->local_path(c->self, below(c, "a"), &path, c->call, &c->err), "local_path");
	path = mr_arena_copy(c->arena, path);
	in = path.len ? fopen(path.ptr, "re") : NULL;
	check_that(c, in != NULL, "local_path gives '%s', which cannot be read", path.len ? path.ptr : "");
	check_that(c, fread(text, 1, 5, in) == 5 && !memcmp(text, "local", 5), "local_path leads to other bytes");
	fclose(in);
	tidy(c);
}

static void multipart(struct check *c)
{
	struct mr_artifact_part *parts = NULL;
	mr_str id = {0};

	check_open(c);
	optional(c, OPS->multipart_create(c->self, below(c, "parts"), 2, &id, &parts, c->call, &c->err),
		 "multipart_create");
	check_that(c, parts != NULL, "multipart_create gives no parts");
	for (int64_t i = 0; i < 2; i++) {
		check_that(c, parts[i].number == i + 1, "part %lld has the number %lld", (long long)(i + 1),
			   (long long)parts[i].number);
		check_that(c, parts[i].url.len > 0, "part %lld has no URL", (long long)(i + 1));
	}
	check_ok(c, OPS->multipart_abort(c->self, below(c, "parts"), id, c->call, &c->err), "multipart_abort");
	expect_nothing(c, "parts");
	id = mr_str_from("no-such-upload");
	check_refused(c, OPS->multipart_complete(c->self, below(c, "parts"), id, parts, 0, c->call, &c->err),
		      "multipart_complete of an upload that is not there");
	tidy(c);
}

static void presign(struct check *c)
{
	struct mr_artifact_part out = {0};

	check_open(c);
	put(c, "signed", "x");
	optional(c, OPS->presign(c->self, below(c, "signed"), mr_str_from("GET"), 60, &out, c->call, &c->err),
		 "presign");
	check_that(c, out.url.len > 8 && memmem(out.url.ptr, out.url.len, "://", 3), "presign gives no URL");
	tidy(c);
}

#define HEADER "artifact_repository.h"
#define PUSH   "push_begin push_write push_commit push_abort"
const struct rule artifact_rules[] = {
	{"artifact.push-then-pull", "what is written is read again", HEADER, PUSH, push_then_pull},
	{"artifact.push-empty", "an artifact may have no bytes", HEADER, PUSH, empty_file},
	{"artifact.push-large", "five megabytes in odd pieces come back whole", HEADER, PUSH, large_file},
	{"artifact.push-without-size", "the size need not be known before", HEADER, PUSH, wrong_hint},
	{"artifact.push-is-invisible-before-commit", "nothing is visible before commit", HEADER, PUSH,
	 invisible_before_commit},
	{"artifact.abort-leaves-nothing", "an aborted push leaves what was there before", HEADER, PUSH,
	 abort_leaves_nothing},
	{"artifact.push-replaces-at-commit", "a push to a path that exists replaces it at commit", HEADER, PUSH,
	 replaces_at_commit},
	{"artifact.two-pushes-of-one-path", "two pushes to one path do not mix; the later commit stays", HEADER, PUSH,
	 two_pushes},
	{"artifact.pull-at-offset", "pull_read reads from any offset, and 0 bytes at the end", HEADER, PUSH, at_offset},
	{"artifact.pull-missing", "what is not there is RESOURCE_DOES_NOT_EXIST", HEADER, NULL, missing},
	{"artifact.pull-folder", "a folder is no artifact that can be read", HEADER, PUSH, folder_is_none},
	{"artifact.pull-info", "pull_open says size and kind", HEADER, PUSH, pull_info},
	{"artifact.list-children", "list gives the direct children, by paths relative to the root", HEADER, PUSH,
	 list_children},
	{"artifact.list-sorted", "list sorts by path as bytes", HEADER, PUSH, list_sorted},
	{"artifact.list-root", "the empty path is the root", HEADER, PUSH, list_root},
	{"artifact.list-missing", "what is not there has no children; no error", HEADER, NULL, list_missing},
	{"artifact.list-file", "a file has no children; no error", HEADER, PUSH, list_file},
	{"artifact.list-stops", "a failure of the visitor ends the listing and is returned", HEADER, PUSH, list_stops},
	{"artifact.remove-file", "remove removes a file and nothing else", HEADER, PUSH " remove", remove_file},
	{"artifact.remove-folder", "remove removes a folder with all in it", HEADER, PUSH " remove", remove_folder},
	{"artifact.remove-missing", "removing what is not there is MR_OK", HEADER, "remove", remove_missing},
	{"artifact.odd-names", "names with blanks, percent signs and UTF-8 stay as they are", HEADER, PUSH, odd_names},
	{"artifact.seen-by-others", "what is committed is seen by another object, and stays", HEADER, PUSH,
	 seen_by_others},
	{"artifact.parallel", "different pushes and pulls may run at once", HEADER, PUSH, parallel},
	{"artifact.local-path", "local_path leads to the bytes", HEADER, PUSH " local_path", local_path},
	{"artifact.multipart", "an upload in parts has numbered parts with URLs, and can be aborted", HEADER,
	 "multipart_create multipart_complete multipart_abort", multipart},
	{"artifact.presign", "presign gives a URL", HEADER, PUSH " presign", presign},
};
const size_t artifact_rules_n = sizeof artifact_rules / sizeof *artifact_rules;
