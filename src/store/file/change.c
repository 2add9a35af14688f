/* SPDX-License-Identifier: Apache-2.0
 *
 * How a change comes to the disk. In order:
 *
 *  1. new contents are written under new names and synced; what fails here has
 *     changed nothing;
 *  2. the journal is written, synced, and renamed to its name: now the change
 *     will happen;
 *  3. lines are appended; a disk that is full shows here, and all is undone;
 *  4. the rest is renames and the like. What fails here is left to the journal;
 *  5. the folders are synced, the journal goes, its folder is synced.
 *
 * Every step may be done again when it was done already, or in part.
 */
#include "store/file/change.h"

#include "base/os.h"

#define JOURNAL ".millrace-journal"
#define NEW_PREFIX ".millrace-"
#define NEW_SUFFIX ".tmp"

/* ---- collecting ---- */

void mr_change_init(struct mr_change *change, const struct mr_disk *disk, mr_call *call)
{
	memset(change, 0, sizeof *change);
	change->disk = disk;
	change->call = call;
}

static struct mr_step *add(struct mr_change *change, enum mr_step_kind kind, mr_str path)
{
	size_t room = change->room ? change->room * 2 : 8;
	struct mr_step *step;

	if (change->n == change->room) {
		step = mr_arena_grow(change->call->arena, change->steps, change->room * sizeof *step, room * sizeof *step);
		if (!step) {
			change->no_memory = true;
			return NULL;
		}
		change->steps = step;
		change->room = room;
	}
	if (!path.ptr)
		change->no_memory = true;
	step = &change->steps[change->n++];
	memset(step, 0, sizeof *step);
	step->kind = kind;
	step->path = path;
	return step;
}

void mr_change_put(struct mr_change *change, mr_str path, mr_str bytes)
{
	struct mr_step *step;

	for (size_t i = 0; i < change->n; i++)
		if (change->steps[i].kind == MR_STEP_PUT && mr_str_eq(change->steps[i].path, path)) {
			change->steps[i].bytes = bytes; /* the later of two is what counts */
			return;
		}
	step = add(change, MR_STEP_PUT, path);
	if (step)
		step->bytes = bytes;
}

/* Doubles the room, for a batch may have a thousand lines for one file. */
static bool add_bytes(struct mr_change *change, struct mr_step *step, mr_str more)
{
	size_t need = step->bytes.len + more.len, room = need * 2 + 64;
	char *bytes = (char *)(uintptr_t)step->bytes.ptr;

	if (need + 1 > step->room) {
		bytes = mr_arena_grow(change->call->arena, bytes, step->room, room);
		if (!bytes)
			return false;
		step->room = room;
	}
	memcpy(bytes + step->bytes.len, more.ptr, more.len);
	bytes[need] = 0;
	step->bytes = mr_str_make(bytes, need);
	return true;
}

void mr_change_append(struct mr_change *change, mr_str path, mr_str lines)
{
	struct mr_step *step = NULL;

	for (size_t i = change->n; i-- > 0 && !step;)
		if (change->steps[i].kind == MR_STEP_APPEND && mr_str_eq(change->steps[i].path, path))
			step = &change->steps[i];
	if (!step)
		step = add(change, MR_STEP_APPEND, path);
	if (!step || !lines.ptr || !add_bytes(change, step, lines))
		change->no_memory = true;
}

void mr_change_folder(struct mr_change *change, mr_str path)
{
	add(change, MR_STEP_FOLDER, path);
}

void mr_change_remove(struct mr_change *change, mr_str path)
{
	add(change, MR_STEP_REMOVE, path);
}

void mr_change_remove_tree(struct mr_change *change, mr_str path)
{
	add(change, MR_STEP_REMOVE_TREE, path);
}

void mr_change_move(struct mr_change *change, mr_str from, mr_str to)
{
	struct mr_step *step = add(change, MR_STEP_MOVE, to);

	if (step)
		step->from = from;
	change->no_memory = change->no_memory || !from.ptr;
}

/* ---- applying ---- */

/* Folders whose names changed and are not synced yet. */
struct touched {
	const struct mr_disk *disk;
	mr_arena *arena;
	mr_str *folders;
	size_t n, room;
};

static mr_str folder_of(mr_str path)
{
	while (path.len && path.ptr[path.len - 1] != '/')
		path.len--;
	if (path.len)
		path.len--;
	return path;
}

