/* SPDX-License-Identifier: Apache-2.0
 *
 * The floor of a request: the server's own HTTP layer with a constant answer
 * and nothing behind it.
 *
 *	floor_http PORT
 *
 *	/static		answered on the event loop, as a get by key is
 *	/handoff	handed to one thread and back in batches, as a write is
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/os.h"
#include "server/http.h"

enum { BATCH = 256 };

static mr_http *http;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, emptied = PTHREAD_COND_INITIALIZER;
static mr_http_exchange *queue[BATCH], *turn[BATCH];
static size_t queue_n, turn_n;

static mr_http_next answer(void *arg, mr_http_exchange *x)
{
	static const struct mr_http_field fields[] = {
		{"Content-Type", "application/json"},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "SAMEORIGIN"},
		{"Vary", "Origin"},
	};
	mr_buf body;
	struct mr_http_answer out = {.status = 200, .fields = fields, .fields_n = 4, .taken = &body};

	(void)arg;
	mr_buf_init(&body, 1024);
	mr_buf_c(&body, "{\"a\": \"a constant answer of 38 bytes\"}");
	mr_http_answer(x, &out);
	return MR_HTTP_ANSWERED;
}

static mr_http_next head(void *arg, mr_http_exchange *x)
{
	(void)arg;
	(void)x;
	return MR_HTTP_COLLECT;
}

static mr_http_next ready(void *arg, mr_http_exchange *x)
{
	if (!mr_str_is(x->path, "/handoff") || turn_n == BATCH)
		return answer(arg, x);
	turn[turn_n++] = x;
	return MR_HTTP_DEFER;
}

static void end_of_turn(void *arg, unsigned loop)
{
	(void)arg;
	(void)loop;
	if (turn_n == 0)
		return;
	pthread_mutex_lock(&lock);
	while (queue_n + turn_n > BATCH)
		pthread_cond_wait(&emptied, &lock);
	memcpy(queue + queue_n, turn, turn_n * sizeof turn[0]);
	queue_n += turn_n;
	turn_n = 0;
	pthread_cond_signal(&filled);
	pthread_mutex_unlock(&lock);
}

static void *hand_back(void *arg)
{
	mr_http_exchange *batch[BATCH];
	size_t n;

	for (;;) {
		pthread_mutex_lock(&lock);
		while (queue_n == 0)
			pthread_cond_wait(&filled, &lock);
		n = queue_n;
		memcpy(batch, queue, n * sizeof batch[0]);
		queue_n = 0;
		pthread_cond_signal(&emptied);
		pthread_mutex_unlock(&lock);
		mr_http_resume_all(http, batch, n);
	}
	return arg;
}

static bool expire(void *arg, mr_http_exchange *x, bool stopping)
{
	(void)arg;
	(void)x;
	(void)stopping;
	return false;
}

static void done(void *arg, mr_http_exchange *x, bool complete)
{
	(void)arg;
	(void)x;
	(void)complete;
}

static int listen_on(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 1024) != 0) {
		perror("floor_http: cannot listen");
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	struct mr_http_config config = {
		.app = {.head = head, .ready = ready, .resumed = answer, .expire = expire, .done = done, .turn = end_of_turn},
		.loops = 1,
		.connections_max = 1000,
		.body_max = 1 << 20,
		.idle_s = 60,
	};
	mr_error err;
	unsigned long thread;

	if (argc != 2) {
		fprintf(stderr, "usage: floor_http PORT\n");
		return 2;
	}
	mr_error_init(&err);
	config.listen_fd = listen_on(atoi(argv[1]));
	if (mr_http_start(&config, &http, &err) != MR_OK ||
	    mr_thread_start(&thread, "hand-back", hand_back, NULL, &err) != MR_OK) {
		fprintf(stderr, "floor_http: %s\n", err.message);
		return 1;
	}
	pause(); /* until a signal ends the process */
	return 0;
}
