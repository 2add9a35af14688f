/* SPDX-License-Identifier: Apache-2.0
 *
 * Source of the rules: mlflow/utils/mime_type_utils.py of the reference, and
 * Python 3.11's mimetypes with its own table.
 */
#include "artifact/mime.h"

#include <pthread.h>
#include <stdlib.h>
#include <strings.h>

#include "base/map.h"
#include "base/os.h"

/* What MLflow shows as text; case matters. */
static const char *const texts[] = {
	"txt", "log", "err",  "cfg", "conf", "cnf", "cf",  "ini", "properties", "prop", "hocon", "toml",    "yaml",
	"yml", "xml", "json", "js",  "py",   "py3", "csv", "tsv", "md",		"rst",	"ipynb", "MLmodel", "mlproject",
};

/* Sorted by extension. */
static const struct type {
	const char *extension, *name;
} types[] = {
	{"3g2", "audio/3gpp2"},
	{"3gp", "audio/3gpp"},
	{"3gpp", "audio/3gpp"},
	{"3gpp2", "audio/3gpp2"},
	{"a", "application/octet-stream"},
	{"aac", "audio/aac"},
	{"adts", "audio/aac"},
	{"ai", "application/postscript"},
	{"aif", "audio/x-aiff"},
	{"aifc", "audio/x-aiff"},
	{"aiff", "audio/x-aiff"},
	{"ass", "audio/aac"},
	{"au", "audio/basic"},
	{"avi", "video/x-msvideo"},
	{"avif", "image/avif"},
	{"bat", "text/plain"},
	{"bcpio", "application/x-bcpio"},
	{"bin", "application/octet-stream"},
	{"bmp", "image/bmp"},
	{"c", "text/plain"},
	{"cdf", "application/x-netcdf"},
	{"cpio", "application/x-cpio"},
	{"csh", "application/x-csh"},
	{"css", "text/css"},
	{"csv", "text/csv"},
	{"dll", "application/octet-stream"},
	{"doc", "application/msword"},
	{"dot", "application/msword"},
	{"dvi", "application/x-dvi"},
	{"eml", "message/rfc822"},
	{"eps", "application/postscript"},
	{"etx", "text/x-setext"},
	{"exe", "application/octet-stream"},
	{"gif", "image/gif"},
	{"gtar", "application/x-gtar"},
	{"h", "text/plain"},
	{"h5", "application/x-hdf5"},
	{"hdf", "application/x-hdf"},
	{"heic", "image/heic"},
	{"heif", "image/heif"},
	{"htm", "text/html"},
	{"html", "text/html"},
	{"ico", "image/vnd.microsoft.icon"},
	{"ief", "image/ief"},
	{"jpe", "image/jpeg"},
	{"jpeg", "image/jpeg"},
	{"jpg", "image/jpeg"},
	{"js", "application/javascript"},
	{"json", "application/json"},
	{"ksh", "text/plain"},
	{"latex", "application/x-latex"},
	{"loas", "audio/aac"},
	{"m1v", "video/mpeg"},
	{"m3u", "application/vnd.apple.mpegurl"},
	{"m3u8", "application/vnd.apple.mpegurl"},
	{"man", "application/x-troff-man"},
	{"me", "application/x-troff-me"},
	{"mht", "message/rfc822"},
	{"mhtml", "message/rfc822"},
	{"mif", "application/x-mif"},
	{"mjs", "application/javascript"},
	{"mov", "video/quicktime"},
	{"movie", "video/x-sgi-movie"},
	{"mp2", "audio/mpeg"},
	{"mp3", "audio/mpeg"},
	{"mp4", "video/mp4"},
	{"mpa", "video/mpeg"},
	{"mpe", "video/mpeg"},
	{"mpeg", "video/mpeg"},
	{"mpg", "video/mpeg"},
	{"ms", "application/x-troff-ms"},
	{"n3", "text/n3"},
	{"nc", "application/x-netcdf"},
	{"nq", "application/n-quads"},
	{"nt", "application/n-triples"},
	{"nws", "message/rfc822"},
	{"o", "application/octet-stream"},
	{"obj", "application/octet-stream"},
	{"oda", "application/oda"},
	{"opus", "audio/opus"},
	{"p12", "application/x-pkcs12"},
	{"p7c", "application/pkcs7-mime"},
	{"pbm", "image/x-portable-bitmap"},
	{"pdf", "application/pdf"},
	{"pfx", "application/x-pkcs12"},
	{"pgm", "image/x-portable-graymap"},
	{"pl", "text/plain"},
	{"png", "image/png"},
	{"pnm", "image/x-portable-anymap"},
	{"pot", "application/vnd.ms-powerpoint"},
	{"ppa", "application/vnd.ms-powerpoint"},
	{"ppm", "image/x-portable-pixmap"},
	{"pps", "application/vnd.ms-powerpoint"},
	{"ppt", "application/vnd.ms-powerpoint"},
	{"ps", "application/postscript"},
	{"pwz", "application/vnd.ms-powerpoint"},
	{"py", "text/x-python"},
	{"pyc", "application/x-python-code"},
	{"pyo", "application/x-python-code"},
	{"qt", "video/quicktime"},
	{"ra", "audio/x-pn-realaudio"},
	{"ram", "application/x-pn-realaudio"},
	{"ras", "image/x-cmu-raster"},
	{"rdf", "application/xml"},
	{"rgb", "image/x-rgb"},
	{"roff", "application/x-troff"},
	{"rtx", "text/richtext"},
	{"sgm", "text/x-sgml"},
	{"sgml", "text/x-sgml"},
	{"sh", "application/x-sh"},
	{"shar", "application/x-shar"},
	{"snd", "audio/basic"},
	{"so", "application/octet-stream"},
	{"src", "application/x-wais-source"},
	{"srt", "text/plain"},
	{"sv4cpio", "application/x-sv4cpio"},
	{"sv4crc", "application/x-sv4crc"},
	{"svg", "image/svg+xml"},
	{"swf", "application/x-shockwave-flash"},
	{"t", "application/x-troff"},
	{"tar", "application/x-tar"},
	{"tcl", "application/x-tcl"},
	{"tex", "application/x-tex"},
	{"texi", "application/x-texinfo"},
	{"texinfo", "application/x-texinfo"},
	{"tif", "image/tiff"},
	{"tiff", "image/tiff"},
	{"tr", "application/x-troff"},
	{"trig", "application/trig"},
	{"tsv", "text/tab-separated-values"},
	{"txt", "text/plain"},
	{"ustar", "application/x-ustar"},
	{"vcf", "text/x-vcard"},
	{"vtt", "text/vtt"},
	{"wasm", "application/wasm"},
	{"wav", "audio/x-wav"},
	{"webm", "video/webm"},
	{"webmanifest", "application/manifest+json"},
	{"wiz", "application/msword"},
	{"wsdl", "application/xml"},
	{"xbm", "image/x-xbitmap"},
	{"xlb", "application/vnd.ms-excel"},
	{"xls", "application/vnd.ms-excel"},
	{"xml", "text/xml"},
	{"xpdl", "application/xml"},
	{"xpm", "image/x-xpixmap"},
	{"xsl", "application/xml"},
	{"xwd", "image/x-xwindowdump"},
	{"zip", "application/zip"},
};

