# SPDX-License-Identifier: Apache-2.0
set(LIBS ${CMAKE_DL_LIBS})
