/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/plugin.h - what every plugin needs: the descriptor, the export
 * macro, options, and the host's services. The contract of each group of
 * plugins has a header of its own beside this one.
 *
 * A plugin is one shared object that exports one descriptor and links nothing
 * of Millrace's: all services arrive as `const mr_host *`.
 *
 *	#include <millrace/plugin.h>
 *	#include <millrace/run_context.h>
 *
 *	static const struct mr_run_context_ops context = { sizeof context, ... };
 *
 *	#define ENTRIES(ENTRY) ENTRY(MR_GROUP_RUN_CONTEXT, "site", &context, NULL, 0)
 *	MR_PLUGIN_EXPORT("site-context", "1.0.0", "Tags runs with our site.", "Apache-2.0", ENTRIES)
 *
 * Rules that hold for all groups:
 *  - every table of functions begins with its size; the host takes the smaller
 *    of its own and the plugin's and treats the rest as not implemented. A NULL
 *    function is not implemented, too;
 *  - a plugin loads when its ABI major version equals the host's and its minor
 *    is not newer;
 *  - errors go through `mr_error *err`, the last parameter, and nowhere else; a
 *    function that fails leaves nothing behind that the caller must release;
 *  - memory from host->alloc lives until the call's answer is sent; what a
 *    plugin keeps longer it allocates itself;
 *  - threads: unless a group's header says otherwise, every function may be
 *    called from any thread, several at once, but open and close of one object
 *    never overlap its other calls. Threads of the host block all signals.
 */
#ifndef MILLRACE_PLUGIN_H
#define MILLRACE_PLUGIN_H

#include "millrace/gen/messages.h"
#include "millrace/http.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MR_ABI_MAJOR 0
#define MR_ABI_MINOR 3

/* The groups: MLflow's entry-point groups. Each has a header with its contract. */
#define MR_GROUP_TRACKING_STORE "mlflow.tracking_store"
#define MR_GROUP_MODEL_REGISTRY_STORE "mlflow.model_registry_store"
#define MR_GROUP_ARTIFACT_REPOSITORY "mlflow.artifact_repository"
#define MR_GROUP_RUN_CONTEXT "mlflow.run_context_provider"
#define MR_GROUP_REQUEST_HEADER "mlflow.request_header_provider"
#define MR_GROUP_REQUEST_AUTH "mlflow.request_auth_provider"
#define MR_GROUP_PROJECT_BACKEND "mlflow.project_backend"
#define MR_GROUP_DEPLOYMENTS "mlflow.deployments"
#define MR_GROUP_MODEL_EVALUATOR "mlflow.model_evaluator"
#define MR_GROUP_APP "mlflow.app"

/* ---- options ---- */

typedef enum mr_option_type {
	MR_OPTION_STRING = 1,
	MR_OPTION_INT = 2,
	MR_OPTION_BOOL = 3,     /* true/false, 1/0, yes/no, on/off */
	MR_OPTION_DOUBLE = 4,
	MR_OPTION_DURATION = 5, /* "250ms", "5s", "2m"; read as milliseconds by option_int */
	MR_OPTION_SECRET = 6    /* a string that is never printed */
} mr_option_type;

/* A list ends with an entry whose name is NULL. */
struct mr_option_desc {
	const char *name;
	int32_t type;             /* mr_option_type */
	const char *default_text; /* NULL: none */
	const char *doc;          /* one line */
};

typedef struct mr_options mr_options; /* the values of one object; read them through the host */

/* ---- descriptor ---- */

/* The query of the URI is the plugin's own ("?driver=..."), not options. */
#define MR_ENTRY_OWN_QUERY 1u

struct mr_plugin_entry {
	const char *group;
	const char *name; /* the URI scheme, or the name that users give; free in ordered groups */
	const void *ops;  /* the group's table */
	const struct mr_option_desc *options; /* or NULL */
	uint32_t flags;
};

