/* SPDX-License-Identifier: Apache-2.0
 *
 * When a request is tried again, and after how long: urllib3's Retry as MLflow
 * sets it up (mlflow/utils/request_utils.py of the reference).
 */
#include <stdlib.h>
#include <time.h>

#include "base/os.h"
#include "plugin/outgoing_parts.h"

enum { WAIT_MAX_S = 120, RETRY_AFTER_MAX_S = 6 * 3600 };

bool mr_retry_is_for(int status, bool has_retry_after)
{
	static const short statuses[] = {408, 429, 500, 502, 503, 504};

	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (status == statuses[i])
			return true;
	return status == 413 && has_retry_after;
}

static int month_number(const char *name)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (!strncmp(names + i * 3, name, 3))
			return i;
	return -1;
}

/* "Wed, 21 Oct 2015 07:28:00 GMT" */
static bool parse_date(const char *text, int64_t *seconds)
{
	struct tm tm = {0};
	char month[4];

	if (sscanf(text, "%*3s, %2d %3s %4d %2d:%2d:%2d GMT", &tm.tm_mday, month, &tm.tm_year, &tm.tm_hour, &tm.tm_min,
		   &tm.tm_sec) != 6)
		return false;
	tm.tm_mon = month_number(month);
	if (tm.tm_mon < 0)
		return false;
	tm.tm_year -= 1900;
	*seconds = (int64_t)timegm(&tm);
	return true;
}

int64_t mr_retry_after_ms(mr_str text, int64_t now_s)
{
	char copy[64];
	int64_t seconds;
	char *end;

	if (!text.len || text.len >= sizeof copy)
		return -1;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = 0;
	if (copy[0] >= '0' && copy[0] <= '9') {
		seconds = strtoll(copy, &end, 10);
		if (*end)
			return -1;
	} else if (parse_date(copy, &seconds)) {
		seconds -= now_s;
	} else {
		return -1;
	}
	seconds = seconds < 0 ? 0 : seconds > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : seconds;
	return seconds * 1000;
}

int64_t mr_retry_wait_ms(const struct settings *settings, int failures, mr_str retry_after)
{
	int64_t told = settings->respect_retry_after ? mr_retry_after_ms(retry_after, mr_time_ms() / 1000) : 0;
	double wait = 0;
	uint32_t random;

	if (told > 0)
		return told;
	if (failures > 1) { /* the first retry comes at once */
		mr_random_bytes(&random, sizeof random);
		wait = (double)settings->backoff_factor * (double)(1u << (failures < 20 ? failures - 1 : 19));
		wait += settings->backoff_jitter * ((double)random / 4294967296.0);
	}
	wait = wait < 0 ? 0 : wait > WAIT_MAX_S ? WAIT_MAX_S : wait;
	return (int64_t)(wait * 1000);
}
