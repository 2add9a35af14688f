/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/api.h - how the API is described at run time: kinds, fields,
 * messages, operations. The tables themselves are generated from the .api files in src/api
 * (include/millrace/gen/ and src/api/gen_*.c).
 *
 * Messages are plain structs that cross the plugin ABI. What holds for each:
 *  - the host allocates it, zeroed, at the host's size (host->msg_new); it is
 *    never embedded by value, never in an array by value, never copied by
 *    assignment (host->msg_copy);
 *  - the first member is `uint64_t has`: bit i says that the i-th field in the
 *    order of the description is present. Setting a member means setting its
 *    bit, too: MR_SET(msg, MR_RUN_INFO_HAS_RUN_ID), or use the generated
 *    setters. Repeated fields and maps have no presence: their count says it;
 *  - fields are only ever appended; ids of fields and operations are never reused.
 */
#ifndef MILLRACE_API_H
#define MILLRACE_API_H

#include "millrace/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The C type of a member of each kind stands behind it. Repeated: `T *name` and
 * `size_t name_n`, but messages are `struct m **name`. */
typedef enum mr_kind {
	MR_KIND_STRING = 1,     /* mr_str, UTF-8 */
	MR_KIND_BYTES = 2,      /* mr_str; base64 in JSON */
	MR_KIND_BOOL = 3,       /* bool */
	MR_KIND_INT32 = 4,      /* int32_t */
	MR_KIND_INT64 = 5,      /* int64_t */
	MR_KIND_UINT32 = 6,     /* uint32_t */
	MR_KIND_UINT64 = 7,     /* uint64_t */
	MR_KIND_FLOAT = 8,      /* float */
	MR_KIND_DOUBLE = 9,     /* double */
	MR_KIND_ENUM = 10,      /* int32_t, one of the enum's numbers */
	MR_KIND_MESSAGE = 11,   /* struct mr_<message> * */
	MR_KIND_MAP_STRING = 12, /* struct mr_map_string *name; size_t name_n */
	MR_KIND_MAP_DOUBLE = 13, /* struct mr_map_double *name; size_t name_n */
	MR_KIND_JSON = 14,      /* mr_str: any JSON value, as its text */
	MR_KIND_TIMESTAMP = 15, /* int64_t, nanoseconds since 1970; RFC 3339 in JSON */
	MR_KIND_DURATION = 16,  /* int64_t, nanoseconds; "1.5s" in JSON */
	MR_KIND_FIELD_MASK = 17 /* mr_str: comma-separated snake_case paths */
} mr_kind;

struct mr_map_string {
	mr_str key;
	mr_str value;
};

struct mr_map_double {
	mr_str key;
	double value;
};

#define MR_HAS(msg, bit) (((msg)->has & (bit)) != 0)
#define MR_SET(msg, bit) ((void)((msg)->has |= (bit)))
#define MR_CLEAR(msg, bit) ((void)((msg)->has &= ~(uint64_t)(bit)))

struct mr_enum_value {
	const char *name;
	int32_t number;
};

struct mr_enum_desc {
	const char *name; /* as MLflow's proto names it: "RunStatus" */
	const struct mr_enum_value *values;
	uint32_t values_n;
	const char *doc;
};

#define MR_FIELD_REPEATED 1u /* an array, or a map */
#define MR_FIELD_REQUIRED 2u /* MLflow refuses the request without it, or with an empty text */
#define MR_FIELD_IN_PATH 4u  /* taken from the operation's path */
#define MR_FIELD_ROWS 8u     /* of a response: its elements may be handed over one at a time, by host->emit */
#define MR_FIELD_CHECKED 16u /* of a request: the required fields of its elements are, too */

#define MR_FIELD_NONE 0xffffu

struct mr_msg_desc;

struct mr_field_desc {
	const char *name;      /* snake_case, as in JSON */
	const char *json_name; /* lowerCamelCase, accepted on input */
	uint16_t id;           /* the field's number in MLflow's proto; never reused */
	uint8_t kind;          /* mr_kind */
	uint8_t flags;         /* MR_FIELD_* */
	uint32_t offset;       /* of the member */
	uint32_t count_offset; /* of its size_t count, when repeated */
	uint16_t oneof;        /* 0, or the number of the group of which at most one is set */
	uint16_t else_field;   /* MR_FIELD_NONE, or the index of the field that stands in when this one is absent */
	const struct mr_msg_desc *message;
	const struct mr_enum_desc *enumeration;
	const char *default_text; /* what an absent field means, as text; NULL for zero */
	int64_t min, max;         /* of an integer; both 0: no limit */
	const char *doc;
};

struct mr_msg_desc {
	const char *name; /* as MLflow's proto: "SearchRuns.Response" */
	uint32_t id;      /* MR_MSG_*; never reused */
	uint32_t size;    /* sizeof the struct, as this program was compiled */
	const struct mr_field_desc *fields; /* as described; JSON output is in the order of their ids, as protobuf's */
	uint32_t fields_n;
	const char *doc;
};

typedef enum mr_work {
	MR_WORK_INLINE = 1, /* a get by key: on the event loop if the store never blocks */
	MR_WORK_POOL = 2,   /* a search, a listing */
	MR_WORK_WRITE = 3   /* changes the store; grouped where the store offers it */
} mr_work;

typedef enum mr_style {
	MR_STYLE_PRETTY = 1,  /* two-space indentation, int64 as numbers: MLflow's message_to_json */
	MR_STYLE_JSONIFY = 2, /* compact, keys as described, bare NaN: Flask's jsonify */
	MR_STYLE_RAW = 3      /* the body is bytes, not JSON, one way or the other */
} mr_style;

/* Who answers an operation. */
typedef enum mr_side {
	MR_SIDE_TRACKING = 1,
	MR_SIDE_REGISTRY = 2,
	MR_SIDE_SERVER = 3 /* the server itself (artifacts, info); no store has a slot for it */
} mr_side;

struct mr_route {
	const char *method; /* "POST" */
	const char *path;   /* whole, below the static prefix: "/api/2.0/mlflow/logged-models/{model_id}" */
};

typedef struct mr_call mr_call;

struct mr_op_desc {
	const char *name; /* "create_experiment" */
	uint32_t id;      /* MR_OP_*; never reused */
	const char *facet;
	uint8_t side;  /* mr_side */
	uint8_t work;  /* mr_work */
	uint8_t style; /* mr_style */
	const struct mr_msg_desc *request;
	const struct mr_msg_desc *response;
	const struct mr_field_desc *rows; /* of the response, or NULL */
	const struct mr_route *routes;    /* the first is the one that clients call */
	uint32_t routes_n;
	/* Calls the slot in a store's facets (struct mr_tracking_facets or
	 * mr_registry_facets); *absent is set, and nothing called, when it has none. */
	mr_code (*slot)(const void *facets, void *self, const void *request, void *response, mr_call *call,
			mr_error *err, bool *absent);
	const char *doc;
};

#ifdef __cplusplus
}
#endif
#endif
