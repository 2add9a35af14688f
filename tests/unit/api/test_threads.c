/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of the codec and the router are made by whoever comes first, and
 * several come at once.
 */
#include "helper.h"

#include <pthread.h>

#include "api/request.h"

enum { THREADS = 8 };

static pthread_barrier_t together;

static void *read_one(void *arg)
{
	struct mr_route_match match;
	struct mr_request_source source = { .method = mr_str_from("GET"), .route = &match };
	mr_call *own = mr_call_new(0);
	mr_error error;
	void *message = NULL;
	mr_buf out;

	(void)arg;
	mr_error_init(&error);
	mr_buf_init(&out, 1 << 16);
	source.query = mr_str_from("run_id=abc");
	pthread_barrier_wait(&together);
	mr_route_find(source.method, mr_str_from("/api/2.0/mlflow/runs/get"), &match);
	if (match.op == &mr_op_get_run && mr_request_decode(&source, own, &message, &error) == MR_OK &&
	    mr_msg_encode(match.op->request, message, MR_STYLE_JSONIFY, &out, &error) == MR_OK)
		arg = mr_str_is(mr_buf_view(&out), "{\"run_id\":\"abc\"}\n") ? arg : NULL;
	else
		arg = NULL;
	mr_buf_dispose(&out);
	mr_call_free(own);
	return arg;
}

static void the_first_use_may_be_that_of_many(void **state)
{
	pthread_t threads[THREADS];
	void *result;
	int i;

	(void)state;
	pthread_barrier_init(&together, NULL, THREADS);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(0, pthread_create(&threads[i], NULL, read_one, &together));
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(0, pthread_join(threads[i], &result));
		assert_ptr_equal(&together, result);
	}
	pthread_barrier_destroy(&together);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_use_may_be_that_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
