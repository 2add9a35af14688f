# SPDX-License-Identifier: Apache-2.0
# The switches of the build. CMakePresets.json sets them; a person rarely needs to.
option(MR_TESTS "Build the tests" ON)
option(MR_WEB "Build the web pages into the server (needs node)" ON)
option(MR_LTO "Optimise across files when linking" OFF)
option(MR_INJECT "Compile in the points where tests make things fail" OFF)
option(MR_ARENA_MALLOC "One malloc for each arena allocation, so that sanitizers see overruns" OFF)
set(MR_SANITIZE "" CACHE STRING "What to compile in: empty, 'address,undefined' or 'thread'")
option(MR_FUZZ "Build the fuzzers with libFuzzer (needs clang)" OFF)
set(MR_FUZZ_SECONDS 5 CACHE STRING "How long each fuzzer's run as a test takes")

if(NOT CMAKE_BUILD_TYPE)
	set(CMAKE_BUILD_TYPE Debug CACHE STRING "Debug or Release" FORCE)
endif()
