/* SPDX-License-Identifier: Apache-2.0
 *
 * A mark is a record in the arena itself, so that the number a plugin holds
 * needs no table to be understood; 0 is no mark. The generator is xoroshiro128++
 * (Blackman and Vigna), seeded at the first use.
 */
#include "api/call.h"

#include "base/inject.h"
#include "base/os.h"

mr_call *mr_call_new(size_t cap)
{
	mr_call *call = mr_calloc(1, sizeof *call);

	if (!call)
		return NULL;
	call->arena = mr_arena_new(cap);
	if (!call->arena) {
		mr_free(call);
		return NULL;
	}
	mr_call_reset(call);
	return call;
}

void mr_call_free(mr_call *call)
{
	if (!call)
		return;
	mr_arena_free(call->arena);
	mr_free(call);
}

void mr_call_reset(mr_call *call)
{
	mr_arena_reset(call->arena);
	call->now_ms = mr_time_ms();
	call->deadline_ns = 0;
	atomic_store(&call->cancelled, false);
	call->asked = NULL;
	call->parent = NULL;
	call->workspace = call->user = mr_str_from("");
	call->emit = NULL;
	call->emit_arg = NULL;
	call->keeps_rows = false;
	call->no_retry = false;
	memset(call->random_seed, 0, sizeof call->random_seed);
	memset(call->random, 0, sizeof call->random);
}

void mr_call_rewind(mr_call *call, mr_arena_mark mark)
{
	mr_arena_release(call->arena, mark);
	memcpy(call->random, call->random_seed, sizeof call->random);
}

void *mr_call_alloc(mr_call *call, size_t size)
{
	return mr_arena_alloc(call->arena, size);
}

void *mr_call_zalloc(mr_call *call, size_t size)
{
	return mr_arena_zalloc(call->arena, size);
}

mr_str mr_call_copy(mr_call *call, mr_str s)
{
	return mr_arena_copy(call->arena, s);
}

size_t mr_call_mark(mr_call *call)
{
	mr_arena_mark mark = mr_arena_mark_get(call->arena);
	mr_arena_mark *record;

	if (call->keeps_rows)
		return 0;
	record = mr_arena_alloc(call->arena, sizeof *record);
	if (record)
		*record = mark;
	return (size_t)(uintptr_t)record;
}

void mr_call_release(mr_call *call, size_t mark)
{
	if (mark && !call->keeps_rows)
		mr_arena_release(call->arena, *(const mr_arena_mark *)(uintptr_t)mark);
}

static uint64_t rotated(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

static uint64_t next_random(mr_call *call)
{
	uint64_t a = call->random[0], b = call->random[1], result;

	result = rotated(a + b, 17) + a;
	b ^= a;
	call->random[0] = rotated(a, 49) ^ b ^ b << 21;
	call->random[1] = rotated(b, 28);
	return result;
}

void mr_call_random(mr_call *call, void *out, size_t size)
{
	char *at = out;
	uint64_t word;
	size_t n;

	while ((call->random_seed[0] | call->random_seed[1]) == 0) { /* the one state the generator never leaves */
		mr_random_bytes(call->random_seed, sizeof call->random_seed);
		memcpy(call->random, call->random_seed, sizeof call->random);
	}
	for (; size > 0; size -= n, at += n) {
		word = next_random(call);
		n = size < sizeof word ? size : sizeof word;
		memcpy(at, &word, n);
	}
}

/* Version 7 of RFC 9562: the time in milliseconds, then chance. Ids made near each
 * other stand near each other in every index, so that a commit of many runs
 * writes a few pages; with MLflow's uuid4 it writes one for each run and index. */
void mr_call_uuid(mr_call *call, char out[33])
{
	static const char hex[] = "0123456789abcdef";
	uint64_t time_ms = (uint64_t)call->now_ms;
	unsigned char bytes[16];
	size_t i;

	mr_call_random(call, bytes, sizeof bytes);
	for (i = 0; i < 6; i++)
		bytes[i] = (unsigned char)(time_ms >> (40 - 8 * i));
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x70);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (i = 0; i < sizeof bytes; i++) {
		out[2 * i] = hex[bytes[i] >> 4];
		out[2 * i + 1] = hex[bytes[i] & 15];
	}
	out[32] = 0;
}

static bool is_late(const mr_call *call)
{
	return call->deadline_ns && mr_monotonic_ns() >= call->deadline_ns;
}

bool mr_call_is_cancelled(mr_call *call)
{
	return atomic_load_explicit(&call->cancelled, memory_order_relaxed) || is_late(call) ||
	       (call->asked && call->asked(call->asked_arg)) || (call->parent && mr_call_is_cancelled(call->parent));
}

mr_code mr_call_emit(mr_call *call, const void *row, mr_error *err)
{
	if (atomic_load_explicit(&call->cancelled, memory_order_relaxed))
		return mr_error_set(err, MR_CANCELLED, "The request was cancelled");
	if (is_late(call))
		return mr_error_set(err, MR_DEADLINE_EXCEEDED,
				    "The request took longer than its deadline allows; ask for fewer results");
	if (!call->emit)
		return mr_error_set(err, MR_INTERNAL_ERROR, "The store hands over rows in an operation that has none");
	return call->emit(call->emit_arg, row, err);
}
