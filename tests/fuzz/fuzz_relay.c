/* SPDX-License-Identifier: Apache-2.0
 *
 * What an app's process says to the server: the same is understood of it however
 * it is cut, and what is understood can be sent as HTTP.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "server/relay_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void begin(struct relay *r)
{
	memset(r, 0, sizeof *r);
	pthread_mutex_init(&r->lock, NULL);
	mr_buf_init(&r->head, RELAY_HEAD_MAX);
	r->arena = mr_arena_new(0);
	r->down = malloc(RELAY_BUFFER);
	require(r->arena && r->down);
}

static void end(struct relay *r)
{
	mr_buf_dispose(&r->head);
	mr_arena_free(r->arena);
	free(r->down);
	pthread_mutex_destroy(&r->lock);
}

/* As the thread does: no more at once than there is room for. */
static bool take(struct relay *r, const char *bytes, size_t n)
{
	return n <= RELAY_BUFFER - r->down_n && relay_take(r, bytes, n);
}

static void check(const struct relay *r)
{
	require(r->down_n <= RELAY_BUFFER && r->fields_n <= RELAY_FIELDS_MAX && (!r->ended || r->headed));
	if (!r->headed)
		return;
	require(r->status >= 200 && r->status <= 599 && r->size >= -1);
	for (size_t i = 0; i < r->fields_n; i++)
		require(r->fields[i].name[0] && !strpbrk(r->fields[i].name, "\r\n: ") && !strpbrk(r->fields[i].value, "\r\n"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	size_t step = size ? data[0] % 13 + 1 : 1, at = 0;
	struct relay whole, pieces;
	bool fine, same = true;

	if (size > RELAY_BUFFER)
		return 0;
	begin(&whole);
	begin(&pieces);
	fine = take(&whole, bytes, size);
	for (; at < size && same; at += step)
		same = take(&pieces, bytes + at, at + step < size ? step : size - at);
	check(&whole);
	check(&pieces);
	require(fine == same && whole.headed == pieces.headed && whole.ended == pieces.ended && whole.passed == pieces.passed);
	require(!fine || (whole.down_n == pieces.down_n && memcmp(whole.down + whole.down_at, pieces.down + pieces.down_at, whole.down_n) == 0));
	end(&whole);
	end(&pieces);
	return 0;
}
