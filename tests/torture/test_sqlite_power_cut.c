/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQLite store and power cuts. A workload runs once on a VFS that records
 * each write, truncation, deletion and sync. Then, before each of the syncs, the
 * files are made as a power cut there could have left them: what was synced is
 * there; of what was not, nothing, all, or any part of it, writes torn at
 * sectors. On each such disk the store is opened: what was acknowledged must be
 * there, the transaction under way whole or not at all, nothing else, and
 * SQLite finds the file sound. Without syncs (durability=off) the same must fail.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/call.h"
#include "sql/db.h"
#include "store/sqlite/store.h"

extern const struct mr_plugin mr_builtin_sqlite;

enum {
	EVENTS_MAX = 60000,
	SECTOR = 512,
	SEEDS = 4,	 /* disks with a random part of what was not synced, for each cut */
	METRICS = 20,	 /* of one batch */
	SINGLES = 12,	 /* transactions of one batch */
	GROUPS = 6,	 /* transactions of GROUP batches */
	GROUP = 3,
	UNITS = SINGLES + GROUPS
};

static char folder[] = "/tmp/mr-power-XXXXXX";

/* ---- the recording ---- */

enum file { DATABASE, LOG, JOURNAL, FILES };
enum kind { WRITE, TRUNCATE, DELETE, SYNC, ACKNOWLEDGED };

static struct event {
	enum kind kind;
	enum file file;
	sqlite3_int64 offset; /* or the size that it is cut to */
	size_t length;
	char *bytes;
} events[EVENTS_MAX];
static size_t events_n;
static bool recording;

static void record(enum kind kind, enum file file, const void *bytes, size_t length, sqlite3_int64 offset)
{
	struct event *e = &events[events_n];

	if (!recording)
		return;
	assert_true(++events_n < EVENTS_MAX);
	*e = (struct event){kind, file, offset, length, NULL};
	if (length) {
		e->bytes = malloc(length);
		memcpy(e->bytes, bytes, length);
	}
}

static void forget_events(void)
{
	while (events_n)
		free(events[--events_n].bytes);
}

/* ---- the VFS: the real one, watched ---- */

static sqlite3_vfs *real;

struct watched {
	sqlite3_file base;
	enum file file;
	bool counts; /* one of the three files; shared memory and temporary files do not survive anyway */
	sqlite3_file *inner;
};

#define INNER(f) (((struct watched *)(f))->inner)

static int w_close(sqlite3_file *f)
{
	return INNER(f)->pMethods ? INNER(f)->pMethods->xClose(INNER(f)) : SQLITE_OK;
}

static int w_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
	return INNER(f)->pMethods->xRead(INNER(f), to, n, at);
}

static int w_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
	struct watched *w = (struct watched *)f;

	if (w->counts)
		record(WRITE, w->file, from, (size_t)n, at);
	return INNER(f)->pMethods->xWrite(INNER(f), from, n, at);
}

static int w_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	struct watched *w = (struct watched *)f;

	if (w->counts)
		record(TRUNCATE, w->file, NULL, 0, size);
	return INNER(f)->pMethods->xTruncate(INNER(f), size);
}

static int w_sync(sqlite3_file *f, int flags)
{
	struct watched *w = (struct watched *)f;

	if (w->counts)
		record(SYNC, w->file, NULL, 0, 0);
	return INNER(f)->pMethods->xSync(INNER(f), flags);
}

static int w_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return INNER(f)->pMethods->xFileSize(INNER(f), size);
}

static int w_lock(sqlite3_file *f, int level)
{
	return INNER(f)->pMethods->xLock(INNER(f), level);
}

static int w_unlock(sqlite3_file *f, int level)
{
	return INNER(f)->pMethods->xUnlock(INNER(f), level);
}

static int w_reserved(sqlite3_file *f, int *out)
{
	return INNER(f)->pMethods->xCheckReservedLock(INNER(f), out);
}

static int w_control(sqlite3_file *f, int op, void *arg)
{
	return INNER(f)->pMethods->xFileControl(INNER(f), op, arg);
}

static int w_sector(sqlite3_file *f)
{
	(void)f;
	return SECTOR;
}

static int w_characteristics(sqlite3_file *f)
{
	return INNER(f)->pMethods->xDeviceCharacteristics(INNER(f));
}

static int w_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return INNER(f)->pMethods->xShmMap(INNER(f), page, size, extend, out);
}

static int w_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return INNER(f)->pMethods->xShmLock(INNER(f), offset, n, flags);
}

static void w_shm_barrier(sqlite3_file *f)
{
	INNER(f)->pMethods->xShmBarrier(INNER(f));
}

