/* SPDX-License-Identifier: Apache-2.0
 *
 * The file store and power cuts. A workload runs once, every operation on the
 * disk is recorded. Then, for each point between two of them, the disk is made
 * as a power cut there could have left it: what was synced is there; of what was
 * not, nothing, all, or some, files cut off in the middle. On each such disk the
 * store is opened; it must answer as after the last acknowledged operation, or
 * as after the one that was under way: nothing lost, nothing by halves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/codec.h"
#include "base/error.h"
#include "plugin/handle.h"
#include "store/file/disk.h"

extern const struct mr_plugin mr_builtin_file_store;

enum { EVENTS_MAX = 20000, OPS_MAX = 100, NODES_MAX = 4000, CHANGES_MAX = 8000 };

/* ---- the recording ---- */

static struct event {
	enum mr_disk_event_kind kind;
	char *path, *to, *bytes;
	size_t length;
	int64_t offset;
} events[EVENTS_MAX];
static int events_n;

static char *copy(mr_str s)
{
	char *c = calloc(1, s.len + 1);

	if (s.len)
		memcpy(c, s.ptr, s.len);
	return c;
}

static void record(const struct mr_disk_event *e)
{
	struct event *r = &events[events_n++];

	assert_true(events_n < EVENTS_MAX);
	*r = (struct event){e->kind, copy(e->path), copy(e->to), copy(e->bytes), e->bytes.len, e->offset};
}

/* ---- a model of the disk ---- */

struct entry {
	char *name;
	int node; /* -1: none */
};

static struct node {
	bool folder;
	struct entry now[64], durable[64]; /* of a folder */
	int now_n, durable_n;
	char *bytes, *synced; /* of a file */
	size_t length, synced_length;
} nodes[NODES_MAX];
static int nodes_n;

/* A change of names that is not synced yet. It happens as a whole. */
static struct change {
	int from_folder, to_folder; /* -1: none */
	char *from, *to;
	int node; /* that gets the name `to`; -1 for a removal */
	bool done;
} changes[CHANGES_MAX];
static int changes_n;

static int *slot(struct entry *entries, int *n, const char *name)
{
	for (int i = 0; i < *n; i++)
		if (strcmp(entries[i].name, name) == 0)
			return &entries[i].node;
	for (int i = 0; i < *n; i++)
		if (entries[i].node < 0) { /* a name that is gone makes room */
			free(entries[i].name);
			entries[i].name = strdup(name);
			return &entries[i].node;
		}
	assert_true(*n < 64);
	entries[*n] = (struct entry){strdup(name), -1};
	return &entries[(*n)++].node;
}

static int new_node(bool folder)
{
	assert_true(nodes_n < NODES_MAX);
	nodes[nodes_n].folder = folder;
	return nodes_n++;
}

/* The node of a path as it is now; the last name through *last, its folder returned, when last is given. */
static int walk(const char *path, const char **last)
{
	int at = 0;

	for (;;) {
		const char *slash = strchr(path, '/');
		char name[300];

		if (last && !slash) {
			*last = path;
			return at;
		}
		snprintf(name, sizeof name, "%.*s", slash ? (int)(slash - path) : (int)strlen(path), path);
		if (*name) {
			at = *slot(nodes[at].now, &nodes[at].now_n, name);
			assert_true(at >= 0);
		}
		if (!slash)
			return at;
		path = slash + 1;
	}
}

static void pend(int from_folder, const char *from, int to_folder, const char *to, int node)
{
	assert_true(changes_n < CHANGES_MAX);
	changes[changes_n++] = (struct change){from_folder, to_folder, from ? strdup(from) : NULL, to ? strdup(to) : NULL, node,
					       false};
}

static void make_durable(struct change *c)
{
	if (c->from)
		*slot(nodes[c->from_folder].durable, &nodes[c->from_folder].durable_n, c->from) = -1;
	if (c->to)
		*slot(nodes[c->to_folder].durable, &nodes[c->to_folder].durable_n, c->to) = c->node;
	c->done = true;
	/* what was to happen to the same names before is overtaken */
	for (struct change *e = changes; e < c; e++) {
		bool same_from = c->from && e->to && e->to_folder == c->from_folder && !strcmp(e->to, c->from);
		bool same_to = c->to && e->to && e->to_folder == c->to_folder && !strcmp(e->to, c->to);

		e->done = e->done || same_from || same_to;
	}
}

static void play_names(const struct event *e)
{
	const char *name, *to_name;
	int folder = walk(e->path, &name), to;
	int *at = slot(nodes[folder].now, &nodes[folder].now_n, name);

	switch (e->kind) {
	case MR_DISK_MADE_FOLDER:
		*at = new_node(true);
		pend(-1, NULL, folder, name, *at);
		return;
	case MR_DISK_RENAMED:
		to = walk(e->to, &to_name);
		*slot(nodes[to].now, &nodes[to].now_n, to_name) = *at;
		pend(folder, name, to, to_name, *at);
		*slot(nodes[folder].now, &nodes[folder].now_n, name) = -1;
		return;
	default:
		*at = -1;
		pend(folder, name, -1, NULL, -1);
	}
}

