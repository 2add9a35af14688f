/* SPDX-License-Identifier: Apache-2.0 */
#include "server/metrics.h"

#include <dirent.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/os.h"

enum { COUNTS = 1024, TIMES = 256, BUCKETS = 13 }; /* powers of two: the tables are hashed */

static const char *const methods[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "other"};
enum { METHODS = sizeof methods / sizeof methods[0] };

static const struct {
	int64_t ns;
	const char *text;
} bounds[BUCKETS] = {
	{500000, "0.0005"},  {1000000, "0.001"},  {2500000, "0.0025"},	 {5000000, "0.005"},  {10000000, "0.01"},
	{25000000, "0.025"}, {50000000, "0.05"},  {100000000, "0.1"},	 {250000000, "0.25"}, {500000000, "0.5"},
	{1000000000, "1.0"}, {5000000000, "5.0"}, {30000000000, "30.0"},
};

/* A cell belongs to a route from the moment its pointer is there. */
struct count {
	_Atomic(const char *) route;
	int method, status;
	_Atomic uint64_t n;
};

struct times {
	_Atomic(const char *) route;
	_Atomic uint64_t buckets[BUCKETS + 1], sum_ns;
};

struct table {
	struct count counts[COUNTS];
	struct times times[TIMES];
	_Atomic uint64_t all;
};

struct mr_metrics {
	unsigned loops;
	int64_t started_ns;
	struct table *tables;
};

mr_metrics *mr_metrics_new(unsigned loops)
{
	mr_metrics *metrics = mr_calloc(1, sizeof *metrics);

	if (!metrics)
		return NULL;
	metrics->loops = loops;
	metrics->started_ns = mr_monotonic_ns();
	metrics->tables = mr_calloc(loops, sizeof *metrics->tables);
	if (metrics->tables)
		return metrics;
	mr_free(metrics);
	return NULL;
}

void mr_metrics_free(mr_metrics *metrics)
{
	if (!metrics)
		return;
	mr_free(metrics->tables);
	mr_free(metrics);
}

static void add(_Atomic uint64_t *to, uint64_t n)
{
	/* The only writer: no need for a locked instruction. */
	atomic_store_explicit(to, atomic_load_explicit(to, memory_order_relaxed) + n, memory_order_relaxed);
}

static int method_index(mr_str method)
{
	int i = 0;

	while (i < METHODS - 1 && !mr_str_is(method, methods[i]))
		i++;
	return i;
}

static size_t hash(const char *route, int method, int status)
{
	uint64_t h = (uint64_t)(uintptr_t)route * UINT64_C(0x9e3779b97f4a7c15);

	h ^= (uint64_t)(method * 1000 + status) * UINT64_C(0xff51afd7ed558ccd);
	return (size_t)(h >> 40);
}

static void count_one(struct table *table, const char *route, int method, int status)
{
	for (size_t i = 0; i < COUNTS; i++) {
		struct count *cell = &table->counts[(hash(route, method, status) + i) % COUNTS];
		const char *there = atomic_load_explicit(&cell->route, memory_order_relaxed);

		if (there && (there != route || cell->method != method || cell->status != status))
			continue;
		if (!there) {
			cell->method = method;
			cell->status = status;
			atomic_store_explicit(&cell->route, route, memory_order_release);
		}
		add(&cell->n, 1);
		return;
	}
}

static void time_one(struct table *table, const char *route, int64_t ns)
{
	size_t bucket = 0;

	while (bucket < BUCKETS && ns > bounds[bucket].ns)
		bucket++;
	for (size_t i = 0; i < TIMES; i++) {
		struct times *cell = &table->times[(hash(route, 0, 0) + i) % TIMES];
		const char *there = atomic_load_explicit(&cell->route, memory_order_relaxed);

		if (there && there != route)
			continue;
		if (!there)
			atomic_store_explicit(&cell->route, route, memory_order_release);
		add(&cell->buckets[bucket], 1);
		add(&cell->sum_ns, (uint64_t)ns);
		return;
	}
}

void mr_metrics_count(mr_metrics *metrics, unsigned loop, const char *route, mr_str method, int status,
		      int64_t duration_ns)
{
	struct table *table = &metrics->tables[loop];

	add(&table->all, 1);
	count_one(table, route, method_index(method), status);
	time_one(table, route, duration_ns);
}

uint64_t mr_metrics_requests(const mr_metrics *metrics)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < metrics->loops; i++)
		all += atomic_load_explicit(&metrics->tables[i].all, memory_order_relaxed);
	return all;
}

/* ---- writing ---- */

