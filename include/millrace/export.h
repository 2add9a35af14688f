/* SPDX-License-Identifier: Apache-2.0
 *
 * millrace/export.h - MR_API marks what libmillrace offers. The library is
 * built with everything else hidden.
 */
#ifndef MILLRACE_EXPORT_H
#define MILLRACE_EXPORT_H

#if defined(__GNUC__)
#define MR_API __attribute__((visibility("default")))
#else
#define MR_API
#endif

#endif
