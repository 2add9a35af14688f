#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` makes: it can be moved, offers no more than it means to, maps no large library before it is
# needed, and programs in C and C++ are built against it by pkg-config, with the shared and with the static library.
set -euo pipefail
fail() { echo "install: $*" >&2; exit 1; }

sanitize=(${MILLRACE_SANITIZE:+-fsanitize=$MILLRACE_SANITIZE})
cmake --install "$MILLRACE_BUILD" --prefix "$PWD/first" >install.log
mv first moved
there=$PWD/moved
export PKG_CONFIG_PATH=$there/lib/pkgconfig LD_LIBRARY_PATH=$there/lib
unset MILLRACE MILLRACE_BUILD # nothing below may look into the build tree

for file in bin/millrace include/millrace.h include/millrace/plugin.h lib/libmillrace.so lib/libmillrace.a lib/millrace/net.so; do
    [ -e "$there/$file" ] || fail "$file was not installed"
done

echo "-- what pkg-config says leads to what is there"
[ -f "$(pkg-config --variable=includedir millrace)/millrace.h" ] || fail "includedir is wrong"
[ -d "$(pkg-config --variable=plugindir millrace)" ] || fail "plugindir is wrong"

echo "-- the program says its version, which is that of the library"
"$there/bin/millrace" --version | grep -F "$(pkg-config --modversion millrace)"

echo "-- it finds its plugins where it is now; the example is not among them"
(cd / && PATH=$there/bin:$PATH millrace plugins list) >plugins
grep -q 'git-context' plugins || fail "the shipped plugin is not found: $(cat plugins)"
if grep -w example plugins; then fail "the example plugin was installed"; fi

if [ ${#sanitize[@]} = 0 ]; then # a sanitizer adds libraries and names of its own
    echo "-- the library offers only names that begin with mr_"
    nm -D --defined-only "$there/lib/libmillrace.so" >offered
    [ "$(wc -l <offered)" -gt 10 ] || fail "the library offers hardly anything: $(cat offered)"
    if grep -vE ' mr_[a-z0-9_]+(@.*)?$' offered; then fail "the names above are not the library's to offer"; fi

    echo "-- the program and the library map no large library before it is needed"
    for file in bin/millrace lib/libmillrace.so; do
        ldd "$there/$file" >mapped
        if grep -E 'libcurl|libgit2|libssl|libcrypto|libpq|libmariadb|libarchive' mapped; then fail "$file maps the above"; fi
    done
fi

echo "-- a C and a C++ program are built against it and run"
read -ra flags <<<"$(pkg-config --cflags --libs millrace)"
cc -std=c11 -Wall -Wextra -Werror "${sanitize[@]}" "$MILLRACE_SOURCE/examples/quickstart.c" "${flags[@]}" -lm -o quickstart
MLFLOW_TRACKING_URI=sqlite:///$PWD/shared.db ./quickstart "$MILLRACE_SOURCE/examples/data/iris.csv"
[ -s shared.db ] || fail "the quickstart, with the shared library, stored nothing"
cat >version.cpp <<'END'
#include <millrace.h>
#include <millrace/plugin.h>
int main() { return mr_version()[0] == 0; }
END
c++ -std=c++17 -Wall -Wextra -Werror "${sanitize[@]}" version.cpp "${flags[@]}" -o version
./version

echo "-- the same with the static library"
read -ra flags <<<"$(pkg-config --static --cflags --libs millrace | sed 's/-lmillrace\b/-l:libmillrace.a/')"
cc -std=c11 "${sanitize[@]}" "$MILLRACE_SOURCE/examples/quickstart.c" "${flags[@]}" -lm -o quickstart-static
MLFLOW_TRACKING_URI=sqlite:///$PWD/static.db ./quickstart-static "$MILLRACE_SOURCE/examples/data/iris.csv"
[ -s static.db ] || fail "the quickstart, with the static library, stored nothing"
if ldd quickstart-static | grep libmillrace; then fail "the static program asks for the shared library"; fi
