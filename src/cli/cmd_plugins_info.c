/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace plugins info: one plugin, as this program sees it or as a running server
 * does, which also knows what its calls took. Both are read from the same JSON.
 */
#include "base/json.h"
#include "cli/plugins.h"
#include "plugin/listing.h"
#include "plugin/outgoing.h"

enum { LIST_MAX = 64 << 20 };

static const char list_path[] = "/ajax-api/2.0/millrace/plugins";

const struct mr_opt mr_plugins_info_options[] = {
	{"server", 0, MR_OPT_TEXT, offsetof(struct mr_plugins_flags, server), "URL", NULL, NULL, 0, 0,
	 "Ask the server there, which also says how often it called the plugin, for how long, and with what outcome. "
	 "MLFLOW_TRACKING_USERNAME and the other variables count as for a tracking server."},
	{"load", 0, MR_OPT_FLAG, offsetof(struct mr_plugins_flags, load), NULL, NULL, NULL, 0, 0,
	 "Load it here, too: whether all of it can be used, and, of a Python plugin written for an older MLflow, what is "
	 "adapted."},
};

static mr_code ask_server(struct mr_cli *cli, mr_str url, mr_str *out)
{
	struct mr_http_request request = {.size = sizeof request, .method = mr_str_from("GET")};
	struct mr_http_response response = {.size = sizeof response};

	while (url.len && url.ptr[url.len - 1] == '/')
		url.len--;
	request.url = mr_arena_printf(cli->arena, "%.*s%s", MR_STR_ARG(url), list_path);
	if (!request.url.ptr)
		return mr_error_no_memory(&cli->err);
	if (mr_outgoing(&request, &response, cli->call, &cli->err) != MR_OK)
		return cli->err.code;
	if (response.status != 200)
		return mr_error_set(&cli->err, MR_INVALID_STATE,
				    "%.*s answers %d to a question about its plugins; is it a Millrace server%s?",
				    MR_STR_ARG(url), (int)response.status,
				    response.status == 401 || response.status == 403
					    ? ", and are MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD set"
					    : "");
	*out = response.body;
	return MR_OK;
}

static mr_code list_own(struct mr_cli *cli, mr_str *out)
{
	mr_json_writer w;
	mr_code code;
	mr_buf buf;

	mr_buf_init(&buf, LIST_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_COMPACT);
	mr_json_write_begin(&w, '{');
	mr_json_write_key(&w, mr_str_from("plugins"));
	code = mr_plugins_write_all(&w, &cli->err);
	mr_json_write_end(&w, '}');
	if (code == MR_OK)
		code = mr_buf_check(&buf, &cli->err);
	if (code == MR_OK) {
		*out = mr_arena_copy(cli->arena, mr_buf_view(&buf));
		code = out->ptr ? MR_OK : mr_error_no_memory(&cli->err);
	}
	mr_buf_dispose(&buf);
	return code;
}

/* ---- for people ---- */

static mr_str get(const mr_json *object, const char *key)
{
	return mr_json_str(mr_json_get(object, key), mr_str_make("", 0));
}

static void print_line(const mr_json *plugin, const char *key, const char *heading)
{
	mr_str value = get(plugin, key);

	if (value.len)
		printf("  %-12s %.*s\n", heading, MR_STR_ARG(value));
}

static void print_option(const mr_json *option)
{
	mr_str otherwise = get(option, "default");

	printf("    option     %.*s (%.*s%s%.*s) %.*s\n", MR_STR_ARG(get(option, "name")), MR_STR_ARG(get(option, "type")),
	       otherwise.len ? ", default " : "", MR_STR_ARG(otherwise), MR_STR_ARG(get(option, "doc")));
}

static double number(const mr_json *object, const char *key)
{
	const mr_json *value = mr_json_get(object, key);
	double out = 0;

	if (value)
		mr_parse_double(value->text, &out);
	return out;
}

static void print_calls(const mr_json *calls)
{
	double n = number(calls, "returned"), seconds = number(calls, "seconds");

	printf("    calls      %.0f, %.0f refused, %.0f failed; %.3f s in all, %.3f ms each, the longest %.3f ms", n,
	       number(calls, "refused"), number(calls, "failed"), seconds, n > 0 ? seconds / n * 1e3 : 0,
	       number(calls, "longest_seconds") * 1e3);
	if (number(calls, "running") > 0)
		printf("; %.0f running, %.0f of them stuck", number(calls, "running"), number(calls, "stuck"));
	putchar('\n');
}

