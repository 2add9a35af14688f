/* SPDX-License-Identifier: Apache-2.0 */
#include "plugin/note.h"

#include <elf.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_MACHINE EM_X86_64
#define OUR_MACHINE_NAME "x86-64"
#elif defined(__aarch64__)
#define OUR_MACHINE EM_AARCH64
#define OUR_MACHINE_NAME "arm64"
#else
#error "Millrace supports x86-64 and arm64"
#endif

enum { NOTE_SIZE_MAX = 64 * 1024, SEGMENTS_MAX = 256, ENTRIES_MAX = 256 };

struct file {
	mr_note_read *read;
	void *arg;
	uint64_t size;
	mr_arena *arena;
	mr_error *err;
};

static mr_code refuse(struct file *f, const char *why)
{
	return mr_error_set(f->err, MR_INVALID_PARAMETER_VALUE, "%s", why);
}

static const char *machine_name(unsigned machine)
{
	switch (machine) {
	case EM_X86_64:
		return "x86-64";
	case EM_AARCH64:
		return "arm64";
	case EM_386:
		return "32-bit x86";
	case EM_ARM:
		return "32-bit arm";
	case EM_RISCV:
		return "RISC-V";
	default:
		return "another architecture";
	}
}

static mr_code read_header(struct file *f, Elf64_Ehdr *header)
{
	if (!f->read(f->arg, 0, header, sizeof *header))
		return refuse(f, "the file is too short to be a shared object; it may be cut off");
	if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return refuse(f, "the file is not an ELF shared object");
	if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB)
		return refuse(f, "the file is not a 64-bit little-endian shared object");
	if (header->e_machine != OUR_MACHINE)
		return mr_error_set(f->err, MR_INVALID_PARAMETER_VALUE,
				    "the file is built for %s, this machine is " OUR_MACHINE_NAME
				    "; build the plugin for this machine",
				    machine_name(header->e_machine));
	if (header->e_type != ET_DYN)
		return refuse(f, "the file is not a shared object; link it with -shared");
	if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0 || header->e_phnum > SEGMENTS_MAX)
		return refuse(f, "the file's program headers are damaged");
	return MR_OK;
}

static mr_str next_line(mr_str *text)
{
	const char *end = memchr(text->ptr, '\n', text->len);
	size_t n = end ? (size_t)(end - text->ptr) : text->len;
	mr_str line = mr_str_make(text->ptr, n);

	text->ptr += n + (end != NULL);
	text->len -= n + (end != NULL);
	return line;
}

static bool split(mr_str line, mr_str *first, mr_str *rest)
{
	const char *space = line.len ? memchr(line.ptr, ' ', line.len) : NULL;

	if (!space)
		return false;
	*first = mr_str_make(line.ptr, (size_t)(space - line.ptr));
	*rest = mr_str_make(space + 1, line.len - first->len - 1);
	return true;
}

static bool parse_abi(mr_str text, struct mr_note *out)
{
	char copy[32];

	if (text.len >= sizeof copy)
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = 0;
	return sscanf(copy, "%5u.%5u", &out->abi_major, &out->abi_minor) == 2;
}

static mr_code parse_text(struct file *f, mr_str text, struct mr_note *out)
{
	bool abi = false;

	memset(out, 0, sizeof *out);
	out->entries = mr_arena_zalloc(f->arena, ENTRIES_MAX * sizeof *out->entries);
	if (!out->entries)
		return mr_error_no_memory(f->err);
	while (text.len) {
		mr_str line = next_line(&text), key, value;

		if (!split(line, &key, &value))
			continue; /* lines of a later version are not ours to judge */
		if (mr_str_is(key, "abi"))
			abi = parse_abi(value, out);
		else if (mr_str_is(key, "name"))
			out->name = value;
		else if (mr_str_is(key, "version"))
			out->version = value;
		else if (mr_str_is(key, "description"))
			out->description = value;
		else if (mr_str_is(key, "licence"))
			out->licence = value;
		else if (mr_str_is(key, "entry") && out->entries_n < ENTRIES_MAX) {
			struct mr_note_entry *e = &out->entries[out->entries_n];

			out->entries_n += split(value, &e->group, &e->name);
		}
	}
	return abi && out->name.len ? MR_OK : refuse(f, "the plugin's note is damaged");
}

