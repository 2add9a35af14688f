#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The Debian packages in a bare Debian 12, as somebody has them who installs Millrace there: apt finds all that they need, a
# user runs the server and logs to it, a plugin and a program are built with pkg-config and with CMake and used, and what is
# removed is gone. Needs root and Debian's mirror.
set -euo pipefail
fail() { echo "packages: $*" >&2; exit 1; }
if [ -n "$MILLRACE_SANITIZE" ]; then echo "the packages are of builds without sanitizers"; exit 77; fi
if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then echo "needs root and debootstrap"; exit 77; fi

# The namespaces end all that is mounted and started below.
if [ -z "${PACKAGES_INSIDE:-}" ]; then
    here=$(mktemp -d /var/tmp/millrace-packages.XXXXXX)
    status=0
    PACKAGES_INSIDE=$here unshare --mount --pid --fork --kill-child --mount-proc bash "$0" || status=$?
    rm -rf --one-file-system "$here"
    exit $status
fi
root=$MILLRACE_SOURCE
. "$root/scripts/lib.sh"
. "$root/scripts/root.sh"

"$root/scripts/package" "$MILLRACE_BUILD" "$PWD/debs" >/dev/null
make_root "$PACKAGES_INSIDE/root"
mkdir "$rootfs/debs"
cp debs/*.deb "$rootfs/debs/"
apt_get() { in_root "apt-get -q -y -o Dpkg::Use-Pty=0 $*" >apt.log 2>&1 || { tail -n 30 apt.log >&2; fail "apt-get $*"; }; }
as_user() { in_root "su user -s /bin/sh -c 'cd ~ && $1'"; }

step "Installing the program, with what it recommends"
apt_get update
apt_get install --no-install-recommends "$(cd debs && echo ./debs/*.deb | sed 's|\./debs/libmillrace-dev_[^ ]*||; s|\./debs|/debs|g')"
in_root "useradd --create-home user"
missing=$(in_root "ldd /usr/bin/millrace /usr/lib/*/libmillrace.so.1 /usr/lib/*/millrace/*.so /usr/lib/*/millrace/plugins/*.so" |
    grep 'not found' || true)
[ -z "$missing" ] || fail "a library is missing: $missing"

step "A user runs a server and logs to it"
as_user "millrace --version" | grep -F "$(dpkg-deb -f debs/libmillrace1_*.deb Version | sed 's/-.*//')"
as_user "millrace plugins list" | grep git-context
as_user "echo \$\$ >server.pid && exec millrace server --port 0 --backend-store-uri sqlite:///m.db" >server.log 2>&1 &
server=$!
for _ in $(seq 200); do
    uri=$(sed -n 's/.*listens on \(http[^ ]*\).*/\1/p' server.log)
    [ -z "$uri" ] || break
    kill -0 $server || fail "the server ended: $(cat server.log)"
    sleep 0.05
done
as_user "export MLFLOW_TRACKING_URI=$uri && millrace experiments create --experiment-name pumps && millrace doctor" >doctor.log ||
    fail "doctor: $(cat doctor.log)"
grep -q answers doctor.log || fail "doctor: $(cat doctor.log)"
[ -s "$rootfs/home/user/m.db" ] || fail "there is no database"

step "A developer builds programs and plugins"
apt_get install --no-install-recommends /debs/libmillrace-dev_*.deb gcc libc6-dev cmake make pkg-config man-db
cp "$root/examples/quickstart.c" "$root/examples/data/iris.csv" "$rootfs/home/user/"
as_user "cc -std=c11 quickstart.c \$(pkg-config --cflags --libs millrace) -lm -o quickstart"
# The quickstart with these variables; the run that it says that it made must be there.
train() { # PROGRAM VARIABLES
    local run
    run=$(as_user "$2 $1 iris.csv" | sed -n 's/^run \([0-9a-f]*\):.*/\1/p')
    as_user "$2 millrace runs describe --run-id $run --output json" >run.json || fail "$1 with $2 made no run '$run'"
    grep -q '"learning_rate"' run.json || fail "$1 with $2: $(cat run.json)"
}
train ./quickstart "MLFLOW_TRACKING_URI=$uri"

mkdir "$rootfs/home/user/plugin"
cp "$root/plugins/example/plugin.c" "$rootfs/home/user/plugin/"
cat >"$rootfs/home/user/plugin/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(example C)
find_package(Millrace REQUIRED)
millrace_add_plugin(by-cmake plugin.c)
add_executable(train ../quickstart.c)
target_link_libraries(train PRIVATE Millrace::millrace m)
END
in_root "chown -R user: /home/user"
as_user "cmake -S plugin -B build -DCMAKE_INSTALL_PREFIX=/usr && cmake --build build" >cmake.log 2>&1 || fail "$(cat cmake.log)"
train build/train MLFLOW_TRACKING_URI=sqlite:///cmake.db
as_user "mkdir by-hand && cc -shared -fPIC plugin/plugin.c -o by-hand/example.so \$(pkg-config --cflags millrace)"
for folder in build by-hand; do
    train ./quickstart "MILLRACE_PLUGIN_PATH=\$PWD/$folder MLFLOW_TRACKING_URI=file-plugin:\$PWD/runs-$folder"
    grep -q example.host run.json || fail "the plugin in $folder tagged no run"
done
in_root "cmake --install /home/user/build" >cmake.log
as_user "millrace plugins list" | grep file-plugin || fail "an installed plugin is not found: $(cat cmake.log)"
in_root "man -P cat millrace-server" | grep -q 'the port to listen on\|The port to listen on' || fail "the man page is not found"

step "What is removed is gone"
kill "$(cat "$rootfs/home/user/server.pid")"
wait $server || fail "the server did not end well: $(cat server.log)"
in_root "xargs rm </home/user/build/install_manifest.txt"
apt_get purge millrace libmillrace1 libmillrace-dev 'millrace-*'
left=$(in_root "find /usr -iname '*millrace*' -not -path '*/debs/*'")
[ -z "$left" ] || fail "still there: $left"
