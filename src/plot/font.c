/* SPDX-License-Identifier: Apache-2.0
 *
 * Charts have words also where no font is installed, as in small images: then the one that lies beside this module, in fonts/, is used.
 */
#include <fontconfig/fontconfig.h>
#include <pthread.h>

#include "base/os.h"
#include "plot/canvas.h"

static bool has_fonts(FcConfig *config)
{
	const FcFontSet *set = config ? FcConfigGetFonts(config, FcSetSystem) : NULL;

	return set && set->nfont > 0;
}

static void look_for_fonts(void)
{
	mr_arena *arena = mr_arena_new(0);
	mr_str module = arena ? mr_os_module_dir(arena) : mr_str_from("");
	mr_str font = module.len ? mr_arena_printf(arena, "%s/fonts/DejaVuSans.ttf", module.ptr) : mr_str_from("");
	FcConfig *own = font.ptr && font.len ? FcConfigCreate() : NULL;
	FcChar8 *file = own ? FcConfigGetFilename(own, NULL) : NULL;

	if (own && file) {
		if (!has_fonts(FcConfigGetCurrent()))
			FcConfigAppFontAddFile(FcConfigGetCurrent(), (const FcChar8 *)font.ptr);
	} else if (own && FcConfigAppFontAddFile(own, (const FcChar8 *)font.ptr)) {
		FcConfigSetCurrent(own); /* fontconfig has no settings here, and would complain of that */
	}
	if (file)
		FcStrFree(file);
	if (own)
		FcConfigDestroy(own); /* what is current holds a reference */
	mr_arena_free(arena);
}

void canvas_fonts_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, look_for_fonts);
}
