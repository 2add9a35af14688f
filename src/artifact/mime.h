/* SPDX-License-Identifier: Apache-2.0
 *
 * Which type an artifact has, by its name: for uploads, and for the server's Content-Type.
 */
#ifndef MR_ARTIFACT_MIME_H
#define MR_ARTIFACT_MIME_H

#include "base/arena.h"

/* As MLflow's _guess_mime_type: "text/plain" for what it shows as text, else what
 * Python's mimetypes say (with the machine's mime.types files, as there), else
 * "application/octet-stream". ptr NULL when out of memory. */
mr_str mr_mime_type(mr_arena *arena, mr_str path);

#endif