struct mr_plugin {
	size_t size;
	uint16_t abi_major, abi_minor;
	const char *name, *version, *description, *licence;
	const struct mr_plugin_entry *entries;
	size_t entries_n;
};

/* Exports the plugin: its descriptor, and an ELF note with the same facts, from
 * which they are read without loading it. entries is a macro that applies its
 * argument to each entry: ENTRY(group, name, ops, options, flags). Group and
 * name, and the texts here, must be string literals without line breaks. */
#define MR_PLUGIN_STRING2(x) #x
#define MR_PLUGIN_STRING(x) MR_PLUGIN_STRING2(x)
#define MR_PLUGIN_ENTRY(group, name, ops, options, flags) {group, name, ops, options, flags},
#define MR_PLUGIN_NOTE_ENTRY(group, name, ops, options, flags) "entry " group " " name "\n"
#define MR_PLUGIN_NOTE(name, version, description, licence, entries)                                     \
	"abi " MR_PLUGIN_STRING(MR_ABI_MAJOR) "." MR_PLUGIN_STRING(MR_ABI_MINOR) "\nname " name           \
	"\nversion " version "\ndescription " description "\nlicence " licence "\n" entries(MR_PLUGIN_NOTE_ENTRY)
#define MR_PLUGIN_NOTE_OWNER "MILLRACE"
#define MR_PLUGIN_NOTE_TYPE 1
#define MR_PLUGIN_SYMBOL "mr_plugin_descriptor"

#ifdef __cplusplus
#define MR_PLUGIN_LINKAGE extern "C"
#else
#define MR_PLUGIN_LINKAGE extern
#endif

