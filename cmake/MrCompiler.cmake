# SPDX-License-Identifier: Apache-2.0
# How our own sources are compiled: mr_compile(TARGET). Other people's flags are left as they are.
include(CheckPIESupported)
check_pie_supported()

# gnu11, not c11: strict c11 makes glibc hide what the platform files need (openat2's flags, accept4, memmem, O_PATH).
# The public headers are held to plain C11 and C++17 by tests of their own.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${MR_LTO})
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1 -DNDEBUG -D_FORTIFY_SOURCE=2")
set(CMAKE_CXX_FLAGS_DEBUG "${CMAKE_C_FLAGS_DEBUG}")
set(CMAKE_CXX_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")

# The build tree is laid out as the installed one, so that what looks for its files beside itself works in both.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

find_program(MR_CCACHE ccache)
mark_as_advanced(MR_CCACHE)
if(MR_CCACHE AND NOT CMAKE_C_COMPILER_LAUNCHER)
	set(CMAKE_C_COMPILER_LAUNCHER ${MR_CCACHE})
	set(CMAKE_CXX_COMPILER_LAUNCHER ${MR_CCACHE})
endif()

set(mr_warnings -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wundef -Wpointer-arith -Wwrite-strings -Werror)
set(mr_c_warnings -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition)

if(MR_SANITIZE)
	add_compile_options(-fsanitize=${MR_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
	add_link_options(-fsanitize=${MR_SANITIZE})
endif()
if(MR_FUZZ)
	if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
		message(FATAL_ERROR "MR_FUZZ needs clang: use 'cmake --preset fuzz', after 'scripts/install-deps build optional'")
	endif()
	add_compile_options(-fsanitize=fuzzer-no-link)
endif()

function(mr_compile target)
	target_compile_options(${target} PRIVATE
		${mr_warnings} "$<$<COMPILE_LANGUAGE:C>:${mr_c_warnings}>" -fstack-protector-strong)
	# Defined as nothing, which is also what a file's own '#define _GNU_SOURCE' says.
	target_compile_definitions(${target} PRIVATE _GNU_SOURCE=)
	if(MR_INJECT)
		target_compile_definitions(${target} PRIVATE MR_INJECT=1)
	endif()
	if(MR_ARENA_MALLOC)
		target_compile_definitions(${target} PRIVATE MR_ARENA_MALLOC=1)
	endif()
endfunction()

# For what the linker makes: no lazy binding, and a shared object that lacks a symbol fails here and not at a user's.
function(mr_harden target)
	target_link_options(${target} PRIVATE -Wl,-z,relro,-z,now)
	get_target_property(type ${target} TYPE)
	if(type MATCHES "SHARED_LIBRARY|MODULE_LIBRARY" AND NOT MR_SANITIZE)
		target_link_options(${target} PRIVATE -Wl,-z,defs)
	endif()
endfunction()
