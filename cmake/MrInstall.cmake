# SPDX-License-Identifier: Apache-2.0
# cmake --install, and by it CPack: each thing with the package that has it as its component. The program finds
# ../lib/millrace beside itself, so that the installed tree can be moved.
#
# The library folder is read when it is installed, not when it is configured, so that the same build gives both an
# install below lib/ and Debian's packages below lib/<architecture>/: MR_INSTALL_LIBDIR in the environment says which.
function(mr_install)
	include(GNUInstallDirs)
	set(lib "\${mr_libdir}")
	set(dev libmillrace-dev)
	get_property(loaded GLOBAL PROPERTY MR_LOADED)
	get_property(plugins GLOBAL PROPERTY MR_PLUGINS_INSTALLED)
	set(made ${CMAKE_BINARY_DIR}/install)
	foreach(part MAJOR MINOR)
		file(STRINGS ${CMAKE_SOURCE_DIR}/include/millrace/plugin.h line REGEX "^#define MR_ABI_${part} ")
		string(REGEX REPLACE ".* " "" MR_ABI_${part} "${line}")
	endforeach()
	install(CODE "
		set(mr_libdir lib)
		set(mr_zshdir share/zsh/site-functions)
		if(NOT \"\$ENV{MR_INSTALL_LIBDIR}\" STREQUAL \"\")
			set(mr_libdir \"\$ENV{MR_INSTALL_LIBDIR}\")
			set(mr_zshdir share/zsh/vendor-completions)
		endif()
		file(RELATIVE_PATH to_prefix /\${mr_libdir}/pkgconfig /)
		string(REGEX REPLACE \"/\$\" \"\" to_prefix \"\${to_prefix}\")
		file(RELATIVE_PATH libdir / /\${mr_libdir})
		set(PROJECT_VERSION ${PROJECT_VERSION})
		set(PROJECT_DESCRIPTION \"${PROJECT_DESCRIPTION}\")
		set(MR_ABI_MAJOR ${MR_ABI_MAJOR})
		set(MR_ABI_MINOR ${MR_ABI_MINOR})
		foreach(name millrace.pc MillraceConfig.cmake MillraceConfigVersion.cmake)
			configure_file(${CMAKE_SOURCE_DIR}/packaging/\${name}.in ${made}/\${name} @ONLY)
		endforeach()
	" ALL_COMPONENTS)
	install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/ DESTINATION include COMPONENT ${dev} FILES_MATCHING PATTERN "*.h")
	if(TARGET millrace)
		install(TARGETS millrace LIBRARY DESTINATION ${lib} COMPONENT libmillrace1 NAMELINK_COMPONENT ${dev})
		install(TARGETS millrace_static ARCHIVE DESTINATION ${lib} COMPONENT ${dev})
		install(FILES ${made}/millrace.pc DESTINATION ${lib}/pkgconfig COMPONENT ${dev})
		install(FILES ${made}/MillraceConfig.cmake ${made}/MillraceConfigVersion.cmake
			${CMAKE_SOURCE_DIR}/cmake/MillracePlugin.cmake DESTINATION ${lib}/cmake/Millrace COMPONENT ${dev})
	endif()
	foreach(target IN LISTS loaded)
		mr_component(${target} component)
		install(TARGETS ${target} LIBRARY DESTINATION ${lib}/millrace COMPONENT ${component})
	endforeach()
	foreach(target IN LISTS plugins)
		mr_component(${target} component)
		install(TARGETS ${target} LIBRARY DESTINATION ${lib}/millrace/plugins COMPONENT ${component})
	endforeach()
	if(TARGET millrace_program)
		install(TARGETS millrace_program RUNTIME DESTINATION bin COMPONENT millrace)
		mr_install_manual()
	endif()
	if(EXISTS ${CMAKE_SOURCE_DIR}/packaging/millrace.service)
		install(FILES ${CMAKE_SOURCE_DIR}/packaging/millrace.service DESTINATION lib/systemd/system COMPONENT millrace)
		install(FILES ${CMAKE_SOURCE_DIR}/packaging/millrace-deployments.service DESTINATION lib/systemd/user
			COMPONENT millrace)
	endif()
	get_property(python_host GLOBAL PROPERTY MR_PYTHON_HOST)
	if(python_host)
		install(FILES ${python_host} DESTINATION ${lib}/millrace/python COMPONENT libmillrace1)
	endif()
	install(FILES ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/README.md DESTINATION share/doc/millrace COMPONENT millrace)
	include(MrPackage)
	mr_package()
endfunction()

# The package that a loaded module or a plugin is in: its target's own (MR_PACKAGE), else the library's.
function(mr_component target out)
	get_target_property(component ${target} MR_PACKAGE)
	if(NOT component)
		set(component libmillrace1)
	endif()
	set(${out} ${component} PARENT_SCOPE)
endfunction()

# Man pages and completions, which the program prints.
function(mr_install_manual)
	set(made ${CMAKE_BINARY_DIR}/share)
	add_custom_command(OUTPUT ${made}/manual.stamp
		COMMAND ${CMAKE_COMMAND} -E rm -rf ${made}
		COMMAND ${CMAKE_COMMAND} -E make_directory ${made}
		COMMAND millrace_program manual man --folder ${made}/man/man1
		COMMAND millrace_program manual bash > ${made}/bash
		COMMAND millrace_program manual zsh > ${made}/zsh
		COMMAND millrace_program manual fish > ${made}/fish
		COMMAND ${CMAKE_COMMAND} -E touch ${made}/manual.stamp
		DEPENDS millrace_program COMMENT "Man pages and completions" VERBATIM)
	add_custom_target(manual ALL DEPENDS ${made}/manual.stamp)
	add_dependencies(product manual)
	install(DIRECTORY ${made}/man/man1 DESTINATION share/man COMPONENT millrace)
	install(CODE "
		if(NOT \"\$ENV{MR_INSTALL_LIBDIR}\" STREQUAL \"\") # Debian's pages are compressed
			execute_process(COMMAND gzip -9nrf \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/share/man COMMAND_ERROR_IS_FATAL ANY)
		endif()
	" COMPONENT millrace)
	install(FILES ${made}/bash DESTINATION share/bash-completion/completions RENAME millrace COMPONENT millrace)
	install(FILES ${made}/zsh DESTINATION "\${mr_zshdir}" RENAME _millrace COMPONENT millrace)
	install(FILES ${made}/fish DESTINATION share/fish/vendor_completions.d RENAME millrace.fish COMPONENT millrace)
endfunction()