void mr_metrics_write_head(mr_buf *out, const char *name, const char *type, const char *help)
{
	mr_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void mr_metrics_write_value(mr_buf *out, const char *name, const char *type, const char *help, double value)
{
	mr_metrics_write_head(out, name, type, help);
	mr_buf_printf(out, "%s ", name);
	mr_buf_double(out, value);
	mr_buf_char(out, '\n');
}

/* What the loops counted for the same thing, added up. */
static uint64_t sum_count(const mr_metrics *metrics, const char *route, int method, int status)
{
	uint64_t n = 0;

	for (unsigned l = 0; l < metrics->loops; l++) {
		for (size_t i = 0; i < COUNTS; i++) {
			struct count *cell = &metrics->tables[l].counts[(hash(route, method, status) + i) % COUNTS];
			const char *there = atomic_load_explicit(&cell->route, memory_order_acquire);

			if (!there)
				break;
			if (there == route && cell->method == method && cell->status == status)
				n += atomic_load_explicit(&cell->n, memory_order_relaxed);
		}
	}
	return n;
}

static bool is_counted_before(const mr_metrics *metrics, unsigned loop, const char *route, int method, int status)
{
	for (unsigned l = 0; l < loop; l++) {
		for (size_t i = 0; i < COUNTS; i++) {
			struct count *cell = &metrics->tables[l].counts[i];
			const char *there = atomic_load_explicit(&cell->route, memory_order_acquire);

			if (there == route && cell->method == method && cell->status == status)
				return true;
		}
	}
	return false;
}

static void write_counts(const mr_metrics *metrics, mr_buf *out)
{
	mr_metrics_write_head(out, "mlflow_http_request_total", "counter", "Requests answered.");
	for (unsigned l = 0; l < metrics->loops; l++) {
		for (size_t i = 0; i < COUNTS; i++) {
			struct count *cell = &metrics->tables[l].counts[i];
			const char *route = atomic_load_explicit(&cell->route, memory_order_acquire);

			if (!route || is_counted_before(metrics, l, route, cell->method, cell->status))
				continue;
			mr_buf_printf(out, "mlflow_http_request_total{route=\"%s\",method=\"%s\",status=\"%d\"} %llu\n",
				      route, methods[cell->method], cell->status,
				      (unsigned long long)sum_count(metrics, route, cell->method, cell->status));
		}
	}
}

static void sum_times(const mr_metrics *metrics, const char *route, uint64_t buckets[BUCKETS + 1], uint64_t *sum_ns)
{
	memset(buckets, 0, (BUCKETS + 1) * sizeof buckets[0]);
	*sum_ns = 0;
	for (unsigned l = 0; l < metrics->loops; l++) {
		for (size_t i = 0; i < TIMES; i++) {
			struct times *cell = &metrics->tables[l].times[i];

			if (atomic_load_explicit(&cell->route, memory_order_acquire) != route)
				continue;
			for (size_t b = 0; b <= BUCKETS; b++)
				buckets[b] += atomic_load_explicit(&cell->buckets[b], memory_order_relaxed);
			*sum_ns += atomic_load_explicit(&cell->sum_ns, memory_order_relaxed);
		}
	}
}

static bool is_timed_before(const mr_metrics *metrics, unsigned loop, const char *route)
{
	for (unsigned l = 0; l < loop; l++) {
		for (size_t i = 0; i < TIMES; i++) {
			if (atomic_load_explicit(&metrics->tables[l].times[i].route, memory_order_acquire) == route)
				return true;
		}
	}
	return false;
}

static void write_times_of(const mr_metrics *metrics, const char *route, mr_buf *out)
{
	static const char name[] = "mlflow_http_request_duration_seconds";
	uint64_t buckets[BUCKETS + 1], sum_ns, n = 0;

	sum_times(metrics, route, buckets, &sum_ns);
	for (size_t b = 0; b <= BUCKETS; b++) {
		n += buckets[b];
		mr_buf_printf(out, "%s_bucket{route=\"%s\",le=\"%s\"} %llu\n", name, route,
			      b < BUCKETS ? bounds[b].text : "+Inf", (unsigned long long)n);
	}
	mr_buf_printf(out, "%s_sum{route=\"%s\"} ", name, route);
	mr_buf_double(out, (double)sum_ns / 1e9);
	mr_buf_printf(out, "\n%s_count{route=\"%s\"} %llu\n", name, route, (unsigned long long)n);
}

void mr_metrics_write(const mr_metrics *metrics, mr_buf *out)
{
	write_counts(metrics, out);
	mr_metrics_write_head(out, "mlflow_http_request_duration_seconds", "histogram",
			      "From the request's head to the last byte of its answer.");
	for (unsigned l = 0; l < metrics->loops; l++) {
		for (size_t i = 0; i < TIMES; i++) {
			const char *route =
				atomic_load_explicit(&metrics->tables[l].times[i].route, memory_order_acquire);

			if (route && !is_timed_before(metrics, l, route))
				write_times_of(metrics, route, out);
		}
	}
	mr_metrics_write_value(out, "millrace_uptime_seconds", "gauge", "How long the server has been up.",
			       (double)(mr_monotonic_ns() - metrics->started_ns) / 1e9);
}

static double proc_status_kib(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	unsigned long kib = 0;

	return at && sscanf(at + strlen(key), "%lu", &kib) == 1 ? (double)kib : 0;
}

static double open_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	double n = -3; /* ".", ".." and this one */

	if (!folder)
		return 0;
	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

void mr_metrics_write_process(mr_buf *out)
{
	char text[4096] = "";
	FILE *file = fopen("/proc/self/status", "re");
	struct timespec cpu = {0, 0};
	size_t n = 0;

	if (file) {
		n = fread(text, 1, sizeof text - 1, file);
		fclose(file);
	}
	text[n] = 0;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	mr_metrics_write_value(out, "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.",
			       proc_status_kib(text, "VmRSS:") * 1024);
	mr_metrics_write_value(out, "process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.",
			       proc_status_kib(text, "VmSize:") * 1024);
	mr_metrics_write_value(out, "process_cpu_seconds_total", "counter", "User and system processor time spent.",
			       (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9);
	mr_metrics_write_value(out, "process_open_fds", "gauge", "Number of open file descriptors.", open_files());
	mr_metrics_write_value(out, "process_threads", "gauge", "Number of threads.",
			       proc_status_kib(text, "Threads:"));
}