static mr_code touch(struct touched *t, mr_str folder, mr_error *err)
{
	size_t room = t->room ? t->room * 2 : 16;
	mr_str *grown;

	for (size_t i = 0; i < t->n; i++)
		if (mr_str_eq(t->folders[i], folder))
			return MR_OK;
	if (t->n == t->room) {
		grown = mr_arena_grow(t->arena, t->folders, t->room * sizeof *grown, room * sizeof *grown);
		if (!grown)
			return mr_error_no_memory(err);
		t->folders = grown;
		t->room = room;
	}
	t->folders[t->n++] = folder;
	return MR_OK;
}

/* A folder that has moved away meanwhile was synced before it moved. */
static mr_code sync_touched(struct touched *t, mr_error *err)
{
	mr_code code = MR_OK;
	mr_error why;

	for (size_t i = 0; i < t->n && code == MR_OK; i++) {
		mr_error_init(&why);
		code = mr_disk_sync_folder(t->disk, t->folders[i], &why);
		if (code == MR_NOT_FOUND)
			code = MR_OK;
		if (code != MR_OK)
			mr_error_set(err, code, "%s", why.message);
	}
	if (code == MR_OK)
		t->n = 0;
	return code;
}

/* Makes the folder and its parents, where they are missing. */
static mr_code make_folders(struct touched *t, mr_str folder, mr_error *err)
{
	struct mr_disk_stat st;
	bool made, there = true;
	mr_code code = folder.len ? mr_disk_look(t->disk, folder, &st, &there, err) : MR_OK;

	if (there)
		return code;
	for (size_t i = 1; i <= folder.len && code == MR_OK; i++) {
		mr_str part = mr_str_make(folder.ptr, i);

		if (i < folder.len && folder.ptr[i] != '/')
			continue;
		code = mr_disk_make_folder(t->disk, part, &made, err);
		if (code == MR_OK && made)
			code = touch(t, folder_of(part), err);
	}
	return code;
}

/* Whether the lines are there already; else where they go: at the place that they were meant for, in whole or to
 * complete a part, or at the end when somebody else has written meanwhile. */
static mr_code place_lines(struct touched *t, const struct mr_step *step, int64_t *at, bool *done, mr_error *err)
{
	struct mr_disk_stat st;
	mr_str rest;
	bool there;
	mr_code code;

	*at = step->offset;
	code = mr_disk_look(t->disk, step->path, &st, &there, err);
	*done = !there; /* the file was removed meanwhile */
	if (code != MR_OK || *done || st.size == step->offset)
		return code;
	if (st.size < step->offset)
		return mr_disk_end_of_lines(t->disk, step->path, at, err);
	code = mr_disk_read_from(t->disk, step->path, step->offset, t->arena, &rest, err);
	if (code != MR_OK)
		return code;
	*done = rest.len >= step->bytes.len && memcmp(rest.ptr, step->bytes.ptr, step->bytes.len) == 0;
	if (*done || !memchr(rest.ptr, '\n', rest.len) ||
	    (rest.len < step->bytes.len && memcmp(rest.ptr, step->bytes.ptr, rest.len) == 0))
		return MR_OK;
	return mr_disk_end_of_lines(t->disk, step->path, at, err);
}

static mr_code apply_append(struct touched *t, const struct mr_step *step, mr_error *err)
{
	int64_t at;
	bool done;
	mr_code code = place_lines(t, step, &at, &done, err);

	return code == MR_OK && !done ? mr_disk_write_at(t->disk, step->path, at, step->bytes, err) : code;
}

static mr_code apply_put(struct touched *t, const struct mr_step *step, mr_error *err)
{
	struct mr_disk_stat st;
	bool there;
	mr_code code = mr_disk_look(t->disk, step->from, &st, &there, err);

	if (code != MR_OK || !there)
		return code; /* done before */
	code = mr_disk_rename(t->disk, step->from, step->path, err);
	return code == MR_OK ? touch(t, folder_of(step->path), err) : code;
}

/* What was done below a folder must be on the disk before the folder goes, else it would be done again elsewhere. */
static mr_code apply_move(struct touched *t, const struct mr_step *step, mr_error *err)
{
	struct mr_disk_stat st;
	bool there;
	mr_code code = mr_disk_look(t->disk, step->from, &st, &there, err);

	if (code != MR_OK || !there)
		return code;
	code = sync_touched(t, err);
	if (code == MR_OK)
		code = make_folders(t, folder_of(step->path), err);
	if (code == MR_OK)
		code = mr_disk_rename(t->disk, step->from, step->path, err);
	if (code == MR_OK)
		code = touch(t, folder_of(step->path), err);
	return code == MR_OK ? touch(t, folder_of(step->from), err) : code;
}

