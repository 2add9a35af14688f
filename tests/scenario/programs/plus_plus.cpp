// SPDX-License-Identifier: Apache-2.0
//
// The library from C++: a run that is logged, read back through the explicit client, and printed as JSON.
#include <cstdio>
#include <millrace.h>
#include <stdexcept>
#include <string>

namespace {

struct failure : std::runtime_error {
	explicit failure(const mr_error &err) : std::runtime_error(err.message) {}
};

class run {
public:
	explicit run(const char *name)
	{
		mr_run_options options{};

		options.size = sizeof options;
		options.run_name = name;
		mr_error_init(&err_);
		if (mr_start_run(&options, &err_) != MR_OK)
			throw failure(err_);
	}
	~run()
	{
		mr_end_run(std::uncaught_exceptions() ? MR_RUN_STATUS_FAILED : MR_RUN_STATUS_FINISHED, &err_);
	}
	run(const run &) = delete;
	run &operator=(const run &) = delete;

	void metric(const std::string &key, double value, int64_t step)
	{
		if (mr_log_metric(key.c_str(), value, step, &err_) != MR_OK)
			throw failure(err_);
	}
	std::string id()
	{
		char out[33];

		if (mr_active_run_id(out, &err_) != MR_OK)
			throw failure(err_);
		return out;
	}

private:
	mr_error err_;
};

void print_run(const std::string &id)
{
	mr_client *client = nullptr;
	mr_answer *answer = nullptr;
	mr_get_run request{};
	mr_error err;
	mr_str json{};

	mr_error_init(&err);
	mr_get_run_set_run_id(&request, mr_str_from(id.c_str()));
	mr_client_open(nullptr, nullptr, &client, &err);
	if (mr_client_call(client, MR_OP_GET_RUN, &request, &answer, &err) == MR_OK &&
	    mr_answer_json(answer, &json, &err) == MR_OK) {
		const auto *response = static_cast<const mr_get_run_response *>(mr_answer_message(answer));

		if (!mr_str_is(response->run->info->run_name, "from C++"))
			throw std::runtime_error("the message and the JSON differ");
		std::puts(json.ptr);
	}
	mr_answer_free(answer);
	mr_client_close(client);
	if (err.code != MR_OK)
		throw failure(err);
}

} // namespace

int main()
{
	try {
		std::string id;
		{
			run r("from C++");

			id = r.id();
			for (int64_t step = 0; step < 10; step++)
				r.metric("m", static_cast<double>(step) / 4, step);
		}
		print_run(id);
		try {
			run r("thrown out");

			throw std::domain_error("of a training that fails");
		} catch (const std::domain_error &) {
		}
	} catch (const std::exception &e) {
		std::fprintf(stderr, "plus_plus: %s\n", e.what());
		return 1;
	}
	return 0;
}
