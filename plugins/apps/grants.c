/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may do what, a line a grant: "alice experiment 1 EDIT". "*" stands for every
 * user, and for every experiment or model. The nearest line counts: of the user
 * and the thing, of the user and all, of all and the thing, of all and all; of two
 * alike the later; else the default.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apps.h"

enum { TEXT_MAX = 64 << 20 };

static const char *const level_names[] = {"NO_PERMISSIONS", "READ", "USE", "EDIT", "MANAGE"};
static const char *const kind_names[] = {"experiment", "model"};

struct grant {
	char *user, *id;
	enum kind kind;
	enum level level;
};

struct grants {
	const mr_host *host;
	pthread_mutex_t lock;
	char *path; /* NULL: none */
	enum level otherwise;
	struct timespec modified;
	ino_t inode;
	off_t size;
	bool read;
	struct grant *list;
	size_t n, room;
};

bool level_parse(mr_str text, enum level *out)
{
	if (mr_str_is(text, "DENY")) /* as MLflow's grants have it from 3.17 on */
		text = mr_str_from(level_names[LEVEL_NONE]);
	for (int i = 0; i <= LEVEL_MANAGE; i++) {
		if (!mr_str_is(text, level_names[i]))
			continue;
		*out = (enum level)i;
		return true;
	}
	return false;
}

const char *level_name(enum level level)
{
	return level_names[level];
}

/* ---- the file ---- */

/* Words of a line have no blanks: these and '%' are written %XX. NULL: out of memory. */
static char *word_from(mr_str text)
{
	char *out = malloc(3 * text.len + 1), *to = out;

	for (size_t i = 0; out && i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c <= ' ' || c == '%' || c == '#' || c == 0x7f || (c == '*' && text.len == 1))
			to += sprintf(to, "%%%02X", c);
		else
			*to++ = (char)c;
	}
	if (out)
		*to = 0;
	return out;
}

static void forget(struct grants *g)
{
	for (size_t i = 0; i < g->n; i++) {
		free(g->list[i].user);
		free(g->list[i].id);
	}
	g->n = 0;
}

static mr_code add(struct grants *g, const char *user, enum kind kind, const char *id, enum level level, mr_error *err)
{
	struct grant grant = {strdup(user), strdup(id), kind, level};

	if (g->n == g->room) {
		size_t room = g->room ? 2 * g->room : 64;
		struct grant *grown = realloc(g->list, room * sizeof *grown);

		if (grown) {
			g->list = grown;
			g->room = room;
		}
	}
	if (!grant.user || !grant.id || g->n == g->room) {
		free(grant.user);
		free(grant.id);
		return mr_error_no_memory(err);
	}
	g->list[g->n++] = grant;
	return MR_OK;
}

static mr_code add_line(struct grants *g, char *line, int number, mr_error *err)
{
	char *words[5], *rest = line;
	enum level level;
	int n = 0, kind = 0;

	for (char *word; n < 5 && (word = strtok_r(rest, " \t\r\n", &rest)) != NULL;)
		words[n++] = word;
	if (n == 0 || words[0][0] == '#')
		return MR_OK;
	while (n == 4 && kind < 2 && strcmp(words[1], kind_names[kind]) != 0)
		kind++;
	if (n != 4 || kind == 2 || !level_parse(mr_str_from(words[3]), &level))
		return mr_error_set(err, MR_INVALID_STATE,
				    "Line %d of %s is not \"user experiment|model id LEVEL\", with a LEVEL of "
				    "NO_PERMISSIONS, READ, USE, EDIT or MANAGE",
				    number, g->path);
	return add(g, words[0], (enum kind)kind, words[2], level, err);
}

static mr_code read_lines(struct grants *g, FILE *in, mr_error *err)
{
	char *line = NULL;
	size_t room = 0;
	mr_code code = MR_OK;

	forget(g);
	for (int number = 1; code == MR_OK && getline(&line, &room, in) >= 0; number++)
		code = add_line(g, line, number, err);
	free(line);
	if (code == MR_OK && ferror(in))
		code = mr_error_set(err, MR_IO_ERROR, "%s cannot be read: %s", g->path, strerror(errno));
	return code;
}

/* With the lock. */
static mr_code refresh(struct grants *g, mr_error *err)
{
	FILE *in = fopen(g->path, "re");
	mr_code code = MR_OK;
	struct stat st;

	if (!in || fstat(fileno(in), &st) != 0) {
		mr_error_set(err, MR_IO_ERROR, "The file of permissions %s cannot be opened: %s", g->path, strerror(errno));
		if (in)
			fclose(in);
		return MR_IO_ERROR;
	}
	if (!g->read || st.st_ino != g->inode || st.st_size != g->size ||
	    memcmp(&st.st_mtim, &g->modified, sizeof st.st_mtim) != 0) {
		if (st.st_mode & (S_IWGRP | S_IWOTH))
			code = mr_error_set(err, MR_INVALID_STATE, "Others can write to %s; run: chmod go-w '%s'", g->path,
					    g->path);
		else if (st.st_size > TEXT_MAX)
			code = mr_error_set(err, MR_INVALID_STATE, "%s is too large", g->path);
		else
			code = read_lines(g, in, err);
		g->read = code == MR_OK;
		g->inode = st.st_ino;
		g->size = st.st_size;
		g->modified = st.st_mtim;
	}
	fclose(in);
	return code;
}

