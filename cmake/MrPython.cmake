# SPDX-License-Identifier: Apache-2.0
# Python: the program in which Python plugins run, and the package `millrace`.

# The host program of Python plugins, src/python/host/*.py, as lib/millrace/python/*.py.
function(mr_python_host)
	file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/python/host/millrace_*.py)
	foreach(file IN LISTS files)
		cmake_path(GET file FILENAME name)
		configure_file(${file} ${CMAKE_BINARY_DIR}/lib/millrace/python/${name} COPYONLY)
	endforeach()
	set_property(GLOBAL APPEND PROPERTY MR_PYTHON_HOST ${files})
endfunction()

# Any Python's headers will do, for the extension is of the stable ABI: those of the Python that the tests use, or of another
# one on the path (MR_PYTHON_INCLUDE: those and no others).
function(mr_python_headers out)
	set(${out} "${MR_PYTHON_INCLUDE}" PARENT_SCOPE)
	set(ask "import sys, sysconfig; print(sysconfig.get_path('include') if sys.version_info >= (3, 10) else '')")
	foreach(python /usr/bin/python3 python3)
		if(MR_PYTHON_INCLUDE)
			return()
		endif()
		execute_process(COMMAND ${python} -c "${ask}" OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
		if(folder AND EXISTS ${folder}/Python.h)
			set(${out} ${folder} PARENT_SCOPE)
			return()
		endif()
	endforeach()
endfunction()

# The package of src/python/wheel with its extension (src/python/ext), laid out as it is installed: lib/python is a folder
# for PYTHONPATH, with the dist-info in which MLflow finds the entry points. scripts/wheel makes a wheel of it. Without
# Python's headers there is none.
function(mr_python_wheel)
	mr_python_headers(headers)
	set(source ${CMAKE_SOURCE_DIR}/src/python)
	file(GLOB extension CONFIGURE_DEPENDS ${source}/ext/*.c)
	if(NOT headers OR NOT extension OR NOT TARGET millrace)
		return()
	endif()
	set(to ${CMAKE_BINARY_DIR}/lib/python)
	add_library(python_extension MODULE ${extension})
	mr_compile(python_extension)
	target_compile_options(python_extension PRIVATE -Wno-write-strings) # Python's tables have char * where they mean const char *
	target_link_options(python_extension PRIVATE -Wl,-z,relro,-z,now) # Python's symbols are the interpreter's
	target_include_directories(python_extension PRIVATE ${source}/ext SYSTEM ${headers})
	target_link_libraries(python_extension PRIVATE millrace)
	# Beside the package in a wheel, above it here.
	set_target_properties(python_extension PROPERTIES PREFIX "" OUTPUT_NAME _native SUFFIX .abi3.so
		LIBRARY_OUTPUT_DIRECTORY ${to}/millrace BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN/lib:$ORIGIN/../..")
	file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${source}/wheel ${source}/wheel/millrace/*.py ${source}/wheel/millrace/*.pyi
		${source}/wheel/millrace/py.typed)
	foreach(file IN LISTS files)
		configure_file(${source}/wheel/${file} ${to}/${file} COPYONLY)
	endforeach()
	foreach(file METADATA entry_points.txt)
		configure_file(${source}/wheel/${file}.in ${to}/millrace-${PROJECT_VERSION}.dist-info/${file} @ONLY)
	endforeach()
	# bin/millrace of an environment with the package: no part of the package's folder
	add_executable(python_command ${source}/command/millrace.c)
	mr_compile(python_command)
	target_compile_definitions(python_command PRIVATE MR_VERSION="${PROJECT_VERSION}")
	set_target_properties(python_command PROPERTIES OUTPUT_NAME millrace RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/command)
	add_custom_target(python_wheel ALL DEPENDS python_extension python_command)
endfunction()
