#!/usr/bin/env bash
# images.sh [TEMPLATE ...]: the runner image and the session images of these templates (all of them unless said otherwise), from the project's own
# Dockerfiles by buildah, without a registry or a container engine; each is kept in the cache under a name made from what it is made of. Where the cluster of
# up.sh runs they are put into it. Writes what Core is to be told, one NAME=IMAGE@DIGEST a line, to images.env beside the archives.
set -euo pipefail
source "$(dirname "$0")/common.sh"
cd "$repository"
[ $# -gt 0 ] || set -- $(ls templates --ignore='*.*')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export BUILDAH_ISOLATION=chroot
images=$cache/images
mkdir -p "$images"
build() { buildah --storage-driver vfs --root "$work/storage" --runroot "$work/run" "$@"; }
say() { printf '%5d s  %s\n' "$SECONDS" "$*"; }

runner_key=$(find Devex.Runner Devex.Contracts Devex.Snapshots Directory.*.props -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' \) \
  -not -path '*/obj/*' -not -path '*/bin/*' -print0 | sort -z | xargs -0 cat | sha256sum | cut -c1-16)
base_key=$(echo "bookworm slim 1" | sha256sum | cut -c1-16)

# Makes what is absent, whole or not at all.
base() {
  local file=$images/base-$base_key.tar
  if [ ! -e "$file" ]; then
    # As slim as the images of Debian that are called so.
    mmdebstrap --quiet --variant=minbase --format=tar --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
      --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
      bookworm "$work/base.tar"
    mv "$work/base.tar" "$file"
    say "base"
  fi
  [ -n "${based:-}" ] && return 0
  mkdir "$work/base"
  ln "$file" "$work/base/base.tar" 2>/dev/null || cp "$file" "$work/base/base.tar"
  printf 'FROM scratch\nADD base.tar /\nCMD ["/bin/bash"]\n' >"$work/base/Dockerfile"
  build bud --quiet --tag localhost/debian:12 "$work/base" >/dev/null
  based=1
}

native() {
  native=$cache/native-$runner_key
  [ -e "$native/Devex.Runner" ] && return 0
  dotnet publish Devex.Runner -c Release -o "$work/native" --artifacts-path "$work/artifacts" -v q -nologo -m:1 -nodeReuse:false -p:UseSharedCompilation=false \
    -p:RunAnalyzers=false >"$work/publish.log" 2>&1 || { cat "$work/publish.log" >&2; exit 1; }
  mkdir -p "$native"
  mv "$work/native/Devex.Runner" "$native/"
  say "runner"
}

runner_file=$images/runner-$( (echo "$runner_key $base_key"; cat deploy/images/runner.Dockerfile) | sha256sum | cut -c1-16).tar
runner() {
  native
  base
  [ -n "${runner_built:-}" ] && return 0
  build bud --quiet --build-arg BASE=localhost/debian:12 --tag localhost/devex/runner:test --file deploy/images/runner.Dockerfile "$native" >/dev/null
  runner_built=1
}

# keep IMAGE FILE
keep() {
  [ -e "$2" ] && return 0
  build push --quiet "$1" "docker-archive:$work/image.tar:$1"
  mv "$work/image.tar" "$2"
  say "$1"
}

languages_file=$images/languages-$(cat deploy/images/languages.* deploy/images/npm/package-lock.json Devex.Core/Runtimes/Process/Languages/*/package-lock.json | sha256sum | cut -c1-16).tar
languages() {
  [ -n "${languages_built:-}" ] && return 0
  if [ -e "$languages_file" ]; then
    build pull --quiet "docker-archive:$languages_file" >/dev/null
  else
    deploy/images/languages.sh "$work/languages" >/dev/null
    build bud --quiet --tag localhost/devex/languages:test --file deploy/images/languages.Dockerfile "$work/languages" >/dev/null
    keep localhost/devex/languages:test "$languages_file"
  fi
  languages_built=1
}

sdk() {
  base
  build bud --quiet --tag localhost/dotnet/sdk:10.0 --file tests/cluster/sdk.Dockerfile "$(dirname "$(readlink -f "$(command -v dotnet)")")" >/dev/null
}

session_file() {
  local made_of=("templates/$1/Dockerfile")
  [ "$1" != dotnet ] || made_of+=(tests/cluster/sdk.Dockerfile "$(dirname "$(readlink -f "$(command -v dotnet)")")"/sdk/*/.version)
  echo "$images/session-$1-$( (echo "$runner_file $languages_file"; cat "${made_of[@]}") | sha256sum | cut -c1-16).tar"
}

[ -e "$runner_file" ] || { runner; keep localhost/devex/runner:test "$runner_file"; }
for template in "$@"; do
  file=$(session_file "$template")
  [ -e "$file" ] && continue
  runner
  base_image=localhost/debian:12
  if [ "$template" = dotnet ]; then
    sdk
    base_image=localhost/dotnet/sdk:10.0
  fi
  if grep -q LANGUAGES "templates/$template/Dockerfile"; then languages; fi
  build bud --quiet --build-arg "BASE=$base_image" --build-arg RUNNER=localhost/devex/runner:test --build-arg LANGUAGES=localhost/devex/languages:test \
    --tag "localhost/devex/session-$template:test" \
    --file "templates/$template/Dockerfile" "templates/$template" >/dev/null
  keep "localhost/devex/session-$template:test" "$file"
done

# What nobody has asked for in two weeks is made of what is no more.
touch "$runner_file" $(for template in "$@"; do session_file "$template"; done)
find "$images" -name '*.tar' -mtime +14 -delete

# The digest of an image in the node; a name with it is what a pod is given.
import() {
  containers images import "$2" >/dev/null
  local digest
  digest=$(containers images ls "name==$1" | awk 'NR == 2 { print $3 }')
  containers images tag --force "$1" "${1%:*}@$digest" >/dev/null
  echo "$3=${1%:*}@$digest" >>"$work/images.env"
}

if [ -S "$containerd_socket" ]; then
  : >"$work/images.env"
  import localhost/devex/runner:test "$runner_file" runner
  for template in "$@"; do import "localhost/devex/session-$template:test" "$(session_file "$template")" "$template"; done
  mv "$work/images.env" "$run/images.env"
  say "in the cluster"
  cat "$run/images.env"
fi
