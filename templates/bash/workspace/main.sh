#!/usr/bin/env bash
# Shows the largest files below a folder. Usage: ./main.sh [folder] [how many]
set -euo pipefail

folder=${1:-.}
count=${2:-5}

if [[ ! -d $folder ]]; then
  echo "There is no folder '$folder'." >&2
  exit 1
fi

echo "The $count largest files in $(realpath "$folder"):"
find "$folder" -type f -printf '%s\t%P\n' | sort -rn | awk -v count="$count" 'NR <= count' |
  while IFS=$'\t' read -r size path; do
    printf '%10s  %s\n' "$(numfmt --to=iec "$size")" "$path"
  done
