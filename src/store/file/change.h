/* SPDX-License-Identifier: Apache-2.0
 *
 * A change of several files that happens as a whole or not at all, and is on
 * the disk when commit returns. A change of one file is one rename or one
 * append. For more, what is to be done is first written to the journal
 * (.millrace-journal in the root folder, which MLflow does not look at): from
 * then on the change will happen, by us, or by whoever opens the store next
 * after we were killed. The journal goes when all of it is on the disk.
 *
 * Steps are collected in order; running out of memory is remembered until commit.
 */
#ifndef MR_STORE_FILE_CHANGE_H
#define MR_STORE_FILE_CHANGE_H

#include "api/call.h"
#include "store/file/disk.h"

enum mr_step_kind {
	MR_STEP_PUT,         /* a file gets new contents (from: where they are before) */
	MR_STEP_APPEND,      /* lines at the end of a file */
	MR_STEP_FOLDER,      /* is made, with its parents */
	MR_STEP_REMOVE,      /* a file */
	MR_STEP_REMOVE_TREE, /* a folder with what is in it */
	MR_STEP_MOVE         /* a folder */
};

struct mr_step {
	enum mr_step_kind kind;
	mr_str path, from, bytes;
	size_t room;    /* of the bytes of an append that grows */
	int64_t offset; /* of an append */
};

struct mr_change {
	const struct mr_disk *disk;
	mr_call *call;
	struct mr_step *steps;
	size_t n, room;
	bool no_memory, committed;
};

void mr_change_init(struct mr_change *change, const struct mr_disk *disk, mr_call *call);

/* Paths and contents must live until the commit; lines are copied. */
void mr_change_put(struct mr_change *change, mr_str path, mr_str bytes);
/* Whole lines; lines of one file come together. What stands behind the last newline of the file is cut off. */
void mr_change_append(struct mr_change *change, mr_str path, mr_str lines);
void mr_change_folder(struct mr_change *change, mr_str path);
void mr_change_remove(struct mr_change *change, mr_str path);
void mr_change_remove_tree(struct mr_change *change, mr_str path);
/* Within the root; "to" does not exist. */
void mr_change_move(struct mr_change *change, mr_str from, mr_str to);

mr_code mr_change_commit(struct mr_change *change, mr_error *err);

/* A journal that somebody left behind; the caller has the store's lock for itself. */
mr_code mr_change_pending(const struct mr_disk *disk, bool *pending, mr_error *err);
mr_code mr_change_recover(const struct mr_disk *disk, mr_error *err);
/* New files that never got their place. */
void mr_change_remove_leftovers(const struct mr_disk *disk);

/* ---- journal.c ---- */

mr_code mr_journal_write(const struct mr_disk *disk, mr_str name, const struct mr_step *steps, size_t n, mr_error *err);
mr_code mr_journal_read(const struct mr_disk *disk, mr_str name, mr_arena *arena, struct mr_step **steps, size_t *n,
			mr_error *err);

#endif
