/* SPDX-License-Identifier: Apache-2.0
 *
 * What libcurl is told about a transfer.
 */
#include "net/hop.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/address.h"

static bool is_name(mr_str name, const char *lower)
{
	return name.len == strlen(lower) && !strncasecmp(name.ptr, lower, name.len);
}

bool header_is_harmless(mr_str name)
{
	static const char *const names[] = {"accept",	     "accept-language", "content-type", "content-encoding",
					    "content-range", "range",		"if-range",	"if-match",
					    "if-none-match", "user-agent"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (is_name(name, names[i]))
			return true;
	return false;
}

static bool is_token(mr_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] <= ' ' || (unsigned char)name.ptr[i] > '~' || name.ptr[i] == ':')
			return false;
	return name.len > 0;
}

static bool is_value(mr_str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] == 0 || value.ptr[i] == '\r' || value.ptr[i] == '\n')
			return false;
	return true;
}

static bool append(struct hop *hop, const char *line)
{
	struct curl_slist *list = curl_slist_append(hop->headers, line);

	if (list)
		hop->headers = list;
	return list != NULL;
}

static mr_code add_header(struct hop *hop, const struct mr_header *header, mr_error *err)
{
	mr_str line;

	if (!is_token(header->name) || !is_value(header->value))
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE,
				    "The header '%.*s' has a name or a value that HTTP does not allow (a line break?).",
				    MR_STR_ARG(header->name));
	/* How long the body is and how it is framed is known here only. */
	if (is_name(header->name, "content-length") || is_name(header->name, "transfer-encoding"))
		return MR_OK;
	line = mr_arena_printf(hop->exchange->arena, header->value.len ? "%.*s: %.*s" : "%.*s;%.*s",
			       MR_STR_ARG(header->name), MR_STR_ARG(header->value));
	return line.ptr && append(hop, line.ptr) ? MR_OK : mr_error_no_memory(err);
}

static mr_code make_headers(struct hop *hop, mr_error *err)
{
	const struct mr_net_exchange *exchange = hop->exchange;
	bool typed = false;
	mr_code code;

	for (size_t i = 0; i < exchange->headers_n; i++) {
		const struct mr_header *header = &exchange->headers[i];

		if (hop->harmless_only && !header_is_harmless(header->name))
			continue;
		if (!hop->with_body && is_name(header->name, "content-type"))
			continue;
		typed |= is_name(header->name, "content-type");
		code = add_header(hop, header, err);
		if (code)
			return code;
	}
	/* libcurl's own ideas: a wait of a second before each large body, and a form. */
	if (!append(hop, "Expect:") || (!typed && !append(hop, "Content-Type:")))
		return mr_error_no_memory(err);
	return MR_OK;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct hop *hop = arg;
	const void *at = NULL;

	(void)purpose;
	if ((hop->exchange->request->flags & MR_HTTP_PUBLIC_ONLY) && !address_is_public(&address->addr)) {
		if (address->family == AF_INET)
			at = &((const struct sockaddr_in *)(const void *)&address->addr)->sin_addr;
		else if (address->family == AF_INET6)
			at = &((const struct sockaddr_in6 *)(const void *)&address->addr)->sin6_addr;
		if (!at || !inet_ntop(address->family, at, hop->address, sizeof hop->address))
			snprintf(hop->address, sizeof hop->address, "of family %d", address->family);
		hop->failure = HOP_NOT_PUBLIC;
		return CURL_SOCKET_BAD;
	}
	hop->failure = hop->failure == HOP_NOT_PUBLIC ? HOP_FINE : hop->failure; /* the name has a public one, too */
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

#define SET(option, value) (void)curl_easy_setopt(easy, option, value)

static void set_body(struct hop *hop)
{
	const struct mr_http_request *request = hop->exchange->request;
	CURL *easy = hop->slot->easy;

	if (hop->with_body && request->read) {
		SET(CURLOPT_UPLOAD, 1L);
		SET(CURLOPT_READFUNCTION, hop_on_read);
		SET(CURLOPT_READDATA, hop);
		SET(CURLOPT_SEEKFUNCTION, hop_on_seek);
		SET(CURLOPT_SEEKDATA, hop);
		SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)(request->body_size < 0 ? -1 : request->body_size));
		SET(CURLOPT_UPLOAD_BUFFERSIZE, 256L * 1024);
	} else if (hop->with_body) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
		SET(CURLOPT_POSTFIELDS, request->body.len ? request->body.ptr : "");
	}
	if (!strcmp(hop->method, "HEAD"))
		SET(CURLOPT_NOBODY, 1L);
	else
		SET(CURLOPT_CUSTOMREQUEST, hop->method);
}

