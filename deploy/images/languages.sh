#!/usr/bin/env bash
# languages.sh FOLDER: installs each set of language servers into FOLDER, at the versions of the lock files that Core has when sessions are processes. Needs npm, by
# whose configuration it reaches a registry; none of the packages' own code runs.
set -euo pipefail
[ $# -eq 1 ] || { echo "Say where to: languages.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
for set in "$(dirname "$0")"/../../Devex.Core/Runtimes/Process/Languages/*/; do
  cp -r "$set" "$folder/"
  npm ci --prefix "$folder/$(basename "$set")" --ignore-scripts --no-audit --no-fund --omit=dev --loglevel=error
done
chmod -R a+rX "$folder"
