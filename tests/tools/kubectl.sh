#!/bin/sh
# Makes a kubectl available to the tests under ~/.cache/devex/kubectl (about 80 MB) that renders what Aspir8 writes.
#
# The kustomize inside Debian 12's own kubectl takes no folders as resources; so it comes from Debian sid, unpacked and not installed.
# Run it as root on Debian; it does nothing when kubectl is there already.
set -eu

home="${HOME}/.cache/devex/kubectl"
if [ -x "${home}/kubectl" ]; then
    echo "kubectl is at ${home}/kubectl"
    exit 0
fi

. "$(dirname "$0")/sid.sh"
mkdir -p "${HOME}/.cache/devex"
work="$(mktemp -d "${home}.XXXXXX")"
trap 'rm -rf "${work}"' EXIT
sid_begin kubectl.sh "${work}"
# By its release: another kubectl may be installed here, with a higher version.
sid download kubectl/sid
sid_unpack
mkdir "${work}/made"
mv "${work}/root/usr/bin/kubectl" "${work}/made/"
"${work}/made/kubectl" version --client

# The rename is the last step: a setup that was cut short is never taken for a whole one.
mv "${work}/made" "${home}"
echo "kubectl is at ${home}/kubectl"