static void play_bytes(const struct event *e)
{
	const char *name;
	int folder = walk(e->path, &name);
	int *at = slot(nodes[folder].now, &nodes[folder].now_n, name);
	size_t end = (size_t)e->offset + e->length;
	struct node *node;

	if (*at < 0) {
		*at = new_node(false);
		pend(-1, NULL, folder, name, *at);
	}
	node = &nodes[*at];
	if (e->kind == MR_DISK_CUT) {
		node->length = (size_t)e->offset;
		return;
	}
	node->bytes = realloc(node->bytes, end + 1);
	memcpy(node->bytes + e->offset, e->bytes, e->length);
	node->length = end;
}

static void play(const struct event *e)
{
	struct node *node;
	int at;

	switch (e->kind) {
	case MR_DISK_WROTE:
	case MR_DISK_CUT:
		play_bytes(e);
		return;
	case MR_DISK_SYNCED:
		node = &nodes[walk(e->path, NULL)];
		free(node->synced);
		node->synced = malloc(node->length + 1);
		memcpy(node->synced, node->bytes ? node->bytes : "", node->length);
		node->synced_length = node->length;
		return;
	case MR_DISK_SYNCED_FOLDER:
		at = walk(e->path, NULL);
		for (int i = 0; i < changes_n; i++)
			if (!changes[i].done && (changes[i].to ? changes[i].to_folder == at : changes[i].from_folder == at))
				make_durable(&changes[i]);
		return;
	default:
		play_names(e);
	}
}

/* ---- the disk after a cut ---- */

enum cut { NOTHING, EVERYTHING, SOME, CUTS };

static unsigned seed;

static bool chance(void)
{
	seed = seed * 1103515245u + 12345u;
	return seed >> 16 & 1;
}

static void write_file(const char *path, const struct node *node, enum cut cut)
{
	size_t length = node->synced_length;
	const char *bytes = node->synced;
	FILE *file = fopen(path, "wb");

	if (cut == EVERYTHING || (cut == SOME && chance())) {
		bytes = node->bytes;
		length = node->length;
		if (cut == SOME && length > node->synced_length && chance())
			length = node->synced_length + (length - node->synced_length) / 2; /* torn */
	}
	assert_non_null(file);
	assert_int_equal(fwrite(bytes ? bytes : "", 1, length, file), length);
	fclose(file);
}

static void write_folder(const char *path, int folder, enum cut cut)
{
	char child[4096];

	mkdir(path, 0755);
	for (int i = 0; i < nodes[folder].durable_n; i++) {
		const struct entry *e = &nodes[folder].durable[i];

		if (e->node < 0)
			continue;
		snprintf(child, sizeof child, "%s/%s", path, e->name);
		if (nodes[e->node].folder)
			write_folder(child, e->node, cut);
		else
			write_file(child, &nodes[e->node], cut);
	}
}

