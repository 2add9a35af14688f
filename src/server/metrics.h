/* SPDX-License-Identifier: Apache-2.0
 *
 * What /metrics says about requests. Each event loop counts into a table of its
 * own that only it writes, so counting takes no lock; whoever reads adds up.
 */
#ifndef MR_SERVER_METRICS_H
#define MR_SERVER_METRICS_H

#include "base/buf.h"

typedef struct mr_metrics mr_metrics;

mr_metrics *mr_metrics_new(unsigned loops);
void mr_metrics_free(mr_metrics *metrics);

/* route: a text that lives as long as the program; the same text for the same
 * route. On the loop's thread. */
void mr_metrics_count(mr_metrics *metrics, unsigned loop, const char *route, mr_str method, int status,
		      int64_t duration_ns);
uint64_t mr_metrics_requests(const mr_metrics *metrics); /* all of them */

/* In Prometheus' text format. */
void mr_metrics_write(const mr_metrics *metrics, mr_buf *out);
/* One family of one sample, or the head of a family whose samples follow. */
void mr_metrics_write_head(mr_buf *out, const char *name, const char *type, const char *help);
void mr_metrics_write_value(mr_buf *out, const char *name, const char *type, const char *help, double value);
/* Memory, file descriptors, processor time, as other programs name them. */
void mr_metrics_write_process(mr_buf *out);

#endif