static void set_connection(struct hop *hop)
{
	const struct mr_http_request *request = hop->exchange->request;
	CURL *easy = hop->slot->easy;

	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_PATH_AS_IS, 1L);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(hop->timeout_ns / 1000000));
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	SET(CURLOPT_TCP_KEEPIDLE, 30L);
	SET(CURLOPT_TCP_KEEPINTVL, 10L);
	SET(CURLOPT_BUFFERSIZE, 256L * 1024);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, hop);
	if (request->flags & (MR_HTTP_PUBLIC_ONLY | MR_HTTP_DIRECT))
		SET(CURLOPT_PROXY, ""); /* PUBLIC_ONLY: its address would be the one that is checked */
}

/* Where systems keep the authorities that they trust. libcurl knows one place, that of the system it was built for, which
 * need not be this one when it came in a wheel. NULL: libcurl's own will do, or there is none. */
static const char *system_bundle(void)
{
	static const char *const places[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
					     "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem",
					     "/etc/ssl/cert.pem"};
	const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);

	if (curl->age < CURLVERSION_SEVENTH || !curl->cainfo || access(curl->cainfo, R_OK) == 0)
		return NULL;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (access(places[i], R_OK) == 0)
			return places[i];
	return NULL;
}

static mr_code set_tls(struct hop *hop, mr_error *err)
{
	const struct mr_net_exchange *exchange = hop->exchange;
	CURL *easy = hop->slot->easy;
	struct stat st;
	mr_str path;

	if (exchange->insecure) {
		SET(CURLOPT_SSL_VERIFYPEER, 0L);
		SET(CURLOPT_SSL_VERIFYHOST, 0L);
	} else if (exchange->ca_bundle.len) {
		path = mr_arena_copy(exchange->arena, exchange->ca_bundle);
		if (!path.ptr)
			return mr_error_no_memory(err);
		if (stat(path.ptr, &st) == 0 && S_ISDIR(st.st_mode)) {
			SET(CURLOPT_CAINFO, NULL);
			SET(CURLOPT_CAPATH, path.ptr);
		} else {
			SET(CURLOPT_CAPATH, NULL);
			SET(CURLOPT_CAINFO, path.ptr);
		}
	} else if (system_bundle()) {
		SET(CURLOPT_CAINFO, system_bundle());
	}
	if (exchange->client_cert.len) {
		path = mr_arena_copy(exchange->arena, exchange->client_cert);
		if (!path.ptr)
			return mr_error_no_memory(err);
		SET(CURLOPT_SSLCERT, path.ptr);
		SET(CURLOPT_SSLKEY, path.ptr);
	}
	return MR_OK;
}

mr_code hop_set_options(struct hop *hop, mr_error *err)
{
	CURL *easy = hop->slot->easy;
	mr_code code = make_headers(hop, err);

	if (code)
		return code;
	SET(CURLOPT_ERRORBUFFER, hop->why);
	SET(CURLOPT_HTTPHEADER, hop->headers);
	SET(CURLOPT_HEADERFUNCTION, hop_on_header);
	SET(CURLOPT_HEADERDATA, hop);
	SET(CURLOPT_WRITEFUNCTION, hop_on_body);
	SET(CURLOPT_WRITEDATA, hop);
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_XFERINFOFUNCTION, hop_on_progress);
	SET(CURLOPT_XFERINFODATA, hop);
	SET(CURLOPT_PREREQFUNCTION, hop_on_connected);
	SET(CURLOPT_PREREQDATA, hop);
	set_connection(hop);
	set_body(hop);
	if (curl_easy_setopt(easy, CURLOPT_URL, hop->url))
		return mr_error_no_memory(err);
	return set_tls(hop, err);
}
