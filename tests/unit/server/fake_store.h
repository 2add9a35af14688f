/* SPDX-License-Identifier: Apache-2.0
 *
 * A tracking and registry store in memory, behind the scheme "fake". It knows
 * experiments by name and does what the test sets here.
 */
#ifndef MR_TEST_FAKE_STORE_H
#define MR_TEST_FAKE_STORE_H

#include <pthread.h>
#include <stdatomic.h>

#include <millrace/plugin.h>

extern const struct mr_plugin fake_store;

struct fake_control {
	atomic_int search_ms; /* how long a search takes */
	atomic_int read_ms; /* how long a get takes, on the loop */
	atomic_bool held; /* searches wait until this is false again */
	atomic_int searching; /* how many are at it */
	atomic_int write_us; /* how long a write takes */
	atomic_int commits, writes, commits_failing; /* commits that fail from now on */
	atomic_int created;
	atomic_ulong read_thread, write_thread; /* of the last get and the last write */
};
extern struct fake_control fake;
void fake_reset(void);

#endif