static int w_shm_unmap(sqlite3_file *f, int remove)
{
	return INNER(f)->pMethods->xShmUnmap(INNER(f), remove);
}

static const sqlite3_io_methods watched_methods = {
	.iVersion = 2,
	.xClose = w_close,
	.xRead = w_read,
	.xWrite = w_write,
	.xTruncate = w_truncate,
	.xSync = w_sync,
	.xFileSize = w_size,
	.xLock = w_lock,
	.xUnlock = w_unlock,
	.xCheckReservedLock = w_reserved,
	.xFileControl = w_control,
	.xSectorSize = w_sector,
	.xDeviceCharacteristics = w_characteristics,
	.xShmMap = w_shm_map,
	.xShmLock = w_shm_lock,
	.xShmBarrier = w_shm_barrier,
	.xShmUnmap = w_shm_unmap,
};

static int v_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out_flags)
{
	struct watched *w = (struct watched *)f;
	int rc;

	(void)vfs;
	memset(w, 0, sizeof *w);
	w->inner = (sqlite3_file *)(w + 1);
	w->file = flags & SQLITE_OPEN_WAL ? LOG : flags & SQLITE_OPEN_MAIN_JOURNAL ? JOURNAL : DATABASE;
	w->counts = flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL);
	rc = real->xOpen(real, name, w->inner, flags, out_flags);
	w->base.pMethods = rc == SQLITE_OK ? &watched_methods : NULL;
	return rc;
}

static int v_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	size_t n = strlen(name);
	bool log = n > 4 && !strcmp(name + n - 4, "-wal");

	(void)vfs;
	if (log || (n > 8 && !strcmp(name + n - 8, "-journal"))) {
		record(DELETE, log ? LOG : JOURNAL, NULL, 0, 0);
		if (sync)
			record(SYNC, log ? LOG : JOURNAL, NULL, 0, 0);
	}
	return real->xDelete(real, name, sync);
}

static sqlite3_vfs watcher;

static void watch(void)
{
	real = sqlite3_vfs_find(NULL);
	watcher = *real;
	watcher.zName = "mr-watcher";
	watcher.szOsFile = (int)sizeof(struct watched) + real->szOsFile;
	watcher.xOpen = v_open;
	watcher.xDelete = v_delete;
	assert_int_equal(sqlite3_vfs_register(&watcher, 1), SQLITE_OK);
	recording = true;
}

static void unwatch(void)
{
	recording = false;
	assert_int_equal(sqlite3_vfs_register(real, 1), SQLITE_OK);
	sqlite3_vfs_unregister(&watcher);
}

/* ---- the workload ---- */

static const struct mr_tracking_store_ops *ops(void)
{
	return mr_builtin_sqlite.entries[0].ops;
}

static void must(mr_code code, const mr_error *err)
{
	if (code != MR_OK)
		fail_msg("%s", err->message);
}

static void *open_store(const char *uri)
{
	struct mr_open_args args = {.size = sizeof args, .uri = mr_str_from(uri)};
	mr_error err;
	void *self;

	mr_error_init(&err);
	must(ops()->open(NULL, &args, &self, &err), &err);
	return self;
}

static mr_str create_run(void *self, mr_call *call)
{
	struct mr_create_run request = {.has = MR_CREATE_RUN_HAS_EXPERIMENT_ID, .experiment_id = mr_str_from("0")};
	struct mr_create_run_response response = {0};
	mr_error err;

	mr_error_init(&err);
	must(ops()->facets->runs->create_run(self, &request, &response, call, &err), &err);
	return response.run->info->run_id;
}

/* A batch with its number as the step of all its metrics. */
static void log_batch(void *self, mr_str run_id, int number)
{
	struct mr_metric metrics[METRICS], *list[METRICS];
	char keys[METRICS][16];
	struct mr_log_batch request = {.run_id = run_id, .metrics = list, .metrics_n = METRICS};
	struct mr_log_batch_response response = {0};
	mr_call *call = mr_call_new(0);
	mr_error err;
	int i;

	mr_error_init(&err);
	for (i = 0; i < METRICS; i++) {
		snprintf(keys[i], sizeof keys[i], "k%d", i);
		metrics[i] = (struct mr_metric){.key = mr_str_from(keys[i]), .value = i, .timestamp = 1, .step = number};
		list[i] = &metrics[i];
	}
	must(ops()->facets->runs->log_batch(self, &request, &response, call, &err), &err);
	mr_call_free(call);
}

