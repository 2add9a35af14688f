# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# A bare Debian 12 in a folder, for what must be seen on a new machine; read with '.', after lib.sh. The reader is root, in a
# mount namespace of its own (unshare --mount): what is mounted here goes with it.

# make_root FOLDER [DEBOOTSTRAP-OPTION...]: sets rootfs
make_root() {
    local mirror
    rootfs=$1
    shift
    # shellcheck disable=SC2016 # the format is apt's
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 2>/dev/null | grep -m1 '/debian/*$' || true)
    step "Making a bare Debian 12 in $rootfs"
    debootstrap --variant=minbase "$@" bookworm "$rootfs" "${mirror:-http://deb.debian.org/debian}" \
        >"$rootfs.log" 2>&1 || { tail -n 20 "$rootfs.log" >&2; die "debootstrap failed"; }
    rm -f "$rootfs.log"
    chmod 755 "$rootfs" # mktemp's folders are closed to the users that are in there
    copy_network
    mount_system
}

# How this machine reaches the registries: Debian's sources, proxies, names, and the authorities that it trusts.
copy_network() {
    if [ -f /etc/apt/sources.list.d/debian.sources ]; then
        cp /etc/apt/sources.list.d/debian.sources "$rootfs/etc/apt/sources.list.d/"
        : >"$rootfs/etc/apt/sources.list"
    fi
    apt-config dump | grep -E '^Acquire::(https?::|ftp::|Retries|Check-)' >"$rootfs/etc/apt/apt.conf.d/90host" || true
    cp -L /etc/resolv.conf /etc/hosts "$rootfs/etc/"
    if [ -d /usr/local/share/ca-certificates ]; then
        mkdir -p "$rootfs/usr/local/share/ca-certificates"
        cp -RL /usr/local/share/ca-certificates/. "$rootfs/usr/local/share/ca-certificates/"
    fi
}

mount_system() {
    mount --make-rprivate /
    mount -t proc proc "$rootfs/proc"
    mount --rbind /sys "$rootfs/sys"
    mount --rbind /dev "$rootfs/dev"
}

# in_root COMMAND [NAME=VALUE...]: the command by sh as root in there, with nothing of our environment but what tells
# programs how to reach the registries.
in_root() {
    local name settings=() command=$1
    shift
    for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY PIP_INDEX_URL PIP_CERT \
        REQUESTS_CA_BUNDLE SSL_CERT_FILE NODE_EXTRA_CA_CERTS npm_config_registry; do
        if [ -n "${!name:-}" ]; then settings+=("$name=${!name}"); fi
    done
    chroot "$rootfs" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        ${settings[@]+"${settings[@]}"} "$@" sh -c "$command" </dev/null
}