static mr_code apply(struct touched *t, const struct mr_step *step, mr_error *err)
{
	mr_code code;

	switch (step->kind) {
	case MR_STEP_PUT:
		return apply_put(t, step, err);
	case MR_STEP_APPEND:
		return apply_append(t, step, err);
	case MR_STEP_FOLDER:
		return MR_OK; /* prepare_folders */
	case MR_STEP_REMOVE:
		code = mr_disk_remove(t->disk, step->path, err);
		return code == MR_OK ? touch(t, folder_of(step->path), err) : code;
	case MR_STEP_REMOVE_TREE:
		code = sync_touched(t, err);
		if (code == MR_OK)
			code = mr_disk_remove_tree(t->disk, step->path, err);
		return code == MR_OK ? touch(t, folder_of(step->path), err) : code;
	case MR_STEP_MOVE:
		return apply_move(t, step, err);
	}
	return MR_OK;
}

/* New folders are on the disk before something moves into them: nothing says that a disk keeps the order. */
static mr_code prepare_folders(struct touched *t, const struct mr_step *steps, size_t n, mr_error *err)
{
	struct mr_disk_stat st;
	bool there;
	mr_code code = MR_OK;

	for (size_t i = 0; i < n && code == MR_OK; i++) {
		if (steps[i].kind == MR_STEP_FOLDER)
			code = make_folders(t, steps[i].path, err);
		if (steps[i].kind != MR_STEP_PUT)
			continue;
		code = mr_disk_look(t->disk, steps[i].from, &st, &there, err);
		if (code == MR_OK && there)
			code = make_folders(t, folder_of(steps[i].path), err);
	}
	return code == MR_OK ? sync_touched(t, err) : code;
}

static mr_code apply_all(struct touched *t, const struct mr_step *steps, size_t n, mr_error *err)
{
	mr_code code = prepare_folders(t, steps, n, err);

	for (size_t i = 0; i < n && code == MR_OK; i++)
		code = apply(t, &steps[i], err);
	return code == MR_OK ? sync_touched(t, err) : code;
}

static mr_code remove_journal(const struct mr_disk *disk, mr_error *err)
{
	mr_code code = mr_disk_remove(disk, mr_str_from(JOURNAL), err);

	return code == MR_OK ? mr_disk_sync_folder(disk, mr_str_from(""), err) : code;
}

/* ---- committing ---- */

static mr_str new_name(struct mr_change *change)
{
	char unique[33];

	mr_uuid_hex(unique);
	return mr_arena_printf(change->call->arena, NEW_PREFIX "%.16s" NEW_SUFFIX, unique);
}

/* A file that has no line yet is made with its first ones, for MLflow cannot read a run that has an empty one. */
static mr_code place_append(struct mr_change *change, struct mr_step *step, mr_error *err)
{
	mr_code code = mr_disk_end_of_lines(change->disk, step->path, &step->offset, err);

	if (code == MR_OK && step->offset == 0)
		step->kind = MR_STEP_PUT;
	return code;
}

static mr_code write_contents(struct mr_change *change, mr_error *err)
{
	mr_code code = MR_OK;

	for (size_t i = 0; i < change->n && code == MR_OK; i++) {
		struct mr_step *step = &change->steps[i];

		if (step->kind == MR_STEP_APPEND)
			code = place_append(change, step, err);
		if (step->kind != MR_STEP_PUT || code != MR_OK)
			continue;
		step->from = new_name(change);
		code = step->from.ptr ? mr_disk_write_new(change->disk, step->from, step->bytes, err)
				      : mr_error_no_memory(err);
	}
	return code;
}

static void drop_contents(struct mr_change *change)
{
	for (size_t i = 0; i < change->n; i++)
		if (change->steps[i].kind == MR_STEP_PUT && change->steps[i].from.ptr)
			mr_disk_remove(change->disk, change->steps[i].from, NULL);
}

