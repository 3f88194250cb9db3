#!/usr/bin/env bash
# Builds and tests Devex. See CONTRIBUTING.md for the tiers.
#   ./test.sh               every tier
#   ./test.sh --fast        unit tests only
#   ./test.sh --no-cluster  all but the Kubernetes tier
set -uo pipefail
cd "$(dirname "$0")"

fast=false cluster=true
for argument in "$@"; do
  case $argument in
    --fast) fast=true ;;
    --no-cluster) cluster=false ;;
    *) echo "Unknown option $argument. Use --fast or --no-cluster." >&2; exit 2 ;;
  esac
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
results=artifacts/test-results
rm -rf "$results" && mkdir -p "$results"
passed=0 failed=0 skipped=0 failures=()

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

# Programs that tests start, by the command that proves each, and the Debian package that has it.
tools=(redis-server:redis-server bwrap:bubblewrap slirp4netns:slirp4netns ip:iproute2 setpriv:util-linux chromium:chromium firefox-esr:firefox-esr rclone:rclone rg:ripgrep gcc:gcc
  python3:python3 git:git dpkg-deb:dpkg go:golang-go openssl:openssl faketime:faketime)
libraries=(zlib1g-dev)
# What the cluster tier needs beside these: it unpacks the rest for itself.
cluster_tools=(buildah:buildah mmdebstrap:mmdebstrap openssl:openssl curl:curl nsenter:util-linux)

require_tools() {
  local missing=()
  $cluster && tools+=("${cluster_tools[@]}")
  for tool in "${tools[@]}"; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
  done
  for library in "${libraries[@]}"; do
    dpkg -s "$library" >/dev/null 2>&1 || missing+=("$library")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing ${missing[*]}"
    apt-get update -q >"$results/apt.log" 2>&1 \
      && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" >>"$results/apt.log" 2>&1 && return 0
    tail -n 20 "$results/apt.log" >&2
  fi
  echo "The tests need these Debian packages: ${missing[*]}" >&2
  echo "Install them with: sudo apt-get install ${missing[*]}" >&2
  return 1
}

# A step that is not counted in tests but fails the run.
step() {
  local name=$1 log="$results/$2.log"
  shift 2
  local started=$SECONDS
  if "$@" >"$log" 2>&1; then
    echo "  ok      $name ($((SECONDS - started)) s)"
  else
    echo "  FAILED  $name ($((SECONDS - started)) s)"
    tail -n 60 "$log"
    failed=$((failed + 1)) failures+=("$name")
    return 1
  fi
}

# Runs one test program and adds its counts.
run_tests() {
  local name=$1
  shift
  local log="$results/$name.log" started=$SECONDS code
  "$@" >"$log" 2>&1
  code=$?
  local p f s
  # The summaries of Microsoft Testing Platform and of Node's test runner.
  p=$(grep -oP '^\s*(succeeded:|ℹ pass|# pass) \K\d+' "$log" | tail -n 1)
  f=$(grep -oP '^\s*(failed:|ℹ fail|# fail) \K\d+' "$log" | tail -n 1)
  s=$(grep -oP '^\s*(skipped:|ℹ skipped|# skipped) \K\d+' "$log" | tail -n 1)
  passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
  if [ $code -ne 0 ] && [ $code -ne 8 ]; then
    [ "${f:-0}" -eq 0 ] && failed=$((failed + 1))
    echo "  FAILED  $name: ${p:-0} passed, ${f:-0} failed, ${s:-0} skipped ($((SECONDS - started)) s)"
    # What a child wrote without an end of line stands before some.
    grep -E -A 100 '^(failed|error|✖)|failed Devex\.|Unhandled' "$log" | head -n 400
    mapfile -t -O "${#failures[@]}" failures < <(briefly "$log" | grep . || echo "$name")
  else
    echo "  ok      $name: ${p:-0} passed, ${s:-0} skipped ($((SECONDS - started)) s)"
    # What was measured, where something was.
    grep -E '^ *Medians of' "$log" || true
  fi
}

# Each failure in a line: its name, what was said first and the first line of ours that it came from.
briefly() {
  awk '
    function done() { if (name != "") print name (said != "" ? " -- " said : "") (at != "" ? " -- " at : "") (left != "" ? " -- " left : ""); name = said = at = left = "" }
    match($0, /(^(failed|✖) |failed Devex\.)/) { done(); name = $0; sub(/^.*failed |^✖ /, "", name); next }
    /^(passed|skipped|Test run summary)/ { done() }
    name != "" && said == "" && NF { said = substr($0, 1, 240); sub(/^ +/, "", said); next }
    name != "" && at == "" && /^ +at Devex\..*:line [0-9]+|^ +at Devex\..*\.cs:[0-9]+/ { at = $0; sub(/^.*\//, "", at) }
    name != "" && left == "" && /^ *Left at / { left = substr($0, 1, 400); sub(/^ +/, "", left) }
    END { done() }' "$1"
}

finish() {
  echo
  # Once more at the end, where whoever reads the end only finds them.
  [ ${#failures[@]} -eq 0 ] || printf 'Failed: %s\n' "${failures[@]}"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] || exit 1
  if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
    echo "In CI a skipped test is a failure." >&2
    exit 1
  fi
  exit 0
}

if ! $fast; then
  require_tools || { failed=1; finish; }
  # Debian 12's own renders nothing of what Aspir8 writes.
  step "kubectl" kubectl tests/tools/kubectl.sh || finish
  # An S3 server of others; without root there may be none, and its tests say so.
  [ "$(id -u)" != 0 ] || step "moto" moto tests/tools/moto.sh || finish
fi

say "Build"
step "dotnet build" build dotnet build Devex.sln -nologo -v minimal || finish
if ! $fast; then
  step "dotnet format" format dotnet format Devex.sln --verify-no-changes --no-restore
  step "npm run lint" lint npm --prefix Devex.Web/Client run --silent lint
  step "npm run check" check npm --prefix Devex.Web/Client run --silent check
fi

say "Unit"
for project in tests/*.Tests; do
  name=$(basename "$project")
  case $name in Devex.Browser.Tests | Devex.Cluster.Tests) continue ;; esac
  run_tests "$name.unit" "$project/bin/Debug/net10.0/$name" --progress off --no-ansi --filter-not-trait Tier=integration
done
run_tests workbench.unit npm --prefix Devex.Web/Client run --silent test

if ! $fast; then
  say "Integration"
  for project in tests/*.Tests; do
    name=$(basename "$project")
    case $name in Devex.Browser.Tests | Devex.Cluster.Tests) continue ;; esac
    run_tests "$name.integration" "$project/bin/Debug/net10.0/$name" --progress off --no-ansi --filter-trait Tier=integration
  done

  if $cluster; then
    say "Cluster"
    run_tests Devex.Cluster.Tests tests/cluster/test.sh
  fi

  say "Browser"
  run_tests Devex.Browser.Tests tests/Devex.Browser.Tests/bin/Debug/net10.0/Devex.Browser.Tests --progress off --no-ansi
fi

finish
