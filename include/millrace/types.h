/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/types.h - the types that everything else is made of: string views,
 * codes, errors. Needs nothing but the C library; a plugin may use all of it
 * without linking anything.
 */
#ifndef MILLRACE_TYPES_H
#define MILLRACE_TYPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A view of bytes that somebody else owns. A string that the host makes has a
 * NUL behind it (ptr[len] == 0), one that a plugin makes need not. ptr may be
 * NULL when len is 0. Text is UTF-8. */
typedef struct mr_str {
	const char *ptr;
	size_t len;
} mr_str;

/* For printf: printf("%.*s", MR_STR_ARG(s)). */
#define MR_STR_ARG(s) (int)(s).len, ((s).ptr ? (s).ptr : "")

static inline mr_str mr_str_make(const char *ptr, size_t len)
{
	mr_str s;
	s.ptr = ptr;
	s.len = len;
	return s;
}

/* The view of a C string; NULL gives the empty view. */
static inline mr_str mr_str_from(const char *c_string)
{
	return mr_str_make(c_string, c_string ? strlen(c_string) : 0);
}

static inline bool mr_str_eq(mr_str a, mr_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool mr_str_is(mr_str s, const char *c_string)
{
	return mr_str_eq(s, mr_str_from(c_string));
}

/* The outcome of a fallible function. The values are those of MLflow's
 * ErrorCode (mlflow/protos/databricks.proto), so that a code is also what goes
 * over the wire; mr_code_name() and mr_code_http_status() (src/base/error.h)
 * hold the one table of names and HTTP statuses. */
typedef enum mr_code {
	MR_OK = 0,
	MR_INTERNAL_ERROR = 1,
	MR_TEMPORARILY_UNAVAILABLE = 2,
	MR_IO_ERROR = 3,
	MR_BAD_REQUEST = 4,
	MR_DEADLINE_EXCEEDED = 7,
	MR_CANCELLED = 8,
	MR_RESOURCE_EXHAUSTED = 9,
	MR_ABORTED = 10,
	MR_NOT_FOUND = 11,
	MR_ALREADY_EXISTS = 12,
	MR_UNAUTHENTICATED = 13,
	MR_INVALID_PARAMETER_VALUE = 1000,
	MR_ENDPOINT_NOT_FOUND = 1001,
	MR_INVALID_STATE = 1003,
	MR_PERMISSION_DENIED = 1004,
	MR_FEATURE_DISABLED = 1005,
	MR_CUSTOMER_UNAUTHORIZED = 1006,
	MR_REQUEST_LIMIT_EXCEEDED = 1007,
	MR_RESOURCE_CONFLICT = 1008,
	MR_NOT_IMPLEMENTED = 1010,
	MR_DATA_LOSS = 1011,
	MR_RESOURCE_ALREADY_EXISTS = 3001,
	MR_RESOURCE_DOES_NOT_EXIST = 3002
} mr_code;

#define MR_ERROR_MESSAGE_MAX 4088

/* Why something failed. The caller's storage, always the last parameter; begin
 * it with mr_error_init(). It owns nothing, so it needs no dispose. The first
 * message wins: code that cleans up after a failure may pass it on freely. */
typedef struct mr_error {
	mr_code code;
	uint32_t length; /* of message, without its NUL */
	char message[MR_ERROR_MESSAGE_MAX];
} mr_error;

static inline void mr_error_init(mr_error *err)
{
	err->code = MR_OK;
	err->length = 0;
	err->message[0] = 0;
}

#if defined(__GNUC__)
#define MR_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define MR_PRINTF(fmt, args)
#endif

/* Sets code and message, unless an earlier one stands or err is NULL; returns
 * the code given, so that `return mr_error_set(err, MR_..., "...")` reads well.
 * A message longer than the room is cut. */
MR_PRINTF(3, 0)
static inline mr_code mr_error_vset(mr_error *err, mr_code code, const char *format, va_list args)
{
	int n;

	if (!err || err->code != MR_OK)
		return code;
	err->code = code;
	n = vsnprintf(err->message, sizeof err->message, format, args);
	if (n < 0)
		n = 0;
	err->length = (size_t)n < sizeof err->message ? (uint32_t)n : (uint32_t)(sizeof err->message - 1);
	err->message[err->length] = 0;
	return code;
}

MR_PRINTF(3, 4)
static inline mr_code mr_error_set(mr_error *err, mr_code code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	code = mr_error_vset(err, code, format, args);
	va_end(args);
	return code;
}

static inline mr_code mr_error_no_memory(mr_error *err)
{
	return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "Out of memory");
}

#ifdef __cplusplus
}
#endif
#endif