static void print_entry(const mr_json *entry)
{
	mr_str object = get(entry, "object"), shadow = get(entry, "shadowed_by");
	const mr_json *options = mr_json_get(entry, "options"), *calls = mr_json_get(entry, "calls");

	printf("  entry        %.*s %.*s%s%.*s%s%.*s\n", MR_STR_ARG(get(entry, "group")), MR_STR_ARG(get(entry, "name")),
	       object.len ? " = " : "", MR_STR_ARG(object),
	       shadow.len				? ", shadowed by "
	       : mr_json_get(entry, "ambiguous") != NULL ? ", ambiguous"
							: "",
	       MR_STR_ARG(shadow));
	for (size_t i = 0; options && i < options->count; i++)
		print_option(&options->items[i]);
	if (calls)
		print_calls(calls);
}

static void print_plugin(const mr_json *plugin)
{
	mr_str state = get(plugin, "state");
	const mr_json *entries = mr_json_get(plugin, "entries");

	printf("%.*s %.*s (%.*s)\n  %.*s\n", MR_STR_ARG(get(plugin, "name")), MR_STR_ARG(get(plugin, "version")),
	       MR_STR_ARG(mr_str_is(state, "loaded") ? mr_str_from("ready") : state), MR_STR_ARG(get(plugin, "description")));
	print_line(plugin, "licence", "licence");
	print_line(plugin, "source", "source");
	print_line(plugin, "file", "file");
	print_line(plugin, "environment", "environment");
	print_line(plugin, "editable", "editable");
	print_line(plugin, "abi", "plugin ABI");
	print_line(plugin, "why", mr_str_is(state, "denied") ? "denied" : "refused");
	for (size_t i = 0; entries && i < entries->count; i++)
		print_entry(&entries->items[i]);
}

/* What is only known once it is loaded. */
static mr_code print_loaded(struct mr_cli *cli, const struct mr_plugin_info *p)
{
	const mr_json *list;
	mr_json *report;
	mr_code code = mr_plugin_report(p, cli->call, &report, &cli->err);

	if (code != MR_OK || !report)
		return code;
	print_line(report, "python", "python");
	print_line(report, "mlflow", "mlflow");
	list = mr_json_get(report, "adapted");
	for (size_t i = 0; list && i < list->count; i++)
		printf("  adapted      %.*s\n", MR_STR_ARG(mr_json_str(&list->items[i], mr_str_make("", 0))));
	list = mr_json_get(report, "failed");
	for (size_t i = 0; list && i < list->count; i++)
		printf("  failed       %.*s: %.*s\n", MR_STR_ARG(get(&list->items[i], "entry")),
		       MR_STR_ARG(get(&list->items[i], "message")));
	return list && list->count ? mr_error_set(&cli->err, MR_INVALID_STATE, "Not all of %.*s can be used", MR_STR_ARG(p->name))
				   : MR_OK;
}

static mr_code load_named(struct mr_cli *cli)
{
	const struct mr_plugin_info *const *list;
	size_t n;
	mr_code code = mr_plugins_list(&list, &n, &cli->err);

	for (size_t i = 0; i < n && code == MR_OK; i++)
		if (mr_str_eq(list[i]->name, cli->words.items[0]))
			code = print_loaded(cli, list[i]);
	return code;
}

static void print_json(struct mr_cli *cli, const mr_json *plugin)
{
	mr_json_writer w;
	mr_buf buf;

	mr_buf_init(&buf, LIST_MAX);
	mr_json_write_init(&w, &buf, MR_JSON_PRETTY);
	mr_json_write_begin(&w, '[');
	mr_json_write_tree(&w, plugin);
	mr_json_write_end(&w, ']');
	mr_print_json(&buf, &cli->err);
}

mr_code mr_plugins_info(struct mr_cli *cli, void *arg)
{
	const struct mr_plugins_flags *flags = arg;
	const mr_json *plugins;
	bool found = false;
	mr_json *tree;
	mr_str text;

	if (mr_cli_need(cli, cli->words.n == 1, "The name of one plugin") != MR_OK ||
	    (flags->server.len ? ask_server(cli, flags->server, &text) : list_own(cli, &text)) != MR_OK ||
	    mr_json_parse(text, cli->arena, &tree, &cli->err) != MR_OK)
		return cli->err.code;
	plugins = mr_json_get(tree, "plugins");
	for (size_t i = 0; plugins && i < plugins->count; i++) {
		if (!mr_str_eq(get(&plugins->items[i], "name"), cli->words.items[0]))
			continue;
		found = true;
		if (cli->output == MR_OUTPUT_JSON)
			print_json(cli, &plugins->items[i]);
		else
			print_plugin(&plugins->items[i]);
	}
	if (!found)
		return mr_error_set(&cli->err, MR_RESOURCE_DOES_NOT_EXIST,
				    "There is no plugin named '%.*s'; `millrace plugins list` shows what was found",
				    MR_STR_ARG(cli->words.items[0]));
	return flags->load && !flags->server.len && cli->output != MR_OUTPUT_JSON ? load_named(cli) : cli->err.code;
}
