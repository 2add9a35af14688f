/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <millrace/export.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive.h"
#include "base/os.h"

enum { BLOCK = 1 << 16 };

struct unzipping {
	struct archive *reader;
	mr_str file;
	int root;
	int64_t bytes_left, entries_left;
	mr_error *err;
};

static mr_code broken(const struct unzipping *u)
{
	const char *why = archive_error_string(u->reader);

	return mr_error_set(u->err, MR_INVALID_PARAMETER_VALUE, "%.*s is no zip file that can be read: %s", MR_STR_ARG(u->file),
			    why ? why : "it is damaged");
}

/* No way up, no root, no NUL (libarchive gives C strings), nothing that another system takes for a separator. */
static bool leads_out(const char *name)
{
	if (!name || !name[0] || name[0] == '/' || strchr(name, '\\'))
		return true;
	while (*name) {
		size_t n = strcspn(name, "/");

		if (n == 2 && name[0] == '.' && name[1] == '.')
			return true;
		name += n + (name[n] == '/');
	}
	return false;
}

/* All folders on the way, and the last name itself when whole is set. */
static mr_code make_folders(const struct unzipping *u, const char *name, bool whole)
{
	char path[4096];
	size_t n = strlen(name);

	if (n >= sizeof path)
		return mr_error_set(u->err, MR_INVALID_PARAMETER_VALUE, "%.*s has a name of %zu bytes in it", MR_STR_ARG(u->file), n);
	for (size_t i = 0; i <= n; i++) {
		bool end = name[i] == '/' || (whole && !name[i]);

		if (end && i) {
			path[i] = 0;
			/* Everything below the root was made here, without links: nothing leads elsewhere. */
			if (mkdirat(u->root, path, 0755) != 0 && errno != EEXIST)
				return mr_error_set(u->err, MR_IO_ERROR, "Cannot make the folder %s: %s", path, strerror(errno));
		}
		path[i] = name[i];
	}
	return MR_OK;
}

static mr_code write_all(const struct unzipping *u, int fd, const char *name, const char *bytes, size_t n)
{
	while (n) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return mr_error_set(u->err, MR_IO_ERROR, "Cannot write %s: %s", name, strerror(errno));
		bytes += done;
		n -= (size_t)done;
	}
	return MR_OK;
}

static mr_code copy(struct unzipping *u, int fd, const char *name)
{
	static const char too_large[] = "%.*s is larger unpacked than is allowed; it is taken for a bomb";
	char block[BLOCK];
	mr_code code = MR_OK;
	la_ssize_t n;

	while (code == MR_OK && (n = archive_read_data(u->reader, block, sizeof block)) != 0) {
		if (n < 0)
			return broken(u);
		u->bytes_left -= n;
		code = u->bytes_left < 0 ? mr_error_set(u->err, MR_RESOURCE_EXHAUSTED, too_large, MR_STR_ARG(u->file))
					 : write_all(u, fd, name, block, (size_t)n);
	}
	return code;
}

static mr_code unzip_file(struct unzipping *u, struct archive_entry *entry, const char *name)
{
	unsigned mode = archive_entry_perm(entry) & 0111 ? 0755 : 0644;
	mr_code code = make_folders(u, name, false);
	int fd = -1;

	if (code == MR_OK)
		code = mr_open_beneath(u->root, mr_str_from(name), O_WRONLY | O_CREAT | O_EXCL, mode, &fd, u->err);
	if (code == MR_OK)
		code = copy(u, fd, name);
	if (fd >= 0 && close(fd) != 0 && code == MR_OK)
		code = mr_error_set(u->err, MR_IO_ERROR, "Cannot write %s: %s", name, strerror(errno));
	return code;
}

static mr_code unzip_entry(struct unzipping *u, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	unsigned type = archive_entry_filetype(entry);

	if (leads_out(name))
		return mr_error_set(u->err, MR_INVALID_PARAMETER_VALUE, "Zip file member %s attempts path traversal (%.*s)",
				    name ? name : "without a name", MR_STR_ARG(u->file));
	if (u->entries_left-- <= 0)
		return mr_error_set(u->err, MR_RESOURCE_EXHAUSTED, "%.*s has more files than is allowed", MR_STR_ARG(u->file));
	if (type == AE_IFDIR)
		return make_folders(u, name, true);
	if (type != AE_IFREG && type != 0)
		return mr_error_set(u->err, MR_INVALID_PARAMETER_VALUE, "Zip file member %s is no file or folder (%.*s)", name,
				    MR_STR_ARG(u->file));
	return unzip_file(u, entry, name);
}

static mr_code unzip(mr_str file, mr_str folder, const struct mr_archive_limits *limits, mr_error *err)
{
	struct unzipping u = {archive_read_new(), file, open(folder.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC), limits->bytes,
			      limits->entries, err};
	struct archive_entry *entry;
	mr_code code = MR_OK;
	int rc = ARCHIVE_OK;

	if (!u.reader)
		code = mr_error_no_memory(err);
	else if (u.root < 0)
		code = mr_error_set(err, MR_IO_ERROR, "Cannot open the folder %.*s: %s", MR_STR_ARG(folder), strerror(errno));
	else if (archive_read_support_format_zip(u.reader) != ARCHIVE_OK ||
		 archive_read_open_filename(u.reader, file.ptr, BLOCK) != ARCHIVE_OK)
		code = broken(&u);
	while (code == MR_OK && (rc = archive_read_next_header(u.reader, &entry)) != ARCHIVE_EOF)
		code = rc == ARCHIVE_OK || rc == ARCHIVE_WARN ? unzip_entry(&u, entry) : broken(&u);
	if (u.reader)
		archive_read_free(u.reader);
	if (u.root >= 0)
		close(u.root);
	return code;
}

MR_API const struct mr_archive mr_archive_module;
const struct mr_archive mr_archive_module = {sizeof mr_archive_module, unzip};
