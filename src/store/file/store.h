/* SPDX-License-Identifier: Apache-2.0
 *
 * The file store: an object of it, and what its files share. Both sides, the
 * tracking and the registry entry, are this object on one root folder.
 */
#ifndef MR_STORE_FILE_STORE_H
#define MR_STORE_FILE_STORE_H

#include <millrace/model_registry_store.h>
#include <millrace/tracking_store.h>
#include <pthread.h>

#include "base/json.h"
#include "store/file/change.h"

struct mr_file_store {
	const mr_host *host;
	struct mr_disk disk;
	mr_str artifact_root; /* where new experiments put artifacts: an absolute path or a URI */
	mr_str root;          /* absolute path */
	pthread_rwlock_t lock; /* among the threads of this object; a file is the lock among all others */
	pthread_mutex_t places_lock;
	struct mr_file_places *places; /* where runs were found */
};

extern const struct mr_experiments_ops mr_file_experiments;
extern const struct mr_runs_ops mr_file_runs;
extern const struct mr_metrics_ops mr_file_metrics;
extern const struct mr_inputs_ops mr_file_inputs;
extern const struct mr_logged_models_ops mr_file_logged_models;
extern const struct mr_maintenance_ops mr_file_maintenance;
extern const struct mr_registered_models_ops mr_file_registered_models;
extern const struct mr_model_versions_ops mr_file_model_versions;

mr_code mr_file_store_open(const mr_host *host, const struct mr_open_args *args, void **self, mr_error *err);
void mr_file_store_close(void *self);
/* What a tracking store has from the start: the trash, and the default experiment where there is none. */
mr_code mr_file_store_init(struct mr_file_store *store, mr_error *err);

/* ---- reading and changing, each under the store's lock ---- */

/* Many read at once, and none of them sees half a change of ours. */
struct mr_file_hold {
	int fd;
};
mr_code mr_file_read_begin(struct mr_file_store *store, mr_call *call, struct mr_file_hold *hold, mr_error *err);
/* Returns code. */
mr_code mr_file_read_end(struct mr_file_store *store, struct mr_file_hold *hold, mr_code code);

struct mr_file_write {
	struct mr_file_store *store;
	struct mr_file_hold hold;
	struct mr_change change;
};
mr_code mr_file_write_begin(struct mr_file_store *store, mr_call *call, struct mr_file_write *write, mr_error *err);
/* Commits when code is MR_OK, unless that was done. Returns what then stands. */
mr_code mr_file_write_end(struct mr_file_write *write, mr_code code, mr_error *err);

/* ---- small things ---- */

#define MR_NEW(call, type) ((type *)mr_call_zalloc((call), sizeof(type)))
#define MR_PUT(message, member, bit, value)                                                              \
	do {                                                                                             \
		(message)->member = (value);                                                             \
		MR_SET((message), (bit));                                                                \
	} while (0)
/* A text that may be absent. */
#define MR_PUT_TEXT(message, member, bit, value)                                                         \
	do {                                                                                             \
		mr_str put_ = (value);                                                                   \
		if (put_.ptr)                                                                            \
			MR_PUT(message, member, bit, put_);                                              \
	} while (0)

/* A growing array of pointers in the call's memory. */
struct mr_list {
	void **items;
	size_t n, room;
};
mr_code mr_list_add(struct mr_list *list, mr_call *call, void *item, mr_error *err);

/* "a/b"; ptr is NULL when out of memory. */
mr_str mr_file_join(mr_call *call, mr_str a, const char *b);
mr_str mr_file_join_str(mr_call *call, mr_str a, mr_str b);
/* The rows of a page: from what is returned to *to, of n. */
size_t mr_file_page(int64_t offset, int64_t max_results, size_t n, size_t *to);
/* One name below a folder: not empty, not "." or "..", no slash, no NUL. */
bool mr_file_is_name(mr_str name);
/* A local location becomes absolute, for it is stored, and read from other folders (resolve_uri_if_local). */
mr_str mr_file_absolute(mr_arena *arena, mr_str location);
/* MD5 of the two, one behind the other, in hex: ids of inputs. */
mr_str mr_file_md5(mr_call *call, mr_str a, mr_str b);

/* ---- meta.c: the maps in YAML ---- */

#define MR_META "meta.yaml"

/* MR_NOT_FOUND (without a message when err is NULL) when there is no file. folder: where it is in. */
mr_code mr_meta_read(const struct mr_file_store *store, mr_str folder, mr_arena *arena, mr_json **out, mr_error *err);
mr_str mr_meta_text(const mr_json *meta, const char *key); /* ptr NULL when absent or null; a number as its text */
bool mr_meta_int(const mr_json *meta, const char *key, int64_t *out);
/* Of the call's memory, as the tree itself. */
mr_json *mr_meta_new(mr_call *call);
mr_code mr_meta_set_text(mr_json *meta, mr_call *call, const char *key, mr_str value, mr_error *err); /* ptr NULL: null */
mr_code mr_meta_set_int(mr_json *meta, mr_call *call, const char *key, int64_t value, mr_error *err);
mr_code mr_meta_set(mr_json *meta, mr_call *call, const char *key, mr_json value, mr_error *err);
void mr_meta_drop(mr_json *meta, const char *key);
/* Puts <folder>/meta.yaml into the change, as it is now. */
mr_code mr_meta_put(struct mr_change *change, mr_str folder, mr_json *meta, mr_error *err);

/* ---- values.c: folders in which a file is a key, and its contents the value ---- */

struct mr_value {
	mr_str key, value;
};
/* Sorted by key; of `a/b` and the like, too. Files whose name can be no key are left out. */
mr_code mr_values_read(const struct mr_file_store *store, mr_str folder, mr_call *call, struct mr_value **out, size_t *n,
		       mr_error *err);
/* The keys alone. */
mr_code mr_values_list(const struct mr_file_store *store, mr_str folder, mr_call *call, struct mr_value **out, size_t *n,
		       mr_error *err);
/* value->ptr is NULL when there is none. */
mr_code mr_value_find(const struct mr_file_store *store, mr_str folder, mr_str key, mr_call *call, mr_str *value,
		      mr_error *err);
bool mr_value_exists(const struct mr_file_store *store, mr_str folder, mr_str key, mr_call *call);
/* MLflow's error when the key cannot be a file: it is a folder already, or goes through a file. */
mr_code mr_value_check(const struct mr_file_store *store, mr_str folder, mr_str key, mr_call *call, mr_error *err);
mr_code mr_value_put(struct mr_change *change, mr_str folder, mr_str key, mr_str value, mr_error *err);

#endif
