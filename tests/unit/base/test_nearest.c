/* SPDX-License-Identifier: Apache-2.0
 *
 * Nearest names: what is offered for a slip of the finger, and that far names are not.
 */
#include "helper.h"

#include "base/nearest.h"

static void measures_distances(void **state)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {{"", "", 0},	      {"a", "", 1},	       {"local", "locla", 1}, {"local", "Local", 0},
		     {"slurm", "slrum", 1}, {"kitten", "sitting", 3}, {"env_manager", "env-manager", 0}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(mr_edit_distance(mr_str_from(cases[i].a), mr_str_from(cases[i].b)), cases[i].distance);
}

static void offers_the_near_ones_nearest_first(void **state)
{
	const mr_str names[] = {mr_str_from("validate"), mr_str_from("train"), mr_str_from("trains"), mr_str_from("main"),
				mr_str_from("strain"), mr_str_from("trained")};
	mr_arena *arena = mr_arena_new(0);

	(void)state;
	assert_string_equal(mr_nearest(arena, mr_str_from("trian"), names, 6).ptr, " Did you mean 'train', 'trains' or 'strain'?");
	assert_string_equal(mr_nearest(arena, mr_str_from("maim"), names, 6).ptr, " Did you mean 'main'?");
	assert_string_equal(mr_nearest(arena, mr_str_from("val"), names, 6).ptr, " Did you mean 'validate'?");
	assert_string_equal(mr_nearest(arena, mr_str_from("kubernetes"), names, 6).ptr, "");
	assert_string_equal(mr_nearest(arena, mr_str_from(""), names, 6).ptr, "");
	mr_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measures_distances),
		cmocka_unit_test(offers_the_near_ones_nearest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
