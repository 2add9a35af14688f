/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of runs and models that were given none: an adjective, an animal and a
 * number, at most 20 characters, as MLflow makes them. The words are our own.
 */
#include "store/rules.h"

static const char *const adjectives[] = {
	"agile",  "amber",  "apt",    "azure",	"bold",	  "brave",   "breezy", "bright", "brisk",  "calm",   "candid",
	"cheery", "chilly", "clear",  "clever", "copper", "coral",   "cosmic", "crisp",	 "dapper", "daring", "deft",
	"dreamy", "eager",  "early",  "fair",	"fancy",  "fleet",   "fond",   "frank",	 "fresh",  "gentle", "glad",
	"golden", "grand",  "green",  "handy",	"happy",  "hardy",   "hazel",  "humble", "ideal",  "jolly",  "keen",
	"kind",	  "lively", "loyal",  "lucky",	"lunar",  "mellow",  "merry",  "mighty", "misty",  "modest", "neat",
	"nimble", "noble",  "olive",  "patient", "placid", "plucky", "polite", "proud",	 "quick",  "quiet",  "rapid",
	"ready",  "royal",  "rustic", "sandy",	"serene", "sharp",   "shiny",  "silent", "silver", "sleek",  "smart",
	"snowy",  "solar",  "solid",  "spry",	"steady", "stellar", "sturdy", "sunny",	 "swift",  "tidy",   "tranquil",
	"trusty", "upbeat", "vivid",  "warm",	"wild",	  "wise",    "witty",  "zesty"};

static const char *const animals[] = {
	"badger", "beaver",  "bison",	"bobcat", "carp",   "cat",    "cobra",	"condor", "cougar", "crab",   "crane",
	"crow",	  "curlew",  "deer",	"dingo",  "dove",   "duck",   "eagle",	"egret",  "elk",    "falcon", "ferret",
	"finch",  "fox",     "frog",	"gecko",  "goat",   "goose",  "grouse", "gull",	  "hare",   "hawk",   "heron",
	"horse",  "hound",   "ibex",	"jackal", "jaguar", "jay",    "kite",	"koala",  "lark",   "lemur",  "lion",
	"lizard", "llama",   "lynx",	"marten", "mink",   "mole",   "moose",	"moth",	  "mouse",  "newt",   "ocelot",
	"orca",	  "osprey",  "otter",	"owl",	  "ox",	    "panda",  "parrot", "perch",  "pike",   "plover", "pony",
	"puffin", "puma",    "quail",	"rabbit", "raven",  "robin",  "salmon", "seal",	  "shark",  "sheep",  "shrew",
	"skunk",  "sloth",   "snail",	"sparrow", "squid", "stag",   "stork",	"swan",	  "tapir",  "tern",   "tiger",
	"toad",	  "trout",   "turtle",	"viper",  "vole",   "walrus", "weasel", "whale",  "wolf",   "wombat", "wren",
	"yak",	  "zebra"};

enum { NAME_MAX_LENGTH = 20, TRIES = 4 };

mr_str mr_random_name(mr_arena *arena, const uint8_t random[24])
{
	char name[64];
	int i, n = 0;

	for (i = 0; i < TRIES; i++) {
		const uint8_t *r = random + i * 6;
		size_t a = (size_t)(r[0] << 8 | r[1]) % (sizeof adjectives / sizeof adjectives[0]);
		size_t b = (size_t)(r[2] << 8 | r[3]) % (sizeof animals / sizeof animals[0]);
		int number = (r[4] << 8 | r[5]) % 1001;

		n = snprintf(name, sizeof name, "%s-%s-%d", adjectives[a], animals[b], number);
		if (n <= NAME_MAX_LENGTH)
			break;
	}
	return mr_arena_copy(arena, mr_str_make(name, (size_t)(n < NAME_MAX_LENGTH ? n : NAME_MAX_LENGTH)));
}
