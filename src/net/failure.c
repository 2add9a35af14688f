/* SPDX-License-Identifier: Apache-2.0
 *
 * What went wrong, as an error. The texts name hosts and files, never headers
 * or queries: those may hold secrets.
 */
#include "net/hop.h"

/* What the network may do better at the next attempt. */
static bool may_pass(CURLcode result)
{
	switch (result) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_SEND_FAIL_REWIND:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return true;
	default:
		return false;
	}
}

static mr_code fail_ours(struct hop *hop, mr_error *err)
{
	switch (hop->failure) {
	case HOP_CANCELLED:
		return mr_error_set(err, MR_CANCELLED, "The request was cancelled");
	case HOP_SILENT:
		hop->exchange->transient = true;
		return mr_error_set(err, MR_DEADLINE_EXCEEDED, "nothing was received or sent for %lld ms",
				    (long long)(hop->timeout_ns / 1000000));
	case HOP_WRITE_REFUSED:
		return mr_error_set(err, MR_CANCELLED, "The receiver of the answer gave up");
	case HOP_READ_FAILED:
		return mr_error_set(err, MR_ABORTED, "The body of the request could not be read");
	case HOP_BODY_TOO_LARGE:
		return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "the answer has more than the %zu bytes allowed here",
				    hop->body_max);
	case HOP_HEADERS_TOO_LARGE:
		return mr_error_set(err, MR_RESOURCE_EXHAUSTED, "the answer has more headers than are allowed");
	case HOP_NOT_PUBLIC:
		return mr_error_set(err, MR_PERMISSION_DENIED,
				    "the address %s is not one of the public Internet, and others are not allowed here",
				    hop->address);
	default:
		return mr_error_no_memory(err);
	}
}

mr_code hop_fail(struct hop *hop, CURLcode result, mr_error *err)
{
	const char *why = hop->why[0] ? hop->why : curl_easy_strerror(result);

	if (hop->failure)
		return fail_ours(hop, err);
	hop->exchange->transient = may_pass(result);
	switch (result) {
	case CURLE_OUT_OF_MEMORY:
	case CURLE_FAILED_INIT:
		return mr_error_no_memory(err);
	case CURLE_OPERATION_TIMEDOUT:
		return mr_error_set(err, MR_DEADLINE_EXCEEDED, "%s", why);
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return mr_error_set(err, MR_INVALID_PARAMETER_VALUE, "%s", why);
	case CURLE_PEER_FAILED_VERIFICATION:
		return mr_error_set(
			err, MR_IO_ERROR,
			"%s. If the server's certificate is signed by a CA of your own, name the CA's file in "
			"MLFLOW_TRACKING_SERVER_CERT_PATH.",
			why);
	case CURLE_SSL_CERTPROBLEM:
		return mr_error_set(
			err, MR_IO_ERROR,
			"%s. MLFLOW_TRACKING_CLIENT_CERT_PATH must name a PEM file with certificate and key.", why);
	case CURLE_SSL_CACERT_BADFILE:
		return mr_error_set(err, MR_IO_ERROR,
				    "%s. MLFLOW_TRACKING_SERVER_CERT_PATH must name a PEM file or a folder of CAs.",
				    why);
	default:
		return mr_error_set(err, MR_IO_ERROR, "%s", why);
	}
}
