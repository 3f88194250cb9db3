#!/usr/bin/env bash
# generate.sh [OPTION ...]: writes Devex's manifest and lets Aspir8 make aspirate-output/ of it, with the values of parameters.env.
# Options are given to `aspirate generate`, for example --skip-build, --container-registry registry.example, --container-image-tag 1.2.0.
# No secret passes through here: Aspir8 would put most of them into ConfigMaps, so it gets a word in their place, and base/ takes them from a Secret.
set -euo pipefail
cd "$(dirname "$0")"
[ -e parameters.env ] || { echo "There is no parameters.env; parameters.example.env says what belongs into it." >&2; exit 2; }

secrets=(ticket-key secrets-key web-key gateway-key s3-access-key s3-secret-key github-client-secret redis-password)
values=()
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    '' | '#'*) ;;
    *=*) values+=(-pa "$line") ;;
    *) echo "parameters.env has the line '$line', which is no NAME=VALUE." >&2; exit 2 ;;
  esac
done <parameters.env
for name in "${secrets[@]}"; do values+=(-pa "$name=kept-in-the-secret"); done

# Paths in the manifest count from it, and Aspir8 reads them from where it runs: both are this folder.
dotnet run --project ../../Devex.AppHost -- --publisher manifest --output-path "$PWD/manifest.json"
exec aspirate generate --non-interactive -p . -m ./manifest.json -o ./aspirate-output --output-format kustomize --namespace devex \
  --image-pull-policy IfNotPresent --include-dashboard false --disable-secrets --disable-state "${values[@]}" "$@"
