/* SPDX-License-Identifier: Apache-2.0 */
#include "client/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/inject.h"
#include "base/json.h"
#include "base/os.h"
#include "client/crc32c.h"

enum {
	HEADER_SIZE = 4096,
	URI_MAX = 2048,
	SIZE_DEFAULT = 16 << 20,
	SIZE_MIN = 64 << 10,
	KIND_PAD = 0 /* what is left before the ring's end, too short for the next record */
};
#define SIZE_MAX_ALLOWED ((size_t)1 << 40)

static const char magic[8] = "MRSPOOL1";

struct header {
	char magic[8];
	uint64_t ring_size;
	int64_t created_ms;
	int64_t pid;
	uint32_t uri_len;
	char uri[URI_MAX];
	uint32_t crc; /* of all before it */
	_Alignas(64) _Atomic uint64_t head;
	_Alignas(64) _Atomic uint64_t tail;
};
_Static_assert(sizeof(struct header) <= HEADER_SIZE, "the header must fit its page");

/* In front of each record; size counts it, and is a multiple of 8. */
struct frame {
	uint32_t size;
	uint32_t crc; /* of what follows it, up to size */
	uint8_t kind;
	uint8_t reserved;
	uint16_t run_len;
	uint32_t key_len;
	uint32_t text_len;
	uint32_t reserved2;
	double number;
	int64_t step, time_ms;
};

struct mr_spool {
	int fd;
	char *path;
	struct header *header; /* the map */
	char *ring;
	size_t map_size;
	uint64_t limit; /* no record is read from here on: the tail, or the first damaged one */
	bool damaged;
	bool adopted;
};

mr_str mr_spool_folder(mr_arena *arena)
{
	const char *given = mr_getenv("MILLRACE_SPOOL_DIR"), *state = mr_getenv("XDG_STATE_HOME");

	if (given)
		return mr_arena_copy(arena, mr_str_from(given));
	if (state && state[0] == '/')
		return mr_arena_printf(arena, "%s/millrace/spool", state);
	return mr_arena_printf(arena, "%.*s/.local/state/millrace/spool", MR_STR_ARG(mr_os_home(arena)));
}

static mr_code io_error(const char *what, const char *path, mr_error *err)
{
	return mr_error_set(err, MR_IO_ERROR,
			    "The spool file %s cannot be %s: %s; MILLRACE_SPOOL_DIR names another folder for it", path, what,
			    strerror(errno));
}

static mr_code map(mr_spool *spool, mr_error *err)
{
	void *base = mmap(NULL, spool->map_size, PROT_READ | PROT_WRITE, MAP_SHARED, spool->fd, 0);

	if (base == MAP_FAILED)
		return io_error("mapped", spool->path, err);
	spool->header = base;
	spool->ring = (char *)base + HEADER_SIZE;
	return MR_OK;
}

static void dispose(mr_spool *spool)
{
	if (spool->header)
		munmap(spool->header, spool->map_size);
	if (spool->fd >= 0)
		close(spool->fd);
	mr_free(spool->path);
	mr_free(spool);
}

static mr_spool *allocate(mr_str path)
{
	mr_spool *spool = mr_calloc(1, sizeof *spool);

	if (!spool)
		return NULL;
	spool->fd = -1;
	spool->path = mr_malloc(path.len + 1);
	if (!spool->path) {
		mr_free(spool);
		return NULL;
	}
	memcpy(spool->path, path.ptr, path.len);
	spool->path[path.len] = 0;
	return spool;
}

static size_t wanted_size(size_t given)
{
	const char *text = mr_getenv("MILLRACE_SPOOL_SIZE");
	int64_t value;
	size_t size = given ? given : SIZE_DEFAULT;

	if (!given && text && mr_parse_int64(mr_str_from(text), &value) && value > 0)
		size = (size_t)value;
	size = size < SIZE_MIN ? SIZE_MIN : size > SIZE_MAX_ALLOWED ? SIZE_MAX_ALLOWED : size;
	return (size + 4095) & ~(size_t)4095;
}

static void fill_header(struct header *h, size_t ring_size, mr_str uri)
{
	memcpy(h->magic, magic, sizeof magic);
	h->ring_size = ring_size;
	h->created_ms = mr_time_ms();
	h->pid = getpid();
	h->uri_len = (uint32_t)uri.len;
	memcpy(h->uri, uri.ptr, uri.len);
	h->crc = mr_crc32c(h, offsetof(struct header, crc));
}

