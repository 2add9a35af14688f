/* SPDX-License-Identifier: Apache-2.0
 *
 * A plugin file of any bytes: the note is read, or refused with a reason.
 */
#include <stdlib.h>

#include "plugin/note.h"

struct bytes {
	const uint8_t *data;
	size_t size;
};

static bool read_bytes(void *arg, uint64_t offset, void *out, size_t size)
{
	const struct bytes *b = arg;

	if (offset > b->size || size > b->size - offset)
		return false;
	memcpy(out, b->data + offset, size);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size};
	mr_arena *arena = mr_arena_new(1 << 24);
	struct mr_note note;
	mr_error err;

	mr_error_init(&err);
	if (mr_note_parse(read_bytes, &b, size, arena, &note, &err) == MR_OK) {
		size_t total = note.name.len + note.version.len;

		for (size_t i = 0; i < note.entries_n; i++)
			total += note.entries[i].group.len + note.entries[i].name.len;
		if (total > size || note.name.len == 0)
			abort();
	} else if (err.code == MR_OK) {
		abort();
	}
	mr_arena_free(arena);
	return 0;
}
