# SPDX-License-Identifier: Apache-2.0
# Debian's packages, made by CPack from what mr_install() gave each component: scripts/package runs it.
function(mr_package)
	set(components millrace libmillrace1 libmillrace-dev)
	get_property(loaded GLOBAL PROPERTY MR_LOADED)
	get_property(plugins GLOBAL PROPERTY MR_PLUGINS_INSTALLED)
	set(extra) # packages of what pulls in a large library
	foreach(target IN LISTS loaded plugins)
		mr_component(${target} component)
		list(APPEND extra ${component})
	endforeach()
	list(REMOVE_ITEM extra libmillrace1)
	list(REMOVE_DUPLICATES extra)
	list(APPEND components ${extra})

	set(CPACK_GENERATOR DEB)
	set(CPACK_PACKAGE_NAME millrace)
	set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # each package has its own
	set(CPACK_PACKAGE_VENDOR Millrace)
	set(CPACK_PACKAGE_CONTACT "The Millrace authors <millrace@localhost>")
	set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
	set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
	set(CPACK_STRIP_FILES ON)
	set(CPACK_DEB_COMPONENT_INSTALL ON)
	set(CPACK_COMPONENTS_GROUPING IGNORE)
	set(CPACK_COMPONENTS_ALL ${components})
	set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
	set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
	set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
	set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
	set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
	set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
		WORLD_READ WORLD_EXECUTE)
	set(same "= ${PROJECT_VERSION}-1")

	mr_describe(millrace science "MLflow, natively: server and command line"
		"The program millrace: a tracking server with MLflow's REST API and web"
		"pages, in place of 'mlflow server', and the commands for runs, models,"
		"artifacts, databases and plugins.")
	set(CPACK_DEBIAN_MILLRACE_PACKAGE_DEPENDS "libmillrace1 (${same}), ca-certificates")
	list(JOIN extra ", " recommended)
	set(CPACK_DEBIAN_MILLRACE_PACKAGE_RECOMMENDS "${recommended}")
	set(CPACK_DEBIAN_MILLRACE_PACKAGE_SUGGESTS libmillrace-dev)
	set(scripts ${CMAKE_SOURCE_DIR}/packaging/debian/millrace)
	set(CPACK_DEBIAN_MILLRACE_PACKAGE_CONTROL_EXTRA ${scripts}/postinst ${scripts}/prerm ${scripts}/postrm)

	mr_describe(libmillrace1 libs "MLflow, natively: the library"
		"The library libmillrace, by which C and C++ programs log runs, metrics,"
		"models and artifacts, with the modules that it and the program millrace"
		"load when they need them.")
	set(CPACK_DEBIAN_LIBMILLRACE1_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/debian/triggers)

	mr_describe(libmillrace-dev libdevel "MLflow, natively: headers for programs and plugins"
		"What is needed to build programs with libmillrace and plugins for it:"
		"headers, the static library, and the files for pkg-config and CMake.")
	set(CPACK_DEBIAN_LIBMILLRACE-DEV_PACKAGE_DEPENDS "libmillrace1 (${same})")

	foreach(package IN LISTS extra)
		string(REGEX REPLACE "^millrace-(plugin-)?" "" part ${package})
		mr_describe(${package} science "MLflow, natively: what needs a large library (${part})"
			"A part of Millrace that is loaded when it is needed, and in a package of"
			"its own for the library that it uses.")
		string(TOUPPER ${package} upper)
		set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "libmillrace1 (${same})")
	endforeach()
	# Letters are drawn with what fonts there are.
	string(APPEND CPACK_DEBIAN_MILLRACE-PLOT_PACKAGE_DEPENDS ", fonts-dejavu-core | fonts-liberation2")
	foreach(package IN LISTS components)
		mr_policy_files(${package})
	endforeach()
	include(CPack)
endfunction()

# mr_describe(<package> <section> <summary> <line>...)
macro(mr_describe package section summary)
	string(REPLACE ";" "\n" mr_text "${ARGN}")
	string(TOUPPER ${package} mr_upper)
	set(CPACK_DEBIAN_${mr_upper}_PACKAGE_NAME ${package})
	set(CPACK_DEBIAN_${mr_upper}_PACKAGE_SECTION ${section})
	set(CPACK_DEBIAN_${mr_upper}_DESCRIPTION "${summary}\n${mr_text}")
endmacro()

# What Debian wants in each package: the licence, what has changed, and what has changed in the packaging.
function(mr_policy_files package)
	set(docs share/doc/${package})
	set(made ${CMAKE_BINARY_DIR}/install)
	install(FILES ${CMAKE_SOURCE_DIR}/packaging/debian/copyright DESTINATION ${docs} COMPONENT ${package})
	install(CODE "
		string(TIMESTAMP day \"%a, %d %b %Y %H:%M:%S +0000\" UTC) # that of SOURCE_DATE_EPOCH, if it is set
		file(WRITE ${made}/debian-changes \"millrace (${PROJECT_VERSION}-1) unstable; urgency=medium\\n\\n\"
			\"  * What is new stands in changelog.gz.\\n\\n -- ${CPACK_PACKAGE_CONTACT}  \${day}\\n\")
		foreach(pair ${CMAKE_SOURCE_DIR}/CHANGELOG.md=changelog.gz ${made}/debian-changes=changelog.Debian.gz)
			string(REPLACE = \";\" pair \${pair})
			list(GET pair 0 from)
			list(GET pair 1 to)
			execute_process(COMMAND gzip -9n INPUT_FILE \${from} OUTPUT_FILE ${made}/\${to} COMMAND_ERROR_IS_FATAL ANY)
		endforeach()
	" COMPONENT ${package})
	install(FILES ${made}/changelog.gz ${made}/changelog.Debian.gz DESTINATION ${docs} COMPONENT ${package})
endfunction()