static mr_code write_journal(struct mr_change *change, mr_error *err)
{
	mr_str name = new_name(change);
	mr_code code = name.ptr ? mr_disk_sync_folder(change->disk, mr_str_from(""), err) : mr_error_no_memory(err);

	if (code == MR_OK)
		code = mr_journal_write(change->disk, name, change->steps, change->n, err);
	if (code != MR_OK)
		return code;
	code = mr_disk_rename(change->disk, name, mr_str_from(JOURNAL), err);
	if (code != MR_OK)
		mr_disk_remove(change->disk, name, NULL);
	if (code == MR_OK)
		code = mr_disk_sync_folder(change->disk, mr_str_from(""), err);
	return code;
}

/* Appends; the first that fails undoes those before it. */
static mr_code append_lines(struct mr_change *change, struct touched *t, mr_error *err)
{
	mr_code code = MR_OK;
	size_t i;

	for (i = 0; i < change->n && code == MR_OK; i++)
		if (change->steps[i].kind == MR_STEP_APPEND)
			code = apply_append(t, &change->steps[i], err);
	if (code == MR_OK)
		return code;
	while (i-- > 0)
		if (change->steps[i].kind == MR_STEP_APPEND)
			mr_disk_cut(change->disk, change->steps[i].path, change->steps[i].offset, NULL);
	return code;
}

static mr_code commit_by_journal(struct mr_change *change, struct touched *t, mr_error *err)
{
	mr_code code = write_journal(change, err);

	if (code == MR_OK)
		code = append_lines(change, t, err);
	if (code != MR_OK) {
		/* a journal that a power cut brings back must find all of the contents, or not be there */
		if (remove_journal(change->disk, NULL) == MR_OK)
			drop_contents(change);
		return code;
	}
	code = apply_all(t, change->steps, change->n, err);
	if (code == MR_OK)
		code = mr_disk_remove(change->disk, mr_str_from(JOURNAL), err);
	if (code == MR_OK) /* all of the change is on the disk, so that this cannot fail it any more */
		mr_disk_sync_folder(change->disk, mr_str_from(""), NULL);
	return code;
}

static bool is_one_call(const struct mr_step *step)
{
	return step->kind == MR_STEP_PUT || step->kind == MR_STEP_APPEND || step->kind == MR_STEP_REMOVE ||
	       step->kind == MR_STEP_MOVE;
}

mr_code mr_change_commit(struct mr_change *change, mr_error *err)
{
	struct touched t = {.disk = change->disk, .arena = change->call->arena};
	mr_code code;

	if (change->no_memory)
		return mr_error_no_memory(err);
	if (change->committed || change->n == 0)
		return MR_OK;
	change->committed = true;
	code = write_contents(change, err);
	if (code == MR_OK && !(change->n == 1 && is_one_call(&change->steps[0])))
		return commit_by_journal(change, &t, err);
	if (code == MR_OK)
		code = apply_all(&t, change->steps, change->n, err);
	if (code != MR_OK)
		drop_contents(change);
	return code;
}

/* ---- after a crash ---- */

mr_code mr_change_pending(const struct mr_disk *disk, bool *pending, mr_error *err)
{
	struct mr_disk_stat st;

	return mr_disk_look(disk, mr_str_from(JOURNAL), &st, pending, err);
}

mr_code mr_change_recover(const struct mr_disk *disk, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	struct touched t = {.disk = disk, .arena = arena};
	struct mr_step *steps;
	size_t n;
	mr_code code = arena ? mr_journal_read(disk, mr_str_from(JOURNAL), arena, &steps, &n, err) : mr_error_no_memory(err);

	if (code == MR_OK)
		code = apply_all(&t, steps, n, err);
	if (code == MR_OK)
		code = remove_journal(disk, err);
	mr_arena_free(arena);
	return code;
}

static bool is_leftover(mr_str name)
{
	size_t before = sizeof NEW_PREFIX - 1, after = sizeof NEW_SUFFIX - 1;

	return name.len > before + after && !memcmp(name.ptr, NEW_PREFIX, before) &&
	       !memcmp(name.ptr + name.len - after, NEW_SUFFIX, after);
}

void mr_change_remove_leftovers(const struct mr_disk *disk)
{
	mr_arena *arena = mr_arena_new(0);
	struct mr_disk_entry *entries;
	size_t n = 0;

	if (arena && mr_disk_list(disk, mr_str_from(""), arena, &entries, &n, NULL) == MR_OK)
		for (size_t i = 0; i < n; i++)
			if (!entries[i].is_folder && is_leftover(entries[i].name))
				mr_disk_remove(disk, entries[i].name, NULL);
	mr_arena_free(arena);
}
