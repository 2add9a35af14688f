# SPDX-License-Identifier: Apache-2.0
# It tags runs and adds a header to requests: in the build tree to be tried, but nothing that an install should bring.
set(INSTALL OFF)
