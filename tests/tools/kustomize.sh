#!/bin/sh
# Makes kustomize available to the tests under ~/.cache/devex/kustomize (about 20 MB).
#
# Debian 12 has it only inside kubectl, in a release that takes no folders as resources, as Aspir8 writes them; so it comes from Debian sid,
# unpacked and not installed. Run it as root on Debian; it does nothing when kustomize is there already.
set -eu

home="${HOME}/.cache/devex/kustomize"
if [ -x "${home}/kustomize" ]; then
    echo "kustomize is at ${home}/kustomize"
    exit 0
fi

. "$(dirname "$0")/sid.sh"
mkdir -p "${HOME}/.cache/devex"
work="$(mktemp -d "${home}.XXXXXX")"
trap 'rm -rf "${work}"' EXIT
sid_begin kustomize.sh "${work}"
sid download kustomize
sid_unpack
mkdir "${work}/made"
mv "${work}/root/usr/bin/kustomize" "${work}/made/"
"${work}/made/kustomize" version

# The rename is the last step: a setup that was cut short is never taken for a whole one.
mv "${work}/made" "${home}"
echo "kustomize is at ${home}/kustomize"
