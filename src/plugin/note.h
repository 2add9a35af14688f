/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin's ELF note, read from the bytes of the file without loading it, and
 * the checks that make loading safe: dlopen of a file that is cut off dies of
 * SIGBUS, and one of another architecture gives a message nobody understands.
 */
#ifndef MR_PLUGIN_NOTE_H
#define MR_PLUGIN_NOTE_H

#include <millrace/plugin.h>

#include "base/arena.h"

struct mr_note_entry {
	mr_str group, name;
};

struct mr_note {
	unsigned abi_major, abi_minor;
	mr_str name, version, description, licence;
	struct mr_note_entry *entries;
	size_t entries_n;
};

/* Bytes at an offset; false when they are not all there. */
typedef bool mr_note_read(void *arg, uint64_t offset, void *out, size_t size);

/* MR_INVALID_PARAMETER_VALUE says in words why the file is none of ours or cannot
 * be loaded here. Everything in out is of the arena. */
mr_code mr_note_parse(mr_note_read *read, void *arg, uint64_t file_size, mr_arena *arena, struct mr_note *out,
		      mr_error *err);
mr_code mr_note_from_fd(int fd, mr_arena *arena, struct mr_note *out, mr_error *err);

/* Whether a plugin of this ABI loads here; the message says what to do. */
mr_code mr_note_check_abi(unsigned major, unsigned minor, mr_error *err);

#endif
