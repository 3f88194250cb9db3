#!/bin/sh
# Makes restic, rclone, tar and zstd available to the benchmarks: Debian's packages, installed where one is missing.
# Run it as root on Debian; it does nothing when they are there already.
set -eu

missing=""
for program in restic rclone tar zstd; do
    command -v "${program}" > /dev/null || missing="${missing} ${program}"
done
[ -z "${missing}" ] && exit 0
apt-get install --yes --no-install-recommends ${missing}
