/* SPDX-License-Identifier: Apache-2.0
 *
 * rate-limit: a bucket of tokens for each user, or each address where nobody is known.
 * A request takes one; they come back at a steady rate. The table of buckets has
 * a fixed size: one that is needed takes the place of the fullest among eight, which
 * loses the least.
 */
#include <arpa/inet.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "apps.h"

enum { BUCKETS = 1 << 16, WAYS = 8 };

struct bucket {
	uint64_t key; /* 0: free */
	double tokens;
	int64_t at_ns;
};

struct limit {
	const mr_host *host;
	double rate, burst; /* a second, at once */
	bool by_user;
	uint64_t seed;
	pthread_mutex_t lock;
	struct bucket *buckets;
};

const struct mr_option_desc rate_limit_options[] = {
	{"rate", MR_OPTION_DOUBLE, "50", "Requests a second that each may make in the long run."},
	{"burst", MR_OPTION_INT, "100", "Requests that each may make at once."},
	{"by", MR_OPTION_STRING, "user", "user: each user, and each address where no user is known; address: each address."},
	{NULL, 0, NULL, NULL},
};

static void limit_close(void *self)
{
	struct limit *limit = self;

	pthread_mutex_destroy(&limit->lock);
	free(limit->buckets);
	free(limit);
}

static mr_code limit_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err)
{
	mr_str by = host->option_string(args->options, "by");
	double rate = host->option_double(args->options, "rate");
	int64_t burst = host->option_int(args->options, "burst");
	struct limit *limit;

	if (!(rate > 0) || rate > 1e9 || burst < 1 || burst > 1000000000)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "rate must be more than 0, and burst at least 1");
	if (!mr_str_is(by, "user") && !mr_str_is(by, "address"))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "by is user or address, not '%.*s'", MR_STR_ARG(by));
	limit = calloc(1, sizeof *limit);
	if (!limit || !(limit->buckets = calloc(BUCKETS, sizeof *limit->buckets))) {
		free(limit);
		return mr_error_no_memory(err);
	}
	limit->host = host;
	limit->rate = rate;
	limit->burst = (double)burst;
	limit->by_user = mr_str_is(by, "user");
	host->random(NULL, &limit->seed, sizeof limit->seed);
	pthread_mutex_init(&limit->lock, NULL);
	*self = limit;
	return MR_OK;
}

/* Seeded, so that nobody can choose names that share a bucket; FNV-1a with a finish of MurmurHash3. */
static uint64_t hash(uint64_t seed, char kind, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;
	uint64_t h = (seed ^ (unsigned char)kind) * UINT64_C(0x9e3779b97f4a7c15);

	for (size_t i = 0; i < n; i++)
		h = (h ^ at[i]) * UINT64_C(0x100000001b3);
	h = (h ^ h >> 33) * UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33 ^ seed;
	return h ? h : 1;
}

/* Of IPv6 the network: one machine has all addresses below it. */
static uint64_t key_of(const struct limit *limit, const struct mr_app_request *request)
{
	unsigned char address[16];

	if (limit->by_user && request->user.len)
		return hash(limit->seed, 'u', request->user.ptr, request->user.len);
	if (inet_pton(AF_INET6, request->remote.ptr, address) == 1)
		return hash(limit->seed, '6', address, 8);
	return hash(limit->seed, 'a', request->remote.ptr, request->remote.len);
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static double refilled(const struct limit *limit, const struct bucket *bucket, int64_t now)
{
	return fmin(limit->burst, bucket->tokens + (double)(now - bucket->at_ns) / 1e9 * limit->rate);
}

static struct bucket *find(struct limit *limit, uint64_t key, int64_t now)
{
	struct bucket *set = &limit->buckets[key % (BUCKETS / WAYS) * WAYS], *fullest = set;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (set[i].key == 0 || (fullest->key && refilled(limit, &set[i], now) > refilled(limit, fullest, now)))
			fullest = &set[i];
	}
	*fullest = (struct bucket){key, limit->burst, now};
	return fullest;
}

/* Takes a token; the seconds until there is one, or 0. */
static double take(struct limit *limit, uint64_t key, double *left)
{
	int64_t now = now_ns();
	struct bucket *bucket;
	double wait = 0;

	pthread_mutex_lock(&limit->lock);
	bucket = find(limit, key, now);
	bucket->tokens = refilled(limit, bucket, now);
	bucket->at_ns = now;
	if (bucket->tokens >= 1)
		bucket->tokens -= 1;
	else
		wait = (1 - bucket->tokens) / limit->rate;
	*left = bucket->tokens;
	pthread_mutex_unlock(&limit->lock);
	return wait;
}

static mr_str number(struct limit *limit, mr_call *call, double value)
{
	char text[32];

	snprintf(text, sizeof text, "%.0f", value);
	return limit->host->copy(call, mr_str_from(text));
}

/* With the headers of draft-ietf-httpapi-ratelimit-headers, as proxies send them. */
static mr_code limit_before(void *self, const struct mr_app_request *request, struct mr_app_answer *answer, mr_call *call,
			    mr_error *err)
{
	struct limit *limit = self;
	struct mr_header *headers = limit->host->alloc(call, 4 * sizeof *headers);
	double left, wait = take(limit, key_of(limit, request), &left);
	size_t n = 0;

	if (!headers)
		return mr_error_no_memory(err);
	headers[n++] = (struct mr_header){mr_str_from("RateLimit-Limit"), number(limit, call, limit->burst)};
	headers[n++] = (struct mr_header){mr_str_from("RateLimit-Remaining"), number(limit, call, floor(left))};
	headers[n++] = (struct mr_header){mr_str_from("RateLimit-Reset"),
					  number(limit, call, ceil((limit->burst - left) / limit->rate))};
	if (wait > 0) {
		answer->status = 429;
		headers[n++] = (struct mr_header){mr_str_from("Retry-After"), number(limit, call, ceil(wait))};
		answer->body = mr_str_from("Too many requests; try again after the seconds in Retry-After");
	}
	answer->headers = headers;
	answer->headers_n = n;
	for (size_t i = 0; i < n; i++)
		if (!headers[i].value.ptr)
			return mr_error_no_memory(err);
	return MR_OK;
}

const struct mr_app_ops rate_limit_app = {
	.size = sizeof rate_limit_app, .open = limit_open, .close = limit_close, .before = limit_before};
