#!/bin/sh
# Makes nginx available under ~/.cache/devex/nginx: Debian's own, unpacked and not installed, because Debian starts what it installs, for everybody to reach.
# Run it as root on Debian; it does nothing when nginx is there already.
set -eu

home="${HOME}/.cache/devex/nginx"
if [ -x "${home}/nginx" ]; then
    echo "nginx is at ${home}/nginx"
    exit 0
fi

mkdir -p "${HOME}/.cache/devex"
work="$(mktemp -d "${home}.XXXXXX")"
trap 'rm -rf "${work}"' EXIT
cd "${work}"
# The lists of packages may be absent, or older than what the mirror still has.
download() { apt-get -o APT::Sandbox::User=root -qq download nginx; }
download 2>/dev/null || { apt-get -qq update; download; }
dpkg -x nginx_*.deb root
mkdir made
mv root/usr/sbin/nginx made/
made/nginx -v

# The rename is the last step: a setup that was cut short is never taken for a whole one.
mv made "${home}"
echo "nginx is at ${home}/nginx"