static void log_group(void *self, mr_str run_id, int first)
{
	mr_error err;
	bool alive;
	int i;

	mr_error_init(&err);
	must(ops()->group->begin(self, &err), &err);
	for (i = 0; i < GROUP; i++) {
		must(ops()->group->member_begin(self, &err), &err);
		log_batch(self, run_id, first + i);
		must(ops()->group->member_end(self, true, &alive, &err), &err);
		assert_true(alive);
	}
	must(ops()->group->commit(self, &err), &err);
}

static void checkpoint(const char *path)
{
	sqlite3 *handle;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, "PRAGMA wal_checkpoint(RESTART)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(handle);
}

static int first_batch(int unit)
{
	return unit < SINGLES ? unit : SINGLES + (unit - SINGLES) * GROUP;
}

static int batches_of(int unit)
{
	return unit < SINGLES ? 1 : GROUP;
}

static void run_workload(bool no_sync)
{
	struct mr_db_options options = {.own_indexes = true, .no_sync = no_sync};
	char path[100], uri[120];
	mr_call *call = mr_call_new(0);
	mr_error err;
	mr_str run_id;
	void *self;
	mr_db *db;
	int unit;

	snprintf(path, sizeof path, "%s/work%d.db", folder, no_sync);
	snprintf(uri, sizeof uri, "sqlite:///%s", path);
	mr_error_init(&err);
	watch();
	must(mr_db_open(mr_str_from(uri), &options, &db, &err), &err); /* the store shares it, with its options */
	self = open_store(uri);
	run_id = create_run(self, call);
	for (unit = 0; unit < UNITS; unit++) {
		if (unit < SINGLES)
			log_batch(self, run_id, first_batch(unit));
		else
			log_group(self, run_id, first_batch(unit));
		record(ACKNOWLEDGED, DATABASE, NULL, 0, 0);
		if (unit % 5 == 4)
			checkpoint(path);
	}
	ops()->close(self);
	mr_db_close(db);
	unwatch();
	mr_call_free(call);
}

/* ---- a model of the disk ---- */

struct image {
	char *bytes;
	size_t size, room;
	bool exists;
};

static void grow(struct image *image, size_t size)
{
	if (size > image->room) {
		image->bytes = realloc(image->bytes, size * 2);
		image->room = size * 2;
	}
	if (size > image->size)
		memset(image->bytes + image->size, 0, size - image->size);
	image->size = size > image->size ? size : image->size;
}

static void apply(struct image *image, const struct event *e, size_t length)
{
	size_t size = (size_t)e->offset;

	image->exists = e->kind != DELETE;
	if (e->kind == DELETE) {
		image->size = 0;
	} else if (e->kind == TRUNCATE) {
		grow(image, size);
		image->size = size;
	} else {
		grow(image, size + length);
		if (length)
			memcpy(image->bytes + size, e->bytes, length);
	}
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* What of a write that was not synced is on the disk: part 0 nothing, 1 all, else any sectors from its beginning. */
static void apply_part(struct image *image, const struct event *e, int part, uint32_t *state)
{
	uint32_t random = next_random(state);

	if (part == 0 || (part > 1 && random % 3 == 0))
		return;
	if (part == 1 || e->kind != WRITE || random % 3 == 1)
		apply(image, e, e->length);
	else if (e->length > SECTOR)
		apply(image, e, next_random(state) % (e->length / SECTOR) * SECTOR);
}

static void copy_image(struct image *to, const struct image *from)
{
	to->size = 0;
	grow(to, from->size);
	if (from->size)
		memcpy(to->bytes, from->bytes, from->size);
	to->exists = from->exists;
}

static void write_image(const struct image *image, const char *path)
{
	FILE *f;

	unlink(path);
	if (!image->exists)
		return;
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(image->bytes ? image->bytes : "", 1, image->size, f), image->size);
	fclose(f);
}

static void write_disk(const struct image *files, char uri[120])
{
	static const char *const suffixes[] = {"", "-wal", "-journal"};
	char path[120];
	int i;

	for (i = 0; i < FILES; i++) {
		snprintf(path, sizeof path, "%s/cut.db%s", folder, suffixes[i]);
		write_image(&files[i], path);
	}
	snprintf(path, sizeof path, "%s/cut.db-shm", folder);
	unlink(path);
	snprintf(uri, 120, "sqlite:///%s/cut.db", folder);
}

/* ---- what is there after the cut ---- */

