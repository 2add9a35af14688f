/* SPDX-License-Identifier: Apache-2.0
 *
 * Users and the hashes of their passwords, as crypt(3) makes them. Hashing takes
 * milliseconds, so who was right is remembered, by a keyed hash (SipHash-2-4, two
 * keys of this process) of the password and the line of the file: no password stays in memory.
 */
#include <crypt.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "apps.h"

enum { FILE_MAX = 16 << 20, REMEMBERED = 1024 };

/* A hash of nobody's, so that an unknown user takes as long as a known one. */
static const char nobody[] = "$6$millrace0nobody$0";

struct user {
	char *name, *hash;
	bool admin;
};

struct remembered {
	uint64_t mark[2];
};

struct users {
	const mr_host *host;
	pthread_mutex_t lock;
	char *path;
	struct timespec modified;
	ino_t inode;
	off_t size;
	struct user *list;
	size_t n;
	uint64_t keys[2][2];
	struct remembered right[REMEMBERED];
};

/* ---- SipHash-2-4 (Aumasson and Bernstein) ---- */

static uint64_t rotated(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotated(v[1], 13) ^ v[0];
	v[3] = rotated(v[3], 16) ^ v[2];
	v[0] = rotated(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotated(v[1], 17) ^ v[2];
	v[3] = rotated(v[3], 21) ^ v[0];
	v[2] = rotated(v[2], 32);
}

static uint64_t sip_hash(const uint64_t key[2], const char *bytes, size_t n)
{
	uint64_t v[4] = {key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
			 key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)};

	for (size_t at = 0; at <= n; at += 8) {
		uint64_t word = 0;
		size_t left = n - at < 8 ? n - at : 8;

		memcpy(&word, bytes + at, left);
		if (left < 8)
			word |= (uint64_t)n << 56;
		v[3] ^= word;
		sip_round(v);
		sip_round(v);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- the file ---- */

static void forget(struct users *users)
{
	for (size_t i = 0; i < users->n; i++) {
		free(users->list[i].name);
		free(users->list[i].hash);
	}
	free(users->list);
	users->list = NULL;
	users->n = 0;
	memset(users->right, 0, sizeof users->right);
}

static mr_code add_line(struct users *users, char *line, int number, mr_error *err)
{
	char *hash = strchr(line, ':'), *role = hash ? strchr(hash + 1, ':') : NULL;
	struct user *grown, user = {0};

	if (line[0] == 0 || line[0] == '#')
		return MR_OK;
	if (!hash || hash == line || (size_t)(hash - line) >= sizeof((struct who *)0)->name)
		return mr_error_set(err, MR_INVALID_STATE, "Line %d of %s is not \"name:hash\" or \"name:hash:admin\"", number,
				    users->path);
	*hash++ = 0;
	if (role)
		*role++ = 0;
	if ((role && strcmp(role, "admin") != 0) || hash[0] != '$' || strlen(hash) < 13)
		return mr_error_set(err, MR_INVALID_STATE,
				    "Line %d of %s: %s; make a hash with: openssl passwd -6", number, users->path,
				    role && strcmp(role, "admin") != 0 ? "behind the hash stands something else than admin"
								       : "the hash is none that is safe");
	grown = realloc(users->list, (users->n + 1) * sizeof *grown);
	if (!grown)
		return mr_error_no_memory(err);
	users->list = grown;
	user.name = strdup(line);
	user.hash = strdup(hash);
	user.admin = role != NULL;
	users->list[users->n++] = user;
	return user.name && user.hash ? MR_OK : mr_error_no_memory(err);
}

static mr_code read_lines(struct users *users, FILE *in, mr_error *err)
{
	char *line = NULL;
	size_t room = 0;
	mr_code code = MR_OK;

	for (int number = 1; code == MR_OK && getline(&line, &room, in) >= 0; number++) {
		line[strcspn(line, "\r\n")] = 0;
		code = add_line(users, line, number, err);
	}
	if (code == MR_OK && ferror(in))
		code = mr_error_set(err, MR_IO_ERROR, "%s cannot be read: %s", users->path, strerror(errno));
	if (line)
		explicit_bzero(line, room);
	free(line);
	return code;
}

/* With the lock. A file that has become unreadable lets nobody in. */
static mr_code refresh(struct users *users, mr_error *err)
{
	FILE *in = fopen(users->path, "re");
	struct stat st;
	mr_code code;

	if (!in || fstat(fileno(in), &st) != 0) {
		mr_error_set(err, MR_IO_ERROR, "The users' file %s cannot be opened: %s", users->path, strerror(errno));
		if (in)
			fclose(in);
		return MR_IO_ERROR;
	}
	if (users->list && st.st_ino == users->inode && st.st_size == users->size &&
	    memcmp(&st.st_mtim, &users->modified, sizeof st.st_mtim) == 0) {
		fclose(in);
		return MR_OK;
	}
	forget(users);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		code = mr_error_set(err, MR_INVALID_STATE, "Others can write to %s; run: chmod go-w '%s'", users->path,
				    users->path);
	else if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
		code = mr_error_set(err, MR_INVALID_STATE, "%s is no file of users", users->path);
	else
		code = read_lines(users, in, err);
	fclose(in);
	if (code == MR_OK && users->n == 0)
		code = mr_error_set(err, MR_INVALID_STATE, "There is no user in %s", users->path);
	if (code != MR_OK)
		forget(users);
	users->inode = st.st_ino;
	users->size = st.st_size;
	users->modified = st.st_mtim;
	return code;
}

mr_code users_open(const mr_host *host, mr_str path, struct users **out, mr_error *err)
{
	struct users *users = calloc(1, sizeof *users);
	mr_code code;

	if (!users || !(users->path = strndup(path.ptr ? path.ptr : "", path.len))) {
		free(users);
		return mr_error_no_memory(err);
	}
	users->host = host;
	pthread_mutex_init(&users->lock, NULL);
	host->random(NULL, users->keys, sizeof users->keys);
	code = refresh(users, err);
	if (code == MR_OK)
		*out = users;
	else
		users_close(users);
	return code;
}

void users_close(struct users *users)
{
	if (!users)
		return;
	forget(users);
	pthread_mutex_destroy(&users->lock);
	free(users->path);
	explicit_bzero(users, sizeof *users);
	free(users);
}

/* ---- passwords ---- */

static const struct user *find(const struct users *users, mr_str name)
{
	for (size_t i = 0; i < users->n; i++)
		if (mr_str_is(name, users->list[i].name))
			return &users->list[i];
	return NULL;
}

static bool same(const char *a, const char *b)
{
	size_t n = strlen(a);
	unsigned char differs = strlen(b) != n;

	for (size_t i = 0; i < n && !differs; i++)
		differs |= (unsigned char)(a[i] ^ b[i]);
	return !differs;
}

/* Without the lock: it takes its time. crypt_rn is libxcrypt's; crypt_r does not work in a plugin under ASan, which
 * looks for it before any plugin is loaded. */
static mr_code hash_matches(const char *password, const char *hash, bool *out, mr_error *err)
{
	struct crypt_data *data = calloc(1, sizeof *data);
	const char *made = data ? crypt_rn(password, hash, data, (int)sizeof *data) : NULL;

	*out = made && same(made, hash);
	if (data)
		explicit_bzero(data, sizeof *data);
	free(data);
	return data ? MR_OK : mr_error_no_memory(err);
}

static struct remembered mark_of(const struct users *users, const char *hash, const char *password)
{
	char text[1024];
	int n = snprintf(text, sizeof text, "%s%c%s", hash, 0, password);
	struct remembered mark;

	for (int i = 0; i < 2; i++)
		mark.mark[i] = sip_hash(users->keys[i], text, (size_t)n);
	explicit_bzero(text, sizeof text);
	return mark;
}

mr_code users_check(struct users *users, mr_str name, mr_str password, struct who *out, bool *is_right, mr_error *err)
{
	char secret[512], hash[256];
	const struct user *user;
	struct remembered mark, *place;
	mr_code code;

	*is_right = false;
	if (password.len >= sizeof secret || name.len >= sizeof out->name || memchr(password.ptr, 0, password.len))
		return MR_OK;
	memcpy(secret, password.ptr, password.len);
	secret[password.len] = 0;
	pthread_mutex_lock(&users->lock);
	code = refresh(users, err);
	user = code == MR_OK ? find(users, name) : NULL;
	snprintf(hash, sizeof hash, "%s", user ? user->hash : nobody);
	snprintf(out->name, sizeof out->name, "%.*s", MR_STR_ARG(name));
	out->admin = user && user->admin;
	mark = mark_of(users, hash, secret);
	place = &users->right[mark.mark[0] % REMEMBERED];
	*is_right = user && memcmp(place, &mark, sizeof mark) == 0;
	pthread_mutex_unlock(&users->lock);
	if (code == MR_OK && !*is_right) {
		code = hash_matches(secret, hash, is_right, err);
		*is_right &= user != NULL;
		if (*is_right) {
			pthread_mutex_lock(&users->lock);
			*place = mark;
			pthread_mutex_unlock(&users->lock);
		}
	}
	explicit_bzero(secret, sizeof secret);
	return code;
}

bool users_is_admin(struct users *users, mr_str name)
{
	const struct user *user;
	bool admin;

	pthread_mutex_lock(&users->lock);
	user = find(users, name);
	admin = user && user->admin;
	pthread_mutex_unlock(&users->lock);
	return admin;
}
