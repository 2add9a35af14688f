# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
#
# What the scripts share; read with '.'. The reader has set $root to the folder of the source tree.

if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then
    bold=$(printf '\033[1m') green=$(printf '\033[32m') red=$(printf '\033[31m') plain=$(printf '\033[0m')
else
    bold='' green='' red='' plain=''
fi

# What is being done, before it is done. To stderr, so that stdout is the answer of the command.
step() { printf '%s\n' "$green==>$plain $bold$*$plain" >&2; }
note() { printf '%s\n' "    $*" >&2; }
die()  { printf '%s\n' "$red$(basename -- "$0"): $*$plain" >&2; exit 1; }

# The comment at the top of the script that calls it.
usage() { sed -n '3,/^[^#]/s/^#\( \|$\)//p' "$0" >&2; exit 2; }

jobs() { echo "${JOBS:-$(nproc 2>/dev/null || echo 2)}"; }
