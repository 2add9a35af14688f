/* SPDX-License-Identifier: Apache-2.0 */
#include "store/file/places.h"

#include "base/inject.h"

enum { PLACES = 1024, ID_MAX = 40, FOLDER_MAX = 79 };

struct mr_file_places {
	struct place {
		char id[ID_MAX + 1], folder[FOLDER_MAX + 1];
	} places[PLACES];
};

struct mr_file_places *mr_file_places_new(void)
{
	return mr_calloc(1, sizeof(struct mr_file_places));
}

void mr_file_places_free(struct mr_file_places *places)
{
	mr_free(places);
}

static size_t slot_of(mr_str id)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < id.len; i++)
		hash = (hash ^ (unsigned char)id.ptr[i]) * 16777619u;
	return (hash ^ hash >> 16) % PLACES;
}

void mr_file_places_set(struct mr_file_places *places, mr_str id, mr_str folder)
{
	struct place *place = &places->places[slot_of(id)];

	if (id.len > ID_MAX || folder.len > FOLDER_MAX)
		return;
	snprintf(place->id, sizeof place->id, "%.*s", MR_STR_ARG(id));
	snprintf(place->folder, sizeof place->folder, "%.*s", MR_STR_ARG(folder));
}

size_t mr_file_places_get(const struct mr_file_places *places, mr_str id, char out[80])
{
	const struct place *place = &places->places[slot_of(id)];

	if (!mr_str_is(id, place->id))
		return 0;
	memcpy(out, place->folder, FOLDER_MAX + 1);
	return strlen(out);
}
