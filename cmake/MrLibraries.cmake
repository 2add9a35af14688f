# SPDX-License-Identifier: Apache-2.0
# Other people's libraries, each as the target PkgConfig::<name>. packaging/debian-packages.txt has Debian's names.
find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

function(mr_find_library name module)
	pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL ${module})
	if(NOT ${name}_FOUND)
		message(FATAL_ERROR "The library '${module}' is missing. Run scripts/install-deps, then configure again.")
	endif()
endfunction()

mr_find_library(yaml yaml-0.1)
mr_find_library(curl libcurl)
mr_find_library(cairo cairo)
mr_find_library(sqlite sqlite3)
mr_find_library(git2 libgit2)
mr_find_library(archive libarchive)
mr_find_library(microhttpd libmicrohttpd)
mr_find_library(zlib zlib)
if(MR_TESTS)
	mr_find_library(cmocka cmocka)
endif()