static int count(sqlite3 *handle, const char *sql)
{
	sqlite3_stmt *stmt;
	int n = -1;

	if (sqlite3_prepare_v2(handle, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		n = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return n;
}

static bool is_sound(sqlite3 *handle)
{
	sqlite3_stmt *stmt;
	bool sound = sqlite3_prepare_v2(handle, "PRAGMA integrity_check", -1, &stmt, NULL) == SQLITE_OK &&
		     sqlite3_step(stmt) == SQLITE_ROW && !strcmp((const char *)sqlite3_column_text(stmt, 0), "ok");

	sqlite3_finalize(stmt);
	return sound;
}

/* Metrics of a transaction: all, none, or -1 for anything between. */
static int stored_of(sqlite3 *handle, int unit)
{
	char sql[160];
	int n;

	snprintf(sql, sizeof sql, "SELECT count(*) FROM metrics WHERE step BETWEEN %d AND %d", first_batch(unit),
		 first_batch(unit) + batches_of(unit) - 1);
	n = count(handle, sql);
	return n == 0 ? 0 : n == METRICS * batches_of(unit) ? 1 : -1;
}

static bool holds(sqlite3 *handle, int acknowledged)
{
	int unit, stored;

	if (!is_sound(handle))
		return false;
	for (unit = 0; unit < UNITS; unit++) {
		stored = stored_of(handle, unit);
		if (stored < 0 || (unit < acknowledged && !stored) || (unit > acknowledged && stored))
			return false;
	}
	return count(handle, "SELECT count(*) FROM latest_metrics") ==
	       (count(handle, "SELECT count(*) FROM metrics") ? METRICS : 0);
}

static bool survives(const struct image *files, int acknowledged)
{
	struct mr_open_args args = {.size = sizeof args};
	char uri[120];
	sqlite3 *handle;
	mr_error err;
	void *self;
	bool good;

	write_disk(files, uri);
	args.uri = mr_str_from(uri);
	mr_error_init(&err);
	if (ops()->open(NULL, &args, &self, &err) != MR_OK)
		return false;
	assert_int_equal(sqlite3_open(uri + strlen("sqlite:///"), &handle), SQLITE_OK);
	good = holds(handle, acknowledged);
	sqlite3_close(handle);
	ops()->close(self);
	return good;
}

/* The disk with a part of what was not synced before the event; how many of its variants went wrong. */
static int cut_before(const struct image *durable, const size_t *synced, size_t until, int acknowledged)
{
	static struct image cut[FILES];
	int part, failures = 0, i;
	uint32_t state;
	size_t e;

	for (part = 0; part < 2 + SEEDS; part++) {
		state = (uint32_t)(until * 31 + (size_t)part);
		for (i = 0; i < FILES; i++)
			copy_image(&cut[i], &durable[i]);
		for (e = 0; e < until; e++)
			if (events[e].kind < SYNC && e >= synced[events[e].file])
				apply_part(&cut[events[e].file], &events[e], part, &state);
		failures += !survives(cut, acknowledged);
	}
	return failures;
}

/* Cuts before each sync, and at the end. Without syncs: before each acknowledgement, where all of it may be missing. */
static int cut_everywhere(int *cuts)
{
	struct image durable[FILES] = {{0}};
	size_t synced[FILES] = {0}, e, k;
	int acknowledged = 0, failures = 0, i;

	*cuts = 0;
	for (e = 0; e <= events_n; e++) {
		enum kind kind = e < events_n ? events[e].kind : SYNC;

		if (kind == SYNC || kind == ACKNOWLEDGED) {
			failures += cut_before(durable, synced, e, acknowledged);
			++*cuts;
		}
		acknowledged += kind == ACKNOWLEDGED;
		if (kind != SYNC || e == events_n)
			continue;
		for (k = synced[events[e].file]; k < e; k++)
			if (events[k].kind < SYNC && events[k].file == events[e].file)
				apply(&durable[events[e].file], &events[k], events[k].length);
		synced[events[e].file] = e;
	}
	for (i = 0; i < FILES; i++)
		free(durable[i].bytes);
	return failures;
}

static void nothing_acknowledged_is_lost(void **state)
{
	int cuts, failures;

	(void)state;
	run_workload(false);
	failures = cut_everywhere(&cuts);
	print_message("%zu operations on the disk, %d cuts of %d disks each\n", events_n, cuts, 2 + SEEDS);
	assert_true(cuts > 2 * UNITS);
	assert_int_equal(failures, 0);
	forget_events();
}

static void without_syncs_it_is_seen(void **state)
{
	int cuts, failures;

	(void)state;
	run_workload(true);
	failures = cut_everywhere(&cuts);
	print_message("without syncs: %d of %d disks lost something\n", failures, cuts * (2 + SEEDS));
	assert_true(failures > 0);
	forget_events();
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_acknowledged_is_lost),
		cmocka_unit_test(without_syncs_it_is_seen),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
