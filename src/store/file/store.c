/* SPDX-License-Identifier: Apache-2.0
 *
 * An object of the store, its locks, and small things that its files share.
 */
#define _GNU_SOURCE
#include "store/file/store.h"

#include <errno.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"
#include "base/uri.h"
#include "store/file/experiments.h"
#include "store/file/places.h"

#define LOCK ".millrace-lock"

enum { PAUSE_MAX_US = 5000, WAIT_MAX_MS = 60000 };

/* ---- opening, closing ---- */

static mr_str keep(mr_str text)
{
	char *copy = text.ptr ? mr_malloc(text.len + 1) : NULL;

	if (!copy)
		return mr_str_from(NULL);
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = 0;
	return mr_str_make(copy, text.len);
}

static mr_code find_root(const struct mr_open_args *args, mr_arena *arena, struct mr_file_store *store, mr_error *err)
{
	mr_str path, artifacts;
	mr_code code = mr_uri_to_local_path(arena, args->uri, &path, err);

	if (code != MR_OK)
		return code;
	path = mr_os_absolute(arena, path);
	if (!path.ptr)
		return mr_error_no_memory(err);
	artifacts = args->artifact_root.len ? mr_file_absolute(arena, args->artifact_root)
					    : mr_uri_from_local_path(arena, path);
	store->root = keep(path);
	store->artifact_root = keep(artifacts);
	return store->root.ptr && store->artifact_root.ptr ? MR_OK : mr_error_no_memory(err);
}

/* Readers that never stop must not keep a writer waiting. */
static void init_lock(pthread_rwlock_t *lock)
{
	pthread_rwlockattr_t attributes;

	pthread_rwlockattr_init(&attributes);
	pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(lock, &attributes);
	pthread_rwlockattr_destroy(&attributes);
}

mr_code mr_file_store_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	struct mr_file_store *store = mr_calloc(1, sizeof *store);
	mr_arena *arena = mr_arena_new(0);
	mr_code code = store && arena ? MR_OK : mr_error_no_memory(err);

	*self = store;
	if (store) {
		store->host = host;
		store->disk.root = -1;
		init_lock(&store->lock);
		pthread_mutex_init(&store->places_lock, NULL);
	}
	if (code == MR_OK)
		code = find_root(args, arena, store, err);
	if (code == MR_OK)
		code = mr_disk_open(&store->disk, store->root, err);
	if (code == MR_OK) {
		store->places = mr_file_places_new();
		code = store->places ? MR_OK : mr_error_no_memory(err);
	}
	if (code != MR_OK) {
		mr_file_store_close(store);
		*self = NULL;
	}
	mr_arena_free(arena);
	return code;
}

void mr_file_store_close(void *self)
{
	struct mr_file_store *store = self;

	if (!store)
		return;
	mr_disk_close(&store->disk);
	mr_file_places_free(store->places);
	pthread_rwlock_destroy(&store->lock);
	pthread_mutex_destroy(&store->places_lock);
	mr_free((char *)(uintptr_t)store->root.ptr);
	mr_free((char *)(uintptr_t)store->artifact_root.ptr);
	mr_free(store);
}

/* MLflow makes the default experiment with the folder; here the registry, or a person, may have made the folder. */
static bool needs_default(const struct mr_file_store *store, mr_call *call)
{
	static const char *const folders[] = {"", ".trash"};
	struct mr_disk_entry *entries;
	size_t n;

	for (size_t f = 0; f < 2; f++) {
		if (mr_disk_list(&store->disk, mr_str_from(folders[f]), call->arena, &entries, &n, NULL) != MR_OK)
			return false;
		for (size_t i = 0; i < n; i++)
			if (entries[i].is_folder && entries[i].name.ptr[0] != '.' && !mr_str_is(entries[i].name, "models"))
				return false;
	}
	return true;
}

mr_code mr_file_store_init(struct mr_file_store *store, mr_error *err)
{
	mr_call *call = mr_call_new(0);
	struct mr_file_write write;
	mr_error why;
	mr_code code;

	if (!call)
		return mr_error_no_memory(err);
	mr_error_init(&why);
	code = mr_file_write_begin(store, call, &write, &why);
	if (code == MR_PERMISSION_DENIED && !needs_default(store, call)) {
		code = MR_OK; /* a store that can only be read */
		goto out;
	}
	if (code != MR_OK) {
		mr_error_set(err, code, "%s", why.message);
		goto out;
	}
	mr_change_remove_leftovers(&store->disk);
	if (!mr_disk_has_folder(&store->disk, mr_str_from(".trash")))
		mr_change_folder(&write.change, mr_str_from(".trash"));
	if (needs_default(store, call))
		code = mr_file_experiment_create(store, &write.change, mr_str_from("0"), mr_str_from("Default"),
						 mr_str_from(NULL), err);
	code = mr_file_write_end(&write, code, err);
out:
	mr_call_free(call);
	return code;
}

/* ---- locks ---- */

/* Another process holds it for a moment only; a deadline is looked at while we wait. */
static mr_code lock_file(int fd, int how, mr_call *call, mr_error *err)
{
	int64_t until = mr_monotonic_ns() + (int64_t)WAIT_MAX_MS * 1000000;
	long pause_us = 50;

	while (flock(fd, how | LOCK_NB)) {
		struct timespec pause = {.tv_nsec = pause_us * 1000};

		if (errno != EWOULDBLOCK && errno != EINTR)
			return mr_error_set(err, MR_IO_ERROR, "Cannot lock the folder of the store: %s", strerror(errno));
		if (mr_call_is_cancelled(call) || mr_monotonic_ns() > until)
			return mr_error_set(err, MR_TEMPORARILY_UNAVAILABLE,
					    "The folder of the store is locked by another process. Try again.");
		nanosleep(&pause, NULL);
		pause_us = pause_us * 2 < PAUSE_MAX_US ? pause_us * 2 : PAUSE_MAX_US;
	}
	return MR_OK;
}