/* Finds our note among those of one PT_NOTE segment. *found says whether. */
static mr_code scan_notes(struct file *f, const char *bytes, size_t size, size_t align, struct mr_note *out, bool *found)
{
	size_t at = 0;

	align = align == 8 ? 8 : 4;
	while (size - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		size_t owner, desc;

		memcpy(&note, bytes + at, sizeof note);
		owner = at + sizeof note;
		if (note.n_namesz > size - owner)
			break;
		desc = owner + ((note.n_namesz + 3u) & ~(size_t)3);
		if (align == 8)
			desc = (desc + 7u) & ~(size_t)7;
		if (desc > size || note.n_descsz > size - desc)
			break;
		if (note.n_type == MR_PLUGIN_NOTE_TYPE && note.n_namesz == sizeof MR_PLUGIN_NOTE_OWNER &&
		    memcmp(bytes + owner, MR_PLUGIN_NOTE_OWNER, sizeof MR_PLUGIN_NOTE_OWNER) == 0) {
			size_t n = note.n_descsz;

			while (n && bytes[desc + n - 1] == 0)
				n--;
			*found = true;
			return parse_text(f, mr_str_make(bytes + desc, n), out);
		}
		at = desc + ((note.n_descsz + align - 1) & ~(align - 1));
		if (at > size)
			break;
	}
	return MR_OK;
}

static mr_code read_segment(struct file *f, const Elf64_Phdr *segment, struct mr_note *out, bool *found)
{
	char *bytes;

	if (segment->p_offset > f->size || segment->p_filesz > f->size - segment->p_offset)
		return refuse(f, "the file is cut off: a segment lies behind its end; copy it again");
	if (segment->p_type != PT_NOTE || *found || segment->p_filesz > NOTE_SIZE_MAX)
		return MR_OK;
	bytes = mr_arena_alloc(f->arena, segment->p_filesz + 1);
	if (!bytes)
		return mr_error_no_memory(f->err);
	if (!f->read(f->arg, segment->p_offset, bytes, segment->p_filesz))
		return refuse(f, "the file cannot be read to its end");
	bytes[segment->p_filesz] = 0;
	return scan_notes(f, bytes, segment->p_filesz, segment->p_align, out, found);
}

mr_code mr_note_parse(mr_note_read *read, void *arg, uint64_t file_size, mr_arena *arena, struct mr_note *out,
		      mr_error *err)
{
	struct file f = {read, arg, file_size, arena, err};
	Elf64_Ehdr header;
	bool found = false;
	mr_code code = read_header(&f, &header);

	for (unsigned i = 0; code == MR_OK && i < header.e_phnum; i++) {
		Elf64_Phdr segment;
		uint64_t at = header.e_phoff + i * sizeof segment;

		if (at < header.e_phoff || !read(arg, at, &segment, sizeof segment))
			return refuse(&f, "the file is cut off: its program headers are missing; copy it again");
		code = read_segment(&f, &segment, out, &found);
	}
	if (code == MR_OK && (header.e_shoff > file_size || header.e_shnum * sizeof(Elf64_Shdr) > file_size - header.e_shoff))
		return refuse(&f, "the file is cut off: its section headers are missing; copy it again");
	if (code == MR_OK && !found)
		return refuse(&f, "the file is no Millrace plugin: it has no MILLRACE note (use MR_PLUGIN_EXPORT)");
	return code;
}

static bool read_fd(void *arg, uint64_t offset, void *out, size_t size)
{
	int fd = *(int *)arg;

	return offset <= INT64_MAX && pread(fd, out, size, (off_t)offset) == (ssize_t)size;
}

mr_code mr_note_from_fd(int fd, mr_arena *arena, struct mr_note *out, mr_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "it is not a regular file");
	return mr_note_parse(read_fd, &fd, (uint64_t)st.st_size, arena, out, err);
}

mr_code mr_note_check_abi(unsigned major, unsigned minor, mr_error *err)
{
	if (major == MR_ABI_MAJOR && minor <= MR_ABI_MINOR)
		return MR_OK;
	return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
			    "it is built for plugin ABI %u.%u, this Millrace has %u.%u; %s", major, minor, MR_ABI_MAJOR,
			    MR_ABI_MINOR,
			    major > MR_ABI_MAJOR || (major == MR_ABI_MAJOR && minor > MR_ABI_MINOR)
				    ? "update Millrace, or build the plugin against this one's headers"
				    : "build the plugin again against this Millrace's headers");
}