mr_code grants_open(const mr_host *host, mr_str path, enum level otherwise, struct grants **out, mr_error *err)
{
	struct grants *g = calloc(1, sizeof *g);
	mr_code code = MR_OK;

	if (!g || (path.len && !(g->path = strndup(path.ptr, path.len)))) {
		free(g);
		return mr_error_no_memory(err);
	}
	g->host = host;
	g->otherwise = otherwise;
	pthread_mutex_init(&g->lock, NULL);
	if (g->path)
		code = refresh(g, err);
	if (code == MR_OK)
		*out = g;
	else
		grants_close(g);
	return code;
}

void grants_close(struct grants *g)
{
	if (!g)
		return;
	forget(g);
	pthread_mutex_destroy(&g->lock);
	free(g->list);
	free(g->path);
	free(g);
}

/* ---- asking ---- */

/* How near a line is: 0 when it is about somebody or something else. */
static int nearness(const struct grant *grant, const char *user, enum kind kind, const char *id)
{
	bool all_users = strcmp(grant->user, "*") == 0, all_ids = strcmp(grant->id, "*") == 0;

	if (grant->kind != kind || (!all_users && strcmp(grant->user, user) != 0) || (!all_ids && strcmp(grant->id, id) != 0))
		return 0;
	return 1 + 2 * !all_users + !all_ids;
}

mr_code grants_level(struct grants *g, mr_str user, enum kind kind, mr_str id, enum level *out, mr_error *err)
{
	char *user_word = word_from(user), *id_word = word_from(id);
	mr_code code = user_word && id_word ? MR_OK : mr_error_no_memory(err);
	int nearest = 0;

	*out = g->otherwise;
	if (code == MR_OK && g->path) {
		pthread_mutex_lock(&g->lock);
		code = refresh(g, err);
		for (size_t i = 0; code == MR_OK && i < g->n; i++) {
			int near = nearness(&g->list[i], user_word, kind, id_word);

			if (near < nearest || near == 0)
				continue;
			nearest = near;
			*out = g->list[i].level;
		}
		pthread_mutex_unlock(&g->lock);
	}
	free(user_word);
	free(id_word);
	return code;
}

/* ---- changing ---- */

static mr_code failed(const struct grants *g, mr_error *err)
{
	return mr_error_set(err, MR_IO_ERROR, "The file of permissions %s cannot be written: %s", g->path, strerror(errno));
}

/* Locked against other servers; it may have been replaced while we waited. */
static int open_locked(const struct grants *g)
{
	for (;;) {
		int fd = open(g->path, O_RDWR | O_APPEND | O_CLOEXEC);
		struct stat held, there;

		if (fd < 0 || flock(fd, LOCK_EX) != 0 || fstat(fd, &held) != 0 || stat(g->path, &there) != 0) {
			if (fd >= 0)
				close(fd);
			return -1;
		}
		if (held.st_ino == there.st_ino)
			return fd;
		close(fd);
	}
}

mr_code grants_add(struct grants *g, mr_str user, enum kind kind, mr_str id, enum level level, mr_error *err)
{
	char *user_word = word_from(user), *id_word = word_from(id), *line = NULL;
	mr_code code = MR_OK;
	int fd, n = -1;

	if (!g->path)
		goto out;
	if (user_word && id_word)
		n = asprintf(&line, "%s %s %s %s\n", user_word, kind_names[kind], id_word, level_names[level]);
	if (n < 0) {
		code = mr_error_no_memory(err);
		goto out;
	}
	pthread_mutex_lock(&g->lock);
	fd = open_locked(g);
	if (fd < 0 || write(fd, line, (size_t)n) != n || fsync(fd) != 0)
		code = failed(g, err);
	if (fd >= 0)
		close(fd);
	pthread_mutex_unlock(&g->lock);
	free(line);
out:
	free(user_word);
	free(id_word);
	return code;
}

static mr_code copy_without(const struct grants *g, FILE *in, FILE *out, enum kind kind, const char *id, mr_error *err)
{
	char *line = NULL, kind_word[32], id_word[1024];
	size_t room = 0;

	while (getline(&line, &room, in) >= 0) {
		bool is_it = sscanf(line, "%*s %31s %1023s", kind_word, id_word) == 2 &&
			     strcmp(kind_word, kind_names[kind]) == 0 && strcmp(id_word, id) == 0 && line[0] != '#';

		if (!is_it)
			fputs(line, out);
	}
	free(line);
	return ferror(in) || fflush(out) != 0 || fsync(fileno(out)) != 0 ? failed(g, err) : MR_OK;
}

mr_code grants_forget(struct grants *g, enum kind kind, mr_str id, mr_error *err)
{
	char *word = word_from(id), *beside = NULL;
	FILE *in = NULL, *out = NULL;
	mr_code code = MR_OK;
	int fd, made = -1;

	if (!g->path)
		goto out;
	if (!word || asprintf(&beside, "%s.XXXXXX", g->path) < 0) {
		code = mr_error_no_memory(err);
		goto out;
	}
	pthread_mutex_lock(&g->lock);
	fd = open_locked(g);
	in = fd >= 0 ? fdopen(fd, "r") : NULL;
	made = in ? mkostemp(beside, O_CLOEXEC) : -1;
	out = made >= 0 ? fdopen(made, "w") : NULL;
	code = out ? copy_without(g, in, out, kind, word, err) : failed(g, err);
	if (code == MR_OK && rename(beside, g->path) != 0)
		code = failed(g, err);
	if (code != MR_OK && made >= 0)
		unlink(beside);
	if (out)
		fclose(out);
	if (in)
		fclose(in); /* and the lock with it */
	else if (fd >= 0)
		close(fd);
	pthread_mutex_unlock(&g->lock);
out:
	free(word);
	free(beside);
	return code;
}
