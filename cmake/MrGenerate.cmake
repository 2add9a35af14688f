# SPDX-License-Identifier: Apache-2.0
# What src/api/gen/ (mr_gen) makes from src/api/*.api is committed. The target 'generate' makes it anew in place; the
# test 'generated_is_fresh' makes it elsewhere and compares.
function(mr_generate)
	file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/api/gen/*.c)
	if(NOT sources)
		return()
	endif()
	add_executable(mr_gen ${sources})
	mr_compile(mr_gen)
	add_custom_target(generate
		COMMAND ${CMAKE_SOURCE_DIR}/scripts/generate $<TARGET_FILE:mr_gen>
		DEPENDS mr_gen USES_TERMINAL COMMENT "Making the code that src/api/*.api describes")
endfunction()
