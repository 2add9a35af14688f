# SPDX-License-Identifier: Apache-2.0
# Every kind of test is found in its folder; the label is the kind. The programs lie in build/<preset>/tests, from where
# they find ../lib/millrace as the installed program does. What a test gets in its environment stands in
# tests/README.md, together with the names that decide where a test belongs.
function(mr_tests)
	set_property(GLOBAL PROPERTY MR_TEST_ENVIRONMENT
		MILLRACE_SOURCE=${CMAKE_SOURCE_DIR}
		MILLRACE_BUILD=${CMAKE_BINARY_DIR}
		MILLRACE=${CMAKE_BINARY_DIR}/bin/millrace
		MILLRACE_SANITIZE=${MR_SANITIZE}
		ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=1
		UBSAN_OPTIONS=print_stacktrace=1
		TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:die_after_fork=0)
	if(MR_SANITIZE STREQUAL "thread") # libgomp, which model libraries bring, tells ThreadSanitizer nothing of its locks
		set_property(GLOBAL APPEND PROPERTY MR_TEST_ENVIRONMENT OMP_NUM_THREADS=1)
	endif()
	mr_unit_tests()
	mr_fuzz_tests()
	mr_header_tests()
	mr_script_tests(scenario 300)
	mr_script_tests(conformance 300)
	mr_script_tests(compat 900)
	mr_script_tests(torture 600)
	mr_script_tests(example 300)
	mr_browser_tests()
	mr_tree_tests()
endfunction()

# The long ones begin first, so that the short ones fill the other core.
set(mr_cost_compat 1000)
set(mr_cost_e2e 900)
set(mr_cost_scenario 100)

