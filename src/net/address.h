/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MR_NET_ADDRESS_H
#define MR_NET_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* Whether the address is one of the public Internet: not private, loopback,
 * link-local, shared, reserved, nor one of these in the clothes of IPv6. */
bool address_is_public(const struct sockaddr *address);

#endif
