/* SPDX-License-Identifier: Apache-2.0
 *
 * A request on its way through an app's process, and the answer back, both in
 * pieces. The loop's side of it; a thread of the gate talks to the process.
 */
#ifndef MR_SERVER_RELAY_H
#define MR_SERVER_RELAY_H

#include "server/gate.h"

struct relay;

/* Makes x->user; a body that was collected goes over. False: it was refused, and is answered. */
bool relay_begin(struct mr_gate *gate, mr_http_exchange *x);
/* As the functions of struct mr_http_app. */
size_t relay_data(struct relay *relay, const char *bytes, size_t size);
mr_http_next relay_ready(struct relay *relay);
mr_http_next relay_resumed(struct relay *relay);
bool relay_expire(struct relay *relay);
/* Whether the app passed it on to the server behind. */
bool relay_passed(struct relay *relay);
/* The exchange is over. */
void relay_let_go(struct relay *relay);

#endif
