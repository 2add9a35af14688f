/* SPDX-License-Identifier: Apache-2.0
 *
 * Allocation and failure injection. Everything of ours that lives on the heap
 * comes from mr_malloc() and its kin; a build with MR_INJECT can make any one
 * of these calls, or of the guarded I/O calls, fail, so that a test walks
 * through every failure in turn:
 *
 *	for (n = 1; ; n++) {
 *		mr_inject_alloc_fail_at(n);
 *		... the work; it must fail cleanly or succeed ...
 *		if (!mr_inject_alloc_off())
 *			break; // the n-th allocation was never reached
 *	}
 *
 * Without MR_INJECT the wrappers are the C library's functions and cost nothing.
 */
#ifndef MR_BASE_INJECT_H
#define MR_BASE_INJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#ifdef MR_INJECT

void *mr_malloc(size_t size);
void *mr_calloc(size_t count, size_t size);
void *mr_realloc(void *old, size_t size);

/* The n-th allocation from now (1 is the next) of any thread fails, once; 0: none. */
void mr_inject_alloc_fail_at(long n);
/* Switches it off; true when the failure did happen. */
bool mr_inject_alloc_off(void);

/* The same for I/O: open, write, fsync, rename and their like in os_*.c. */
void mr_inject_io_fail_at(long n);
bool mr_inject_io_off(void);
/* Asked before each guarded call: true when it is to fail; errno is then EIO. */
bool mr_inject_io(void);

#else

static inline void *mr_malloc(size_t size)
{
	return malloc(size);
}

static inline void *mr_calloc(size_t count, size_t size)
{
	return calloc(count, size);
}

static inline void *mr_realloc(void *old, size_t size)
{
	return realloc(old, size);
}

/* Nothing can be made to fail: a test's loop ends after its first round. */
static inline void mr_inject_alloc_fail_at(long n)
{
	(void)n;
}

static inline bool mr_inject_alloc_off(void)
{
	return false;
}

static inline void mr_inject_io_fail_at(long n)
{
	(void)n;
}

static inline bool mr_inject_io_off(void)
{
	return false;
}

static inline bool mr_inject_io(void)
{
	return false;
}

#endif

/* Always the C library's free, so what we hand out may be freed with either. */
static inline void mr_free(void *memory)
{
	free(memory);
}

#endif