static mr_code create_file(mr_spool *spool, mr_error *err)
{
	int rc = 0;

	spool->fd = open(spool->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	/* The lock may have to wait: a process that looks for orphans may hold it until it sees that there is nothing yet. */
	while (spool->fd >= 0 && (rc = flock(spool->fd, LOCK_EX)) < 0 && errno == EINTR)
		;
	if (spool->fd < 0 || rc < 0)
		return io_error("made", spool->path, err);
	rc = mr_inject_io() ? EIO : posix_fallocate(spool->fd, 0, (off_t)spool->map_size);
	if (rc) {
		errno = rc;
		io_error("made as large as it must be", spool->path, err);
		unlink(spool->path);
		return MR_IO_ERROR;
	}
	return map(spool, err);
}

mr_code mr_spool_create(mr_str folder, mr_str tracking_uri, size_t size, mr_spool **out, mr_error *err)
{
	mr_arena *arena = mr_arena_new(0);
	char id[33];
	mr_spool *spool = NULL;
	mr_code code;

	if (!arena)
		return mr_error_no_memory(err);
	mr_uuid_hex(id);
	code = tracking_uri.len <= URI_MAX ? mr_dir_make(folder, err)
					   : mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
							  "The tracking URI has %zu bytes, %d are allowed", tracking_uri.len, URI_MAX);
	if (code == MR_OK) {
		spool = allocate(mr_arena_printf(arena, "%.*s/%014lld-%d-%.12s.spool", MR_STR_ARG(folder),
						  (long long)mr_time_ms(), (int)getpid(), id)); /* sorts by age */
		code = spool ? MR_OK : mr_error_no_memory(err);
	}
	if (code == MR_OK) {
		spool->map_size = HEADER_SIZE + wanted_size(size);
		code = create_file(spool, err);
	}
	if (code == MR_OK) {
		fill_header(spool->header, spool->map_size - HEADER_SIZE, tracking_uri);
		*out = spool;
	} else if (spool) {
		dispose(spool);
	}
	mr_arena_free(arena);
	return code;
}

/* The frame at a position, when it and its record are whole. */
static const struct frame *frame_at(const mr_spool *spool, uint64_t at, uint64_t limit)
{
	uint64_t ring_size = spool->header->ring_size, offset = at % ring_size;
	const struct frame *f = (const struct frame *)(const void *)(spool->ring + offset);

	if (limit - at < 8 || f->size < 8 || f->size % 8 || f->size > limit - at || f->size > ring_size - offset)
		return NULL;
	if (f->size < sizeof *f) /* only padding is that short */
		return f->crc == 0 ? f : NULL;
	if (mr_crc32c(&f->kind, f->size - offsetof(struct frame, kind)) != f->crc)
		return NULL;
	if ((uint64_t)f->run_len + f->key_len + f->text_len > f->size - sizeof *f)
		return NULL;
	return f;
}

static mr_code check_header(mr_spool *spool, mr_error *err)
{
	const struct header *h = spool->header;
	uint64_t head = atomic_load(&h->head), tail = atomic_load(&h->tail), at = head;

	if (memcmp(h->magic, magic, sizeof magic) || h->uri_len > URI_MAX ||
	    h->crc != mr_crc32c(h, offsetof(struct header, crc)) || h->ring_size != spool->map_size - HEADER_SIZE ||
	    tail < head || tail - head > h->ring_size)
		return mr_error_set(err, MR_DATA_LOSS, "The file %s is no spool of this Millrace, or is damaged", spool->path);
	while (at < tail) {
		const struct frame *f = frame_at(spool, at, tail);

		if (!f)
			break;
		at += f->size;
	}
	spool->damaged = at != tail;
	spool->limit = at;
	return MR_OK;
}