/* Back to an empty disk, on which `n` events have happened and then the power went. */
static void cut_after(int n, enum cut cut, const char *path)
{
	for (int i = 0; i < nodes_n; i++) {
		for (int e = 0; e < nodes[i].now_n; e++)
			free(nodes[i].now[e].name);
		for (int e = 0; e < nodes[i].durable_n; e++)
			free(nodes[i].durable[e].name);
		free(nodes[i].bytes);
		free(nodes[i].synced);
	}
	for (int i = 0; i < changes_n; i++) {
		free(changes[i].from);
		free(changes[i].to);
	}
	memset(nodes, 0, (size_t)nodes_n * sizeof *nodes);
	nodes_n = changes_n = 0;
	new_node(true);
	for (int i = 0; i < n; i++)
		play(&events[i]);
	for (int i = 0; i < changes_n; i++)
		if (!changes[i].done && (cut == EVERYTHING || (cut == SOME && chance())))
			make_durable(&changes[i]);
	write_folder(path, 0, cut);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* ---- asking a store ---- */

static mr_store_handle *sides[3];
static mr_buf answer;

static void open_store(const char *path)
{
	mr_error err;

	mr_error_init(&err);
	for (int side = MR_SIDE_TRACKING; side <= MR_SIDE_REGISTRY; side++)
		if (mr_store_handle_open(side, mr_str_from(path), mr_str_from("/artifacts"), &sides[side], &err) != MR_OK)
			fail_msg("%s", err.message);
}

static void close_store(void)
{
	mr_store_handle_close(sides[MR_SIDE_TRACKING]);
	mr_store_handle_close(sides[MR_SIDE_REGISTRY]);
}

/* Appends the answer, or the error, to `answer`. */
static mr_code ask(const char *operation, const char *json)
{
	const struct mr_op_desc *op = mr_op_desc_by_name(mr_str_from(operation));
	mr_call *call = mr_call_new(0);
	void *request = NULL, *response = mr_msg_new(call, op->response);
	struct mr_encoder encoder;
	mr_error err;
	mr_code code;

	mr_error_init(&err);
	code = mr_msg_decode(op->request, mr_str_from(json), call, &request, &err);
	mr_encode_begin(&encoder, op, &answer);
	call->emit = mr_encode_emit;
	call->emit_arg = &encoder;
	if (code == MR_OK)
		code = mr_store_call(sides[op->side], op, request, response, call, &err);
	if (code == MR_OK)
		code = mr_encode_end(&encoder, response, &err);
	if (code != MR_OK)
		mr_buf_printf(&answer, "%s", mr_code_name(code)); /* the message may name an id that is not there yet */
	mr_call_free(call);
	return code;
}

static char ids[8][40]; /* experiment, run, second experiment, logged model */

/* All that the store can tell. */
static char *tell(void)
{
	char json[400];

	mr_buf_init(&answer, 1 << 24);
	ask("search_experiments", "{\"max_results\": 100, \"view_type\": \"ALL\"}");
	snprintf(json, sizeof json,
		 "{\"experiment_ids\": [\"0\", \"%s\", \"%s\"], \"run_view_type\": \"ALL\", \"max_results\": 100}", ids[0], ids[2]);
	ask("search_runs", json);
	for (int i = 0; i < 3; i++) {
		snprintf(json, sizeof json, "{\"run_id\": \"%s\", \"metric_key\": \"m%d\"}", *ids[1] ? ids[1] : "none", i);
		ask("get_metric_history", json);
	}
	snprintf(json, sizeof json, "{\"experiment_ids\": [\"%s\"]}", ids[0]);
	ask("search_logged_models", json);
	ask("search_registered_models", "{}");
	ask("search_model_versions", "{}");
	return mr_buf_take(&answer);
}

/* ---- the workload ---- */

static struct op {
	int events; /* how many there were when it was acknowledged */
	char *state;
} ops[OPS_MAX];
static int ops_n;

static void note(void)
{
	assert_true(ops_n < OPS_MAX);
	mr_disk_watch = NULL;
	ops[ops_n++] = (struct op){events_n, tell()};
	mr_disk_watch = record;
}

/* %1 to %4 in the request stand for the ids. keep: the member of the answer that is the next id. */
static void run(const char *operation, const char *request, int keep, const char *member)
{
	char json[2000];
	size_t n = 0;
	char *at;

	for (const char *c = request; *c; c++) {
		if (*c == '%')
			n += (size_t)snprintf(json + n, sizeof json - n, "%s", ids[*++c - '1']);
		else
			json[n++] = *c;
	}
	json[n] = 0;
	mr_buf_init(&answer, 1 << 24);
	if (ask(operation, json) != MR_OK)
		fail_msg("%s %s: %s", operation, json, answer.ptr);
	if (member) {
		at = strstr(answer.ptr, member);
		assert_non_null(at);
		at = strchr(at + strlen(member), '"') + 1;
		snprintf(ids[keep], sizeof ids[keep], "%.*s", (int)strcspn(at, "\""), at);
	}
	mr_buf_dispose(&answer);
	note();
}

static void workload(void)
{
	run("create_experiment", "{\"name\": \"e\", \"tags\": [{\"key\": \"a/b\", \"value\": \"1\"}]}", 0, "\"experiment_id\":");
	run("create_run", "{\"experiment_id\": \"%1\", \"run_name\": \"r\", \"tags\": [{\"key\": \"t\", \"value\": \"1\"}]}", 1,
	    "\"run_id\":");
	for (int i = 0; i < 3; i++)
		run("log_metric", "{\"run_id\": \"%2\", \"key\": \"m0\", \"value\": 0.5, \"timestamp\": 1, \"step\": 1}", 0, NULL);
	run("log_param", "{\"run_id\": \"%2\", \"key\": \"p/q\", \"value\": \"1\"}", 0, NULL);
	for (int i = 0; i < 3; i++) {
		char batch[600];

		snprintf(batch, sizeof batch,
			 "{\"run_id\": \"%%2\", \"metrics\": [{\"key\": \"m0\", \"value\": %d, \"timestamp\": 2, \"step\": 2}, {\"key\": "
			 "\"m1\", \"value\": %d, \"timestamp\": 2, \"step\": 2}, {\"key\": \"m1\", \"value\": 4, \"timestamp\": 3, "
			 "\"step\": 3}], \"params\": [{\"key\": \"b%d\", \"value\": \"2\"}], \"tags\": [{\"key\": \"t\", \"value\": "
			 "\"%d\"}, {\"key\": \"mlflow.runName\", \"value\": \"n%d\"}]}",
			 i, i, i, i, i);
		run("log_batch", batch, 0, NULL);
	}
	run("update_run", "{\"run_id\": \"%2\", \"status\": \"FINISHED\", \"end_time\": 7, \"run_name\": \"new\"}", 0, NULL);
	run("delete_tag", "{\"run_id\": \"%2\", \"key\": \"t\"}", 0, NULL);
	run("log_inputs",
	    "{\"run_id\": \"%2\", \"datasets\": [{\"dataset\": {\"name\": \"d\", \"digest\": \"x\", \"source_type\": \"s\", "
	    "\"source\": \"{}\"}, \"tags\": [{\"key\": \"k\", \"value\": \"v\"}]}]}",
	    0, NULL);
	run("create_logged_model",
	    "{\"experiment_id\": \"%1\", \"name\": \"m\", \"params\": [{\"key\": \"p\", \"value\": \"1\"}]}", 3, "\"model_id\":");
	run("log_metric",
	    "{\"run_id\": \"%2\", \"key\": \"m2\", \"value\": 1, \"timestamp\": 1, \"step\": 1, \"model_id\": \"%4\"}", 0, NULL);
	run("finalize_logged_model", "{\"model_id\": \"%4\", \"status\": \"LOGGED_MODEL_READY\"}", 0, NULL);
	run("create_experiment", "{\"name\": \"other\"}", 2, "\"experiment_id\":");
	run("delete_experiment", "{\"experiment_id\": \"%1\"}", 0, NULL);
	run("restore_experiment", "{\"experiment_id\": \"%1\"}", 0, NULL);
	run("create_registered_model", "{\"name\": \"rm\", \"tags\": [{\"key\": \"a\", \"value\": \"1\"}]}", 0, NULL);
	run("create_model_version", "{\"name\": \"rm\", \"source\": \"s\", \"tags\": [{\"key\": \"a\", \"value\": \"1\"}]}", 0, NULL);
	run("create_model_version", "{\"name\": \"rm\", \"source\": \"s\"}", 0, NULL);
	run("set_registered_model_alias", "{\"name\": \"rm\", \"alias\": \"best\", \"version\": \"1\"}", 0, NULL);
	run("transition_model_version_stage", "{\"name\": \"rm\", \"version\": \"1\", \"stage\": \"Staging\"}", 0, NULL);
	run("rename_registered_model", "{\"name\": \"rm\", \"new_name\": \"rn\"}", 0, NULL);
	run("delete_model_version", "{\"name\": \"rn\", \"version\": \"1\"}", 0, NULL);
	run("delete_registered_model", "{\"name\": \"rn\"}", 0, NULL);
	run("delete_run", "{\"run_id\": \"%2\"}", 0, NULL);
	run("purge_run", "{\"run_id\": \"%2\"}", 0, NULL);
}

/* ---- the test ---- */

static char base[64];

static void check(int n, enum cut cut)
{
	char path[128];
	int acknowledged = -1;
	char *state;

	snprintf(path, sizeof path, "%s/cut", base);
	cut_after(n, cut, path);
	open_store(path);
	state = tell();
	close_store();
	while (acknowledged + 1 < ops_n && ops[acknowledged + 1].events <= n)
		acknowledged++;
	if (!(acknowledged >= 0 && strcmp(state, ops[acknowledged].state) == 0) &&
	    !(acknowledged + 1 < ops_n && strcmp(state, ops[acknowledged + 1].state) == 0))
		fail_msg("cut %d after event %d (%s), operation %d:\n%s\nwas:\n%s\nwill be:\n%s", cut, n, events[n - 1].path,
			 acknowledged, state, acknowledged >= 0 ? ops[acknowledged].state : "",
			 acknowledged + 1 < ops_n ? ops[acknowledged + 1].state : "");
	free(state);
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void test_a_cut_between_any_two(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof path, "%s/live", base);
	mr_disk_watch = record;
	open_store(path);
	note();
	workload();
	mr_disk_watch = NULL;
	close_store();
	print_message("%d operations, %d events on the disk\n", ops_n, events_n);
	for (int n = ops[0].events; n <= events_n; n++)
		for (enum cut cut = NOTHING; cut < CUTS; cut++)
			for (seed = (unsigned)n * 7; seed < (unsigned)n * 7 + (cut == SOME ? 3 : 1); seed += 1) {
				unsigned kept = seed;

				check(n, cut);
				seed = kept;
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_cut_between_any_two)};
	int failed;

	snprintf(base, sizeof base, "%s/mr_power_cut_XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(base))
		return 1;
	mr_plugins_add_builtin(&mr_builtin_file_store);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return failed;
}
