#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The wheel that is given to people: made twice with the same bytes, as auditwheel wants it, and used in a bare Debian that has
# Python and pip, and no compiler, no names on the network, no fonts, and its authorities where another system keeps them. Needs root, and
# the package registries for the tools and the root.
set -euo pipefail

if [ -n "${MILLRACE_SANITIZE:-}" ]; then echo "the wheel is of builds without sanitizers"; exit 77; fi
if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then echo "needs root and debootstrap"; exit 77; fi

# The namespaces end all that is mounted and started below.
if [ -z "${WHEEL_INSIDE:-}" ]; then
    here=$(mktemp -d /var/tmp/millrace-wheel.XXXXXX)
    status=0
    WHEEL_INSIDE=$here unshare --mount --pid --fork --kill-child --mount-proc bash "$0" || status=$?
    rm -rf --one-file-system "$here"
    exit $status
fi
root=$MILLRACE_SOURCE
. "$root/scripts/lib.sh"
. "$root/scripts/root.sh"

step "The wheel, twice"
wheel=$("$root/scripts/wheel")
first=$(sha256sum <"$wheel")
"$root/scripts/wheel" >/dev/null
[ "$first" = "$(sha256sum <"$wheel")" ] || die "the same sources gave another wheel"
case $wheel in *-cp310-abi3-manylinux_2_[0-9]*) ;; *) die "$wheel is of no manylinux" ;; esac
[ "$(wc -c <"$wheel")" -lt 40000000 ] || die "the wheel is larger than 40 MB"
python3 - "$wheel" <<'PYTHON'
import re, sys, zipfile
names = zipfile.ZipFile(sys.argv[1]).namelist()
libraries = [name for name in names if name.startswith("millrace.libs/")]
licences = [name for name in names if "/licenses/" in name]
assert len(libraries) > 30 and len(licences) > 30, (len(libraries), len(licences))
assert all(re.search(r"-[0-9a-f]{8}\.", name) for name in libraries), libraries
for part in ("bin/millrace", "lib/libmillrace.so.1", "_native.abi3.so", "include/millrace/plugin.h", "lib/millrace/python/millrace_host.py",
             *(f"lib/millrace/{module}.so" for module in ("net", "git", "archive", "plot", "crypto", "plugins/onnx", "plugins/xgboost"))):
    assert f"millrace/{part}" in names, part
PYTHON

make_root "$WHEEL_INSIDE/root" --include=python3-venv,python3-pip
cp "$wheel" "$rootfs/root/"
work=$(mktemp -d)
cp "$root/tests/scenario/_wheel_bare.py" "$rootfs/root/wheel_bare.py"
# A server whose authority only this file knows; Debian's own place, which the wheel's libcurl was built with, is empty.
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/cert" -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost 2>/dev/null
cat "$work/key" "$work/cert" >"$rootfs/root/server.pem"
mkdir -p "$rootfs/etc/pki/tls/certs"
cp "$work/cert" "$rootfs/etc/pki/tls/certs/ca-bundle.crt"
rm -rf "$work" "$rootfs/etc/ssl/certs/ca-certificates.crt" "$rootfs/etc/resolv.conf"

step "In a bare Debian, without network"
# shellcheck disable=SC2016 # for the shell in there
in_root 'set -e
    unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE SSL_CERT_FILE PIP_CERT # they would say where the authorities are
    cd /root
    if command -v cc; then echo "there is a compiler"; exit 1; fi
    python3 -m venv v
    v/bin/pip install --quiet --no-index ./*.whl
    v/bin/python wheel_bare.py
    v/bin/pip uninstall --quiet --yes millrace
    left=$(find v -iname "*millrace*")
    if [ -n "$left" ]; then echo "pip left $left"; exit 1; fi'
note "all of it passed"