/* Where Python looks, the later the stronger. */
static const char *const files[] = {
	"/etc/mime.types",
	"/etc/httpd/mime.types",
	"/etc/httpd/conf/mime.types",
	"/etc/apache/mime.types",
	"/etc/apache2/mime.types",
	"/usr/local/etc/httpd/conf/mime.types",
	"/usr/local/lib/netscape/mime.types",
	"/usr/local/etc/mime.types",
};

enum { FILE_MAX = 4 << 20, EXTENSION_MAX = 64 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static mr_map *machine; /* extension -> mr_str *; NULL when there are no files, or no memory */

static mr_str next_word(mr_str *line)
{
	mr_str word;
	size_t n = 0;

	while (line->len && strchr(" \t\r\f\v", line->ptr[0]))
		*line = mr_str_make(line->ptr + 1, line->len - 1);
	while (n < line->len && !strchr(" \t\r\f\v", line->ptr[n]))
		n++;
	word = mr_str_make(line->ptr, n);
	*line = mr_str_make(line->ptr + n, line->len - n);
	return word.len && word.ptr[0] == '#' ? mr_str_make(NULL, 0) : word;
}

/* "image/png	png" */
static void take_line(mr_arena *arena, mr_str line)
{
	mr_str *type = mr_arena_alloc(arena, sizeof *type), extension;

	if (!type)
		return;
	*type = next_word(&line);
	while (type->len && (extension = next_word(&line)).len)
		mr_map_set(machine, extension, type, NULL);
}

/* Into an arena that lives as long as the process. */
static void read_files(void)
{
	mr_arena *arena = mr_arena_new(0);
	mr_error ignored;
	mr_str text;

	machine = arena ? mr_map_new(arena, 2048) : NULL;
	for (size_t i = 0; machine && i < sizeof files / sizeof *files; i++) {
		mr_error_init(&ignored);
		if (mr_file_read(mr_str_from(files[i]), FILE_MAX, arena, &text, &ignored) != MR_OK)
			continue;
		for (size_t at = 0, n; at < text.len; at += n + 1) {
			const char *end = memchr(text.ptr + at, '\n', text.len - at);

			n = end ? (size_t)(end - text.ptr) - at : text.len - at;
			take_line(arena, mr_str_make(text.ptr + at, n));
		}
	}
	if (!machine)
		mr_arena_free(arena);
}

/* Python's splitext: dots in front begin no extension. The extension is without its dot. */
static mr_str split_extension(mr_str *name)
{
	size_t dot = name->len, first = 0;
	mr_str extension = mr_str_make(NULL, 0);

	while (first < name->len && name->ptr[first] == '.')
		first++;
	while (dot > first && name->ptr[dot - 1] != '.')
		dot--;
	if (dot > first) {
		extension = mr_str_make(name->ptr + dot, name->len - dot);
		name->len = dot - 1;
	}
	return extension;
}

static int by_extension(const void *key, const void *type)
{
	return strcmp(key, ((const struct type *)type)->extension);
}

static mr_str known_type(mr_str extension)
{
	char lower[EXTENSION_MAX];
	const struct type *found;
	const mr_str *theirs;

	if (!extension.len || extension.len >= sizeof lower)
		return mr_str_make(NULL, 0);
	for (size_t i = 0; i < extension.len; i++)
		lower[i] = extension.ptr[i] >= 'A' && extension.ptr[i] <= 'Z' ? (char)(extension.ptr[i] | 0x20)
									      : extension.ptr[i];
	lower[extension.len] = 0;
	pthread_once(&once, read_files);
	theirs = machine ? mr_map_get(machine, mr_str_make(lower, extension.len)) : NULL;
	if (theirs)
		return *theirs;
	found = bsearch(lower, types, sizeof types / sizeof *types, sizeof *types, by_extension);
	return mr_str_from(found ? found->name : NULL);
}

static bool is_one_of(mr_str s, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (mr_str_is(s, names[i]))
			return true;
	return false;
}

/* "x.tar.gz" has the type of "x.tar", and ".tgz" stands for ".tar.gz". */
static mr_str guess(mr_str name)
{
	static const char *const tars[] = {"tgz", "taz", "tz", "tbz2", "txz"}, *const packed[] = {"gz", "Z", "bz2",
												  "xz", "br"};
	mr_str extension = split_extension(&name);
	char lower[8] = "";

	for (size_t i = 0; i < extension.len && extension.len < sizeof lower; i++)
		lower[i] = extension.ptr[i] >= 'A' && extension.ptr[i] <= 'Z' ? (char)(extension.ptr[i] | 0x20)
									      : extension.ptr[i];
	if (is_one_of(mr_str_from(lower), tars, sizeof tars / sizeof *tars))
		return known_type(mr_str_from("tar"));
	if (!strcmp(lower, "svgz"))
		return known_type(mr_str_from("svg"));
	if (is_one_of(extension, packed, sizeof packed / sizeof *packed))
		extension = split_extension(&name);
	return known_type(extension);
}

mr_str mr_mime_type(mr_arena *arena, mr_str path)
{
	mr_str name, rest, extension, type;

	while (path.len && path.ptr[path.len - 1] == '/')
		path.len--;
	while (path.len && memchr(path.ptr, '/', path.len))
		path = mr_str_make(path.ptr + 1, path.len - 1);
	name = rest = path;
	extension = split_extension(&rest);
	if (!extension.len)
		extension = name;
	if (is_one_of(extension, texts, sizeof texts / sizeof *texts))
		return mr_arena_copy(arena, mr_str_from("text/plain"));
	type = guess(name);
	return mr_arena_copy(arena, type.len ? type : mr_str_from("application/octet-stream"));
}