mr_code mr_spool_adopt(mr_str path, mr_spool **out, mr_error *err)
{
	mr_spool *spool = allocate(path);
	struct stat st;
	mr_code code;

	if (!spool)
		return mr_error_no_memory(err);
	spool->fd = open(spool->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	spool->adopted = true;
	if (spool->fd < 0 || fstat(spool->fd, &st) < 0)
		code = io_error("opened", spool->path, err);
	else if (flock(spool->fd, LOCK_EX | LOCK_NB) < 0)
		code = mr_error_set(err, MR_ABORTED, "The spool file %s belongs to a process that is running", spool->path);
	else if (st.st_size == 0)
		code = mr_error_set(err, MR_ABORTED, "The spool file %s is only being made", spool->path);
	else if (st.st_size < HEADER_SIZE + SIZE_MIN || st.st_uid != geteuid())
		code = mr_error_set(err, MR_DATA_LOSS, "The file %s is no spool of this Millrace, or is damaged", spool->path);
	else {
		spool->map_size = (size_t)st.st_size;
		code = map(spool, err);
		if (code == MR_OK)
			code = check_header(spool, err);
	}
	if (code == MR_OK)
		*out = spool;
	else
		dispose(spool);
	return code;
}

void mr_spool_close(mr_spool *spool)
{
	if (!spool)
		return;
	if (mr_spool_head(spool) == atomic_load(&spool->header->tail))
		unlink(spool->path);
	dispose(spool);
}

void mr_spool_abandon(mr_spool *spool)
{
	if (spool)
		dispose(spool); /* the parent's descriptor keeps the lock */
}

mr_str mr_spool_path(const mr_spool *spool)
{
	return mr_str_from(spool->path);
}

mr_str mr_spool_tracking_uri(const mr_spool *spool)
{
	return mr_str_make(spool->header->uri, spool->header->uri_len);
}

bool mr_spool_damaged(const mr_spool *spool)
{
	return spool->damaged;
}

uint64_t mr_spool_tail(const mr_spool *spool)
{
	return spool->adopted ? spool->limit : atomic_load_explicit(&spool->header->tail, memory_order_acquire);
}

uint64_t mr_spool_head(const mr_spool *spool)
{
	return atomic_load_explicit(&spool->header->head, memory_order_acquire);
}

static void write_record(char *at, size_t size, const struct mr_spool_record *r)
{
	struct frame *f = (struct frame *)(void *)at;
	char *text = at + sizeof *f;

	memset(at + size - 8, 0, 8); /* what is left behind the texts; they overwrite the rest */
	*f = (struct frame){.size = (uint32_t)size,
			    .kind = (uint8_t)r->kind,
			    .run_len = (uint16_t)r->run_id.len,
			    .key_len = (uint32_t)r->key.len,
			    .text_len = (uint32_t)r->text.len,
			    .number = r->number,
			    .step = r->step,
			    .time_ms = r->time_ms};
	memcpy(text, r->run_id.ptr, r->run_id.len);
	if (r->key.len)
		memcpy(text + r->run_id.len, r->key.ptr, r->key.len);
	if (r->text.len)
		memcpy(text + r->run_id.len + r->key.len, r->text.ptr, r->text.len);
	f->crc = mr_crc32c(&f->kind, size - offsetof(struct frame, kind));
}

mr_code mr_spool_append(mr_spool *spool, const struct mr_spool_record *r, mr_error *err)
{
	struct header *h = spool->header;
	uint64_t head = atomic_load_explicit(&h->head, memory_order_acquire);
	uint64_t tail = atomic_load_explicit(&h->tail, memory_order_relaxed), offset = tail % h->ring_size;
	size_t texts = r->run_id.len + r->key.len + r->text.len, size = (sizeof(struct frame) + texts + 7) & ~(size_t)7;
	uint64_t pad = size > h->ring_size - offset ? h->ring_size - offset : 0;

	if (r->run_id.len > UINT16_MAX || texts > h->ring_size / 4)
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "A record of %zu bytes is too large for the spool of %llu bytes (MILLRACE_SPOOL_SIZE)", texts,
				    (unsigned long long)h->ring_size);
	if (pad + size > h->ring_size - (tail - head))
		return MR_RESOURCE_EXHAUSTED;
	if (pad) {
		struct frame *f = (struct frame *)(void *)(spool->ring + offset);

		f->size = (uint32_t)pad;
		f->crc = 0;
		if (pad >= sizeof *f) {
			memset((char *)f + 8, 0, sizeof *f - 8);
			f->kind = KIND_PAD;
			f->crc = mr_crc32c(&f->kind, pad - offsetof(struct frame, kind));
		}
		tail += pad;
	}
	write_record(spool->ring + tail % h->ring_size, size, r);
	atomic_store_explicit(&h->tail, tail + size, memory_order_release);
	return MR_OK;
}

bool mr_spool_read(const mr_spool *spool, uint64_t *cursor, struct mr_spool_record *out)
{
	uint64_t limit = mr_spool_tail(spool);

	while (*cursor < limit) {
		const struct frame *f =
			(const struct frame *)(const void *)(spool->ring + *cursor % spool->header->ring_size);
		const char *text = (const char *)(f + 1);

		*cursor += f->size;
		if (f->size < sizeof *f || f->kind == KIND_PAD)
			continue;
		*out = (struct mr_spool_record){.kind = (mr_spool_kind)f->kind,
						.run_id = mr_str_make(text, f->run_len),
						.key = mr_str_make(text + f->run_len, f->key_len),
						.text = mr_str_make(text + f->run_len + f->key_len, f->text_len),
						.number = f->number,
						.step = f->step,
						.time_ms = f->time_ms,
						.end = *cursor};
		return true;
	}
	return false;
}

void mr_spool_consume(mr_spool *spool, uint64_t cursor)
{
	atomic_store_explicit(&spool->header->head, cursor, memory_order_release);
}