# mr_add_test(<name> LABEL <label> TIMEOUT <seconds> COMMAND …)
function(mr_add_test name)
	cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "COMMAND" ${ARGN})
	get_property(environment GLOBAL PROPERTY MR_TEST_ENVIRONMENT)
	if(MR_SANITIZE)
		math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 4")
	endif()
	add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${CMAKE_BINARY_DIR})
	set_tests_properties(${name} PROPERTIES
		LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${environment}")
	if(DEFINED mr_cost_${arg_LABEL})
		set_tests_properties(${name} PROPERTIES COST ${mr_cost_${arg_LABEL}})
	endif()
endfunction()

# tests/unit/<module>/test_*.c: a program each, linked to its module and cmocka. Other .c files of the folder and of
# tests/unit/support/ are linked into each of them.
function(mr_unit_tests)
	get_property(modules GLOBAL PROPERTY MR_MODULES)
	file(GLOB support CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/support/*.c)
	foreach(module IN LISTS modules)
		file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${module}/*.c)
		set(tests ${files})
		list(FILTER tests INCLUDE REGEX "/test_[^/]*\\.c$")
		list(FILTER files EXCLUDE REGEX "/test_[^/]*\\.c$")
		foreach(file IN LISTS tests)
			cmake_path(GET file STEM stem)
			string(REGEX REPLACE "^test_" "" stem ${stem})
			set(target unit_${module}_${stem})
			add_executable(${target} ${file} ${files} ${support})
			mr_compile(${target})
			target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit)
			mr_module_targets(under_test ${module})
			if(TARGET mr_${module}_parts)
				list(PREPEND under_test mr_${module}_parts)
			endif()
			target_link_libraries(${target} PRIVATE ${under_test} PkgConfig::cmocka)
			set_target_properties(${target} PROPERTIES
				RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
			mr_add_test(${target} LABEL unit TIMEOUT 120 COMMAND ${target})
		endforeach()
	endforeach()
endfunction()

# tests/fuzz/fuzz_<name>.c: with libFuzzer in the preset 'fuzz', else with a driver of our own that replays the corpus
# and what it makes of it by a fixed seed, for a bounded time.
function(mr_fuzz_tests)
	file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_*.c)
	get_property(modules GLOBAL PROPERTY MR_MODULES)
	foreach(file IN LISTS files)
		cmake_path(GET file STEM target)
		string(REGEX REPLACE "^fuzz_" "" name ${target})
		set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
		add_executable(${target} ${file})
		mr_compile(${target})
		mr_module_targets(linked ${modules})
		target_link_libraries(${target} PRIVATE ${linked})
		set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
		if(MR_FUZZ)
			target_link_options(${target} PRIVATE -fsanitize=fuzzer)
		else()
			target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/driver/driver.c)
		endif()
		math(EXPR timeout "${MR_FUZZ_SECONDS} + 120")
		mr_add_test(${target} LABEL fuzz TIMEOUT ${timeout}
			COMMAND ${CMAKE_SOURCE_DIR}/scripts/fuzz-run $<TARGET_FILE:${target}> ${corpus} ${MR_FUZZ_SECONDS})
	endforeach()
endfunction()

# Each public header alone, as plain C and as C++.
function(mr_header_tests)
	file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/include/*.h)
	foreach(header IN LISTS headers)
		mr_add_test(header_c11:${header} LABEL header TIMEOUT 60
			COMMAND ${CMAKE_SOURCE_DIR}/scripts/check-header ${header} ${CMAKE_C_COMPILER} -xc -std=c11)
		mr_add_test(header_cxx17:${header} LABEL header TIMEOUT 60
			COMMAND ${CMAKE_SOURCE_DIR}/scripts/check-header ${header} ${CMAKE_CXX_COMPILER} -xc++ -std=c++17)
	endforeach()
endfunction()

# tests/<kind>/: *.sh by bash; test_*.py by pytest and other *.py by Python, both of the environment that
# scripts/compat-venv makes. A name that begins with '_' or is conftest.py is no test; one that ends in _long gets the label
# <kind>-long, which 'make test' leaves out. The C programs there are built with all modules linked in; test_*.c is a test.
function(mr_script_tests kind timeout)
	set(folder ${CMAKE_SOURCE_DIR}/tests/${kind})
	file(GLOB scripts CONFIGURE_DEPENDS ${folder}/*.sh ${folder}/*.py)
	list(FILTER scripts EXCLUDE REGEX "/(_[^/]*|conftest\\.py|[^/]*\\.inc\\.sh)$")
	foreach(script IN LISTS scripts)
		cmake_path(GET script STEM stem)
		mr_kind_of_test(${kind} ${stem} ${timeout})
		mr_add_test(${kind}:${name} LABEL ${label} TIMEOUT ${seconds}
			COMMAND ${CMAKE_SOURCE_DIR}/scripts/run-test ${script})
		set_tests_properties(${kind}:${name} PROPERTIES SKIP_RETURN_CODE 77)
	endforeach()
	file(GLOB programs CONFIGURE_DEPENDS ${folder}/*.c)
	get_property(modules GLOBAL PROPERTY MR_MODULES)
	foreach(program IN LISTS programs)
		cmake_path(GET program STEM stem)
		mr_kind_of_test(${kind} ${stem} ${timeout})
		set(target ${kind}_${name})
		add_executable(${target} ${program})
		mr_compile(${target})
		mr_module_targets(linked ${modules})
		target_link_libraries(${target} PRIVATE ${linked} PkgConfig::cmocka)
		set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
		if(stem MATCHES "^test_")
			mr_add_test(${kind}:${name} LABEL ${label} TIMEOUT ${seconds} COMMAND ${target})
		endif()
	endforeach()
endfunction()

# Sets name, label and seconds for the caller.
function(mr_kind_of_test kind stem timeout)
	string(REGEX REPLACE "^test_" "" name ${stem})
	set(label ${kind})
	set(seconds ${timeout})
	if(stem MATCHES "_long$")
		set(label ${kind}-long)
		set(seconds 3600)
	endif()
	set(name ${name} PARENT_SCOPE)
	set(label ${label} PARENT_SCOPE)
	set(seconds ${seconds} PARENT_SCOPE)
endfunction()

function(mr_browser_tests)
	if(EXISTS ${CMAKE_SOURCE_DIR}/tests/e2e/package-lock.json)
		mr_add_test(e2e LABEL e2e TIMEOUT 900 COMMAND ${CMAKE_SOURCE_DIR}/scripts/run-e2e)
	endif()
endfunction()

# What holds for the source tree as a whole.
function(mr_tree_tests)
	foreach(check layers spdx readme size)
		mr_add_test(tree:${check} LABEL tree TIMEOUT 60 COMMAND ${CMAKE_SOURCE_DIR}/scripts/check-${check})
	endforeach()
	mr_add_test(tree:abi LABEL tree TIMEOUT 60 COMMAND ${CMAKE_SOURCE_DIR}/scripts/check-abi)
	set_tests_properties(tree:abi PROPERTIES SKIP_RETURN_CODE 77)
	mr_add_test(powers_of_ten_are_fresh LABEL tree TIMEOUT 60 COMMAND ${CMAKE_SOURCE_DIR}/scripts/gen_pow10 --check)
	if(TARGET mr_gen)
		mr_add_test(generated_is_fresh LABEL tree TIMEOUT 60
			COMMAND ${CMAKE_SOURCE_DIR}/scripts/generate --check $<TARGET_FILE:mr_gen>)
	endif()
endfunction()
