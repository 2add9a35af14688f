/* SPDX-License-Identifier: Apache-2.0
 *
 * A ring of links: the list itself is a link, an element has one as a member.
 */
#ifndef MR_SERVER_LIST_H
#define MR_SERVER_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct mr_link {
	struct mr_link *prev, *next;
};

#define MR_LIST_ELEMENT(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void mr_list_init(struct mr_link *list)
{
	list->prev = list->next = list;
}

static inline bool mr_list_is_empty(const struct mr_link *list)
{
	return list->next == list;
}

static inline void mr_list_append(struct mr_link *list, struct mr_link *link)
{
	link->prev = list->prev;
	link->next = list;
	list->prev->next = link;
	list->prev = link;
}

/* The element may be in no list: then its link was initialised as a list. */
static inline void mr_list_remove(struct mr_link *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	mr_list_init(link);
}

/* Moves all elements of `from` to the end of `to`. */
static inline void mr_list_move(struct mr_link *to, struct mr_link *from)
{
	if (mr_list_is_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	mr_list_init(from);
}

#endif