static mr_code hold(struct mr_file_store *store, bool alone, mr_call *call, struct mr_file_hold *out, mr_error *err)
{
	mr_error why;
	mr_code code;

	if (alone)
		pthread_rwlock_wrlock(&store->lock);
	else
		pthread_rwlock_rdlock(&store->lock);
	mr_error_init(&why);
	code = mr_disk_open_lock(&store->disk, mr_str_from(LOCK), &out->fd, &why);
	if (code == MR_OK)
		code = lock_file(out->fd, alone ? LOCK_EX : LOCK_SH, call, &why);
	else if (!alone && code == MR_PERMISSION_DENIED)
		code = MR_OK; /* a folder that can only be read has no writers to wait for */
	if (code != MR_OK) {
		if (out->fd >= 0)
			close(out->fd);
		pthread_rwlock_unlock(&store->lock);
		return mr_error_set(err, code, "%s", why.message);
	}
	return MR_OK;
}

static void let_go(struct mr_file_store *store, struct mr_file_hold *held)
{
	if (held->fd >= 0)
		close(held->fd);
	held->fd = -1;
	pthread_rwlock_unlock(&store->lock);
}

/* The store's lock is ours alone. */
static mr_code recover(struct mr_file_store *store, mr_error *err)
{
	bool pending;
	mr_code code = mr_change_pending(&store->disk, &pending, err);

	return code == MR_OK && pending ? mr_change_recover(&store->disk, err) : code;
}

mr_code mr_file_read_begin(struct mr_file_store *store, mr_call *call, struct mr_file_hold *out, mr_error *err)
{
	bool pending = false;
	mr_code code = hold(store, false, call, out, err);

	if (code != MR_OK)
		return code;
	code = mr_change_pending(&store->disk, &pending, err);
	if (code != MR_OK || !pending)
		return code == MR_OK ? code : mr_file_read_end(store, out, code);
	/* Whoever wrote this journal is gone, else we would not hold the lock. */
	let_go(store, out);
	code = hold(store, true, call, out, err);
	if (code == MR_OK)
		code = mr_file_read_end(store, out, recover(store, err));
	return code == MR_OK ? hold(store, false, call, out, err) : code;
}

mr_code mr_file_read_end(struct mr_file_store *store, struct mr_file_hold *held, mr_code code)
{
	let_go(store, held);
	return code;
}

mr_code mr_file_write_begin(struct mr_file_store *store, mr_call *call, struct mr_file_write *write, mr_error *err)
{
	mr_code code = hold(store, true, call, &write->hold, err);

	write->store = store;
	mr_change_init(&write->change, &store->disk, call);
	if (code != MR_OK)
		return code;
	code = recover(store, err);
	return code == MR_OK ? code : mr_file_read_end(store, &write->hold, code);
}

mr_code mr_file_write_end(struct mr_file_write *write, mr_code code, mr_error *err)
{
	if (code == MR_OK)
		code = mr_change_commit(&write->change, err);
	let_go(write->store, &write->hold);
	return code;
}

/* ---- small things ---- */

mr_str mr_file_absolute(mr_arena *arena, mr_str location)
{
	mr_uri uri;

	if (mr_uri_parse(location, &uri, NULL) != MR_OK)
		return location;
	if (uri.scheme.len == 0)
		return location.len && location.ptr[0] != '/' ? mr_os_absolute(arena, location) : location;
	if (mr_str_is(uri.scheme, "file") && !uri.has_authority && uri.path.len && uri.path.ptr[0] != '/')
		return mr_arena_printf(arena, "file://%.*s", MR_STR_ARG(mr_os_absolute(arena, uri.path)));
	return location;
}

mr_code mr_list_add(struct mr_list *list, mr_call *call, void *item, mr_error *err)
{
	size_t room = list->room ? list->room * 2 : 8;
	void **grown;

	if (!item)
		return mr_error_no_memory(err);
	if (list->n == list->room) {
		grown = mr_arena_grow(call->arena, list->items, list->room * sizeof *grown, room * sizeof *grown);
		if (!grown)
			return mr_error_no_memory(err);
		list->items = grown;
		list->room = room;
	}
	list->items[list->n++] = item;
	return MR_OK;
}

mr_str mr_file_join(mr_call *call, mr_str a, const char *b)
{
	return mr_file_join_str(call, a, mr_str_from(b));
}

mr_str mr_file_join_str(mr_call *call, mr_str a, mr_str b)
{
	char *path = a.ptr && b.ptr ? mr_call_alloc(call, a.len + b.len + 2) : NULL;

	if (!path)
		return mr_str_from(NULL);
	memcpy(path, a.ptr, a.len);
	path[a.len] = '/';
	memcpy(path + a.len + 1, b.ptr, b.len);
	path[a.len + b.len + 1] = 0;
	return mr_str_make(path, a.len + b.len + 1);
}

size_t mr_file_page(int64_t offset, int64_t max_results, size_t n, size_t *to)
{
	size_t from = offset < 0 ? 0 : (uint64_t)offset < n ? (size_t)offset : n;

	*to = max_results >= 0 && (uint64_t)max_results < n - from ? from + (size_t)max_results : n;
	return from;
}

bool mr_file_is_name(mr_str name)
{
	return name.len && name.len <= 255 && !memchr(name.ptr, '/', name.len) && !memchr(name.ptr, 0, name.len) &&
	       !mr_str_is(name, ".") && !mr_str_is(name, "..");
}
