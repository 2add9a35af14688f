# SPDX-License-Identifier: Apache-2.0
# millrace_add_plugin(<name> <sources>... [LIBS <libraries>...]): <name>.so, a plugin for Millrace, as the target <name>.
# It is built with Millrace's headers and links nothing of it; only its descriptor is visible, and a symbol that nobody
# provides fails here and not when a user loads it. `cmake --install` puts it where this Millrace finds it, if that is below the
# prefix that is installed to, else into lib/millrace/plugins of the prefix.
function(millrace_add_plugin name)
	cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBS")
	if(NOT arg_UNPARSED_ARGUMENTS)
		message(FATAL_ERROR "millrace_add_plugin(${name}): name its sources, too")
	endif()
	add_library(${name} MODULE ${arg_UNPARSED_ARGUMENTS})
	target_include_directories(${name} PRIVATE "${Millrace_INCLUDE_DIRS}")
	target_link_libraries(${name} PRIVATE ${arg_LIBS})
	set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX .so
		C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
	get_target_property(options ${name} LINK_OPTIONS)
	if(NOT "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS} ${options}" MATCHES "-fsanitize")
		target_link_options(${name} PRIVATE -Wl,-z,defs) # a sanitizer's symbols come from the program
	endif()
	set(folder lib/millrace/plugins)
	cmake_path(IS_PREFIX CMAKE_INSTALL_PREFIX "${Millrace_PLUGIN_DIR}" NORMALIZE below)
	if(below)
		cmake_path(RELATIVE_PATH Millrace_PLUGIN_DIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" OUTPUT_VARIABLE folder)
	endif()
	install(TARGETS ${name} LIBRARY DESTINATION ${folder})
endfunction()
