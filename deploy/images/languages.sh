#!/usr/bin/env bash
# languages.sh FOLDER: installs each set of language servers into FOLDER/languages, at the versions of the lock files that Core has when sessions are processes, and npm
# into FOLDER/npm: Debian's brings four hundred packages with it. Needs npm, by whose configuration it reaches a registry; none of the packages' own code runs.
set -euo pipefail
[ $# -eq 1 ] || { echo "Say where to: languages.sh FOLDER" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/languages"
folder=$(cd "$1" && pwd)

install() {
  cp -r "$1" "$2/"
  npm ci --prefix "$2/$(basename "$1")" --ignore-scripts --no-audit --no-fund --omit=dev --loglevel=error
}

for set in "$here"/../../Devex.Core/Runtimes/Process/Languages/*/; do install "$set" "$folder/languages"; done
install "$here/npm" "$folder"
chmod -R a+rX "$folder"
