/* SPDX-License-Identifier: Apache-2.0
 *
 * The file operations of the store, all of them below one root folder: paths
 * are relative to it, none leads out of it, symbolic links are not followed.
 * Nothing else in the store touches a file, so that a test can watch what is
 * written and when it is synced, and replay it up to a power cut.
 */
#ifndef MR_STORE_FILE_DISK_H
#define MR_STORE_FILE_DISK_H

#include "base/arena.h"

struct mr_disk {
	int root; /* -1: not open */
};

/* absolute: a path; made with its parents when it is not there. */
mr_code mr_disk_open(struct mr_disk *disk, mr_str absolute, mr_error *err);
void mr_disk_close(struct mr_disk *disk);

/* ---- reading ---- */

struct mr_disk_stat {
	bool is_folder;
	int64_t size;
	int64_t changed_ns; /* mtime */
	uint64_t inode;
};

/* *there: there is a file or folder of this name (a link is none). An error is one of the disk. */
mr_code mr_disk_look(const struct mr_disk *disk, mr_str path, struct mr_disk_stat *out, bool *there, mr_error *err);
/* The same where a disk that fails may count as one that has nothing. */
bool mr_disk_stat(const struct mr_disk *disk, mr_str path, struct mr_disk_stat *out);
bool mr_disk_has_folder(const struct mr_disk *disk, mr_str path);
bool mr_disk_has_file(const struct mr_disk *disk, mr_str path);

/* MR_NOT_FOUND, without a message when err is NULL, when there is none. */
mr_code mr_disk_read(const struct mr_disk *disk, mr_str path, mr_arena *arena, mr_str *out, mr_error *err);

/* From an offset to the end. */
mr_code mr_disk_read_from(const struct mr_disk *disk, mr_str path, int64_t offset, mr_arena *arena, mr_str *out,
			  mr_error *err);
/* Where the last whole line ends: behind the last newline; 0 when there is none, or no file. */
mr_code mr_disk_end_of_lines(const struct mr_disk *disk, mr_str path, int64_t *end, mr_error *err);

struct mr_disk_entry {
	mr_str name;
	bool is_folder;
};
/* By name; a folder that is not there has no entries. */
mr_code mr_disk_list(const struct mr_disk *disk, mr_str path, mr_arena *arena, struct mr_disk_entry **out, size_t *n,
		     mr_error *err);

/* ---- writing ---- */

/* What is written under a new name in the root folder, and synced: renamed to its place later. */
mr_code mr_disk_write_new(const struct mr_disk *disk, mr_str path, mr_str bytes, mr_error *err);
/* Writes at an offset, cuts the file behind it, and syncs. A failure leaves the file as long as `offset`. */
mr_code mr_disk_write_at(const struct mr_disk *disk, mr_str path, int64_t offset, mr_str bytes, mr_error *err);
mr_code mr_disk_cut(const struct mr_disk *disk, mr_str path, int64_t size, mr_error *err);
mr_code mr_disk_rename(const struct mr_disk *disk, mr_str from, mr_str to, mr_error *err);
/* One folder; fine when it is there, *made (may be NULL) says which. Not synced. */
mr_code mr_disk_make_folder(const struct mr_disk *disk, mr_str path, bool *made, mr_error *err);
/* Fine when there is none. */
mr_code mr_disk_remove(const struct mr_disk *disk, mr_str path, mr_error *err);
mr_code mr_disk_remove_tree(const struct mr_disk *disk, mr_str path, mr_error *err);
/* The names in a folder become durable. "" is the root. */
mr_code mr_disk_sync_folder(const struct mr_disk *disk, mr_str path, mr_error *err);

/* A file of the root folder that serves as a lock; its descriptor is the caller's. */
mr_code mr_disk_open_lock(const struct mr_disk *disk, mr_str name, int *fd, mr_error *err);

/* ---- for tests ---- */

enum mr_disk_event_kind {
	MR_DISK_WROTE, /* bytes at offset; at 0, the file is new */
	MR_DISK_CUT,   /* to the length `offset` */
	MR_DISK_SYNCED,
	MR_DISK_SYNCED_FOLDER,
	MR_DISK_RENAMED,
	MR_DISK_MADE_FOLDER,
	MR_DISK_REMOVED,
	MR_DISK_REMOVED_FOLDER
};
struct mr_disk_event {
	enum mr_disk_event_kind kind;
	mr_str path, to;
	int64_t offset;
	mr_str bytes;
};
/* Called after each operation that changed something, on its thread. NULL: nobody watches. */
extern void (*mr_disk_watch)(const struct mr_disk_event *event);

#endif
