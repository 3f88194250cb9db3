#!/bin/sh
# Runs Ceph's S3 server (radosgw of Debian 13, with one monitor and one store in memory) on loopback, for the S3 contract by hand:
#
#   tests/tools/ceph.sh up       sets it up the first time (about 4 minutes, 1.1 GB), starts it, prints the environment of the tests
#   tests/tools/ceph.sh down     ends what `up` started
#   tests/tools/ceph.sh remove   ends it and removes everything
#
# It lives in a folder of its own, ~/.cache/devex/ceph: the system's packages and package sources stay as they are. What is stored is gone
# with `down`. Needs root on Debian. See docs/s3.md for what came of it.
set -eu

home="${HOME}/.cache/devex/ceph"
root="${home}/root"
run="${home}/run"
access="AKDEVEXCEPHTEST"
secret="devexcephtestsecret"

fail() { echo "ceph.sh: $*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || fail "needs root on Debian."

# A command in the chroot, with mounts that nobody else sees and that end with it. unshare, sh and chroot each become the next by exec.
enter='mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && exec chroot "$0" "$@"'

inside() { unshare --mount sh -c "${enter}" "${root}" "$@"; }

setup() {
    [ -d "${root}" ] && return
    mkdir -p "${home}"
    work="$(mktemp -d "${home}/setup.XXXXXX")"
    (cd "${work}" && apt-get -q -o APT::Sandbox::User=root download debootstrap && dpkg -x debootstrap_*.deb tool)
    DEBOOTSTRAP_DIR="${work}/tool/usr/share/debootstrap" "${work}/tool/usr/sbin/debootstrap" --variant=minbase trixie "${work}/root" http://deb.debian.org/debian
    # Packages start nothing.
    printf '#!/bin/sh\nexit 101\n' > "${work}/root/usr/sbin/policy-rc.d"
    chmod +x "${work}/root/usr/sbin/policy-rc.d"
    unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o APT::Sandbox::User=root radosgw ceph-mon ceph-osd ceph-common' "${work}/root"
    rm -rf "${work}/root/var/cache/apt/archives" "${work}/root/var/lib/apt/lists"
    # The rename is the last step: a setup that was cut short is never taken for a whole one.
    mv "${work}/root" "${root}"
    rm -rf "${work}"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Starts a daemon and keeps its pid, which a function in the background would hide behind that of a shell.
daemon() {
    name="$1"
    shift
    unshare --mount sh -c "${enter}" "${root}" "$@" > "${run}/${name}.log" 2>&1 &
    echo $! > "${run}/${name}.pid"
}

until_ok() {
    what="$1"
    shift
    for _ in $(seq 120); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.5
    done
    fail "${what} did not come up; see ${run}/*.log"
}

up() {
    setup
    [ ! -d "${run}" ] || fail "it runs already, or did not end cleanly: ceph.sh down"
    mkdir -p "${run}"
    mon="$(free_port)"
    port="$(free_port)"
    fsid="$(cat /proc/sys/kernel/random/uuid)"
    rm -rf "${root}/var/lib/ceph/mon/ceph-a" "${root}/var/lib/ceph/osd/ceph-0" "${root}/etc/ceph"
    mkdir -p "${root}/var/lib/ceph/mon" "${root}/var/lib/ceph/osd/ceph-0" "${root}/etc/ceph" "${root}/run/ceph"
    cat > "${root}/etc/ceph/ceph.conf" <<CONF
[global]
fsid = ${fsid}
mon_host = [v2:127.0.0.1:${mon}]
public_network = 127.0.0.0/8
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
memstore_device_bytes = 4294967296
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
CONF
    inside ceph-authtool --create-keyring /etc/ceph/ceph.client.admin.keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' >/dev/null
    inside ceph-authtool --create-keyring /etc/ceph/mon.keyring --gen-key -n mon. --cap mon 'allow *' --import-keyring /etc/ceph/ceph.client.admin.keyring >/dev/null
    inside monmaptool --create --fsid "${fsid}" --addv a "[v2:127.0.0.1:${mon}]" /etc/ceph/monmap >/dev/null
    inside ceph-mon --mkfs -i a --monmap /etc/ceph/monmap --keyring /etc/ceph/mon.keyring
    daemon mon ceph-mon -f -i a --public-addrv "[v2:127.0.0.1:${mon}]"
    until_ok "the monitor" inside ceph --connect-timeout 5 mon stat
    uuid="$(cat /proc/sys/kernel/random/uuid)"
    inside ceph osd new "${uuid}" >/dev/null
    inside ceph auth get-or-create osd.0 mon 'allow profile osd' osd 'allow *' -o /var/lib/ceph/osd/ceph-0/keyring
    inside ceph-osd -i 0 --mkfs --osd-uuid "${uuid}"
    daemon osd ceph-osd -f -i 0
    until_ok "the store" sh -c "'$0' inside-ceph osd stat | grep -q '1 up'"
    inside radosgw-admin user create --uid=devex --display-name=devex --access-key="${access}" --secret-key="${secret}" > "${run}/user.log" 2>&1
    inside ceph auth get-or-create client.rgw mon 'allow rwx' osd 'allow rwx' -o /etc/ceph/ceph.client.rgw.keyring
    # Without tcp_nodelay each answer waits for the client's delayed acknowledgement.
    daemon radosgw radosgw -f -n client.rgw --keyring /etc/ceph/ceph.client.rgw.keyring --rgw-frontends "beast endpoint=127.0.0.1:${port} tcp_nodelay=1"
    until_ok "radosgw" python3 -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:${port}/')"
    echo "# $(inside radosgw --version)"
    echo "export DEVEX_S3_PEER=http://127.0.0.1:${port} DEVEX_S3_PEER_ACCESS_KEY=${access} DEVEX_S3_PEER_SECRET_KEY=${secret}"
}

down() {
    for name in radosgw osd mon; do
        [ -f "${run}/${name}.pid" ] || continue
        pid="$(cat "${run}/${name}.pid")"
        if kill "${pid}" 2>/dev/null; then
            for _ in $(seq 60); do
                kill -0 "${pid}" 2>/dev/null || break
                sleep 0.5
            done
            kill -KILL "${pid}" 2>/dev/null || true
        fi
    done
    rm -rf "${run}"
}

case "${1:-}" in
    up) up ;;
    down) down ;;
    remove) down; rm -rf "${home}" ;;
    inside-ceph) shift; inside ceph "$@" ;;
    *) fail "up, down or remove?" ;;
esac
