/* SPDX-License-Identifier: Apache-2.0
 *
 * Between json_scan.c and json_string.c only.
 */
#ifndef MR_BASE_JSON_SCAN_H
#define MR_BASE_JSON_SCAN_H

#include "base/json.h"

/* Records a syntax error at sc->at and stops the scanner; gives false. */
MR_PRINTF(2, 3)
bool mr_json_scan_fail(mr_json_scanner *sc, const char *format, ...);

/* Walks over the string whose opening quote is at sc->at and checks it: *inside
 * gets what is between the quotes, *escapes how many backslashes begin one. */
bool mr_json_scan_string_span(mr_json_scanner *sc, mr_str *inside, size_t *escapes);

#endif
