# SPDX-License-Identifier: Apache-2.0
# crypt(3), whose library every Debian has.
set(LIBS crypt m)