#define MR_PLUGIN_DEFINE(symbol, name, version, description, licence, entries)                           \
	static const struct mr_plugin_entry symbol##_entries[] = {entries(MR_PLUGIN_ENTRY)};              \
	const struct mr_plugin symbol = {sizeof(struct mr_plugin), MR_ABI_MAJOR, MR_ABI_MINOR, name, version, \
		description, licence, symbol##_entries,                                                   \
		sizeof symbol##_entries / sizeof symbol##_entries[0]};

/* A built-in is the same thing under a symbol of its own, without the note. */
#define MR_PLUGIN_BUILTIN(symbol, name, version, description, licence, entries)                          \
	extern const struct mr_plugin symbol;                                                             \
	MR_PLUGIN_DEFINE(symbol, name, version, description, licence, entries)

#define MR_PLUGIN_EXPORT(name, version, description, licence, entries)                                   \
	static const struct {                                                                             \
		uint32_t namesz, descsz, type;                                                            \
		char owner[12];                                                                           \
		char text[sizeof(MR_PLUGIN_NOTE(name, version, description, licence, entries))];          \
	} mr_plugin_note __attribute__((section(".note.millrace"), used, aligned(4))) = {                 \
		sizeof MR_PLUGIN_NOTE_OWNER, sizeof(MR_PLUGIN_NOTE(name, version, description, licence, entries)), \
		MR_PLUGIN_NOTE_TYPE, MR_PLUGIN_NOTE_OWNER,                                                \
		MR_PLUGIN_NOTE(name, version, description, licence, entries)};                            \
	MR_PLUGIN_LINKAGE __attribute__((visibility("default"))) const struct mr_plugin mr_plugin_descriptor; \
	MR_PLUGIN_DEFINE(mr_plugin_descriptor, name, version, description, licence, entries)

/* ---- the host's services ---- */

typedef struct mr_host mr_host;

/* What an object of a plugin is opened with. Views live until open returns. */
struct mr_open_args {
	size_t size;
	mr_str uri; /* as the user gave it, without options for the host ("millrace....") */
	const mr_options *options;
	mr_str tracking_uri, registry_uri; /* of the program; may be empty */
	mr_str artifact_root; /* for tracking stores: where new experiments put artifacts; may be empty */
};

typedef enum mr_plugin_log_level {
	MR_PLUGIN_DEBUG = 0,
	MR_PLUGIN_INFO = 1,
	MR_PLUGIN_WARNING = 2,
	MR_PLUGIN_ERROR = 3
} mr_plugin_log_level;

/* A store or repository that the host opened for a plugin, so that it can delegate. */
typedef struct mr_store_handle mr_store_handle;
typedef struct mr_artifact_handle mr_artifact_handle;
struct mr_artifact_repository_ops;

struct mr_host {
	size_t size;
	uint16_t abi_major, abi_minor;
	void *plugin; /* the host's own */

	/* Memory of a call: aligned for any type, not zeroed, NULL when there is none
	 * left; lives until the call's answer is sent. A mark lets the memory of one
	 * row go after it was emitted; release is a hint and may do nothing. */
	void *(*alloc)(mr_call *call, size_t size);
	size_t (*mark)(mr_call *call);
	void (*release)(mr_call *call, size_t mark);
	/* Copies into the call's memory, with a NUL behind; ptr NULL when out of memory. */
	mr_str (*copy)(mr_call *call, mr_str s);

	/* Messages (MR_MSG_*): zeroed, at the host's size; a deep copy. NULL when out of memory. */
	void *(*msg_new)(mr_call *call, uint32_t message_id);
	mr_code (*msg_copy)(mr_call *call, uint32_t message_id, const void *source, void **out, mr_error *err);

	/* Hands over one row of a listing (an element of the response's rows). The
	 * row is read before emit returns. A failure ends the operation: return it. */
	mr_code (*emit)(mr_call *call, const void *row, mr_error *err);

	/* About the call. now: Unix milliseconds, the same however often it is asked.
	 * deadline: on the monotonic clock in ns, 0 for none. A NULL call is allowed. */
	bool (*cancelled)(mr_call *call);
	int64_t (*deadline)(mr_call *call);
	int64_t (*now)(mr_call *call);
	void (*random)(mr_call *call, void *out, size_t size);
	mr_str (*workspace)(mr_call *call);
	mr_str (*user)(mr_call *call);

	void (*log)(const mr_host *host, mr_plugin_log_level level, const char *format, ...) MR_PRINTF(3, 4);

	/* Options by name: the value given, else the declared default. */
	mr_str (*option_string)(const mr_options *options, const char *name);
	int64_t (*option_int)(const mr_options *options, const char *name);
	bool (*option_bool)(const mr_options *options, const char *name);
	double (*option_double)(const mr_options *options, const char *name);

	/* HTTP with the user's authentication, headers, TLS settings and retries (millrace/http.h). */
	mr_code (*http)(const mr_host *host, const struct mr_http_request *request, struct mr_http_response *response,
			mr_call *call, mr_error *err);

	/* JSON of any message, as MLflow writes it; and back. */
	mr_code (*msg_to_json)(mr_call *call, uint32_t message_id, const void *message, mr_str *out, mr_error *err);
	mr_code (*msg_from_json)(mr_call *call, uint32_t message_id, mr_str json, void **out, mr_error *err);

	/* Other stores and repositories, by URI. side: MR_SIDE_TRACKING or MR_SIDE_REGISTRY. */
	mr_code (*store_open)(const mr_host *host, int side, mr_str uri, mr_store_handle **out, mr_error *err);
	void (*store_close)(mr_store_handle *store);
	mr_code (*store_invoke)(mr_store_handle *store, uint32_t operation, const void *request, void *response,
				mr_call *call, mr_error *err);
	mr_code (*artifact_open)(const mr_host *host, mr_str uri, mr_artifact_handle **out, mr_error *err);
	void (*artifact_close)(mr_artifact_handle *repository);
	/* The table and the object behind a handle, to pass calls on to: ops never
	 * has a NULL function, the missing ones answer "not implemented". */
	const struct mr_artifact_repository_ops *(*artifact_ops)(mr_artifact_handle *repository, void **self);
};

#ifdef __cplusplus
}
#endif
#endif
