#!/usr/bin/env bash
# load.sh BENCH [ARGUMENT ...]: a bench of Devex.Bench that needs a cluster's control plane: sessions-few (a minute), sessions-one, sessions-two. Brings a control plane up, without nodes,
# and takes it down afterwards whatever becomes of the bench. On an idle machine only, and as root.
set -euo pipefail
source "$(dirname "$0")/common.sh"
[ "$(id -u)" = 0 ] || { echo "A cluster of one's own needs root." >&2; exit 1; }
cd "$repository"
dotnet build bench/Devex.Bench -c Release -nologo -v q
trap '"$here/down.sh"' EXIT
# What a run left that was killed.
"$here/down.sh"
"$here/up.sh" cp
# The services' addresses are this machine's own: the bench answers on all of them.
ip -n "$netns" route add local 10.96.0.0/16 dev lo

cluster() { "$here/inside.sh" kubectl "$@"; }
# The first time, what lives in a namespace may come before it.
cluster apply -f deploy/sessions >/dev/null 2>&1 || cluster apply -f deploy/sessions >/dev/null
cluster -n devex-sessions patch resourcequota sessions --type merge -p '{"spec":{"hard":{"pods":"10k","services":"10k","requests.cpu":"100k","limits.cpu":"100k","requests.memory":"1Pi","limits.memory":"1Pi","requests.ephemeral-storage":"1Pi"}}}' >/dev/null

# Core has the rights of deploy/ and no others.
cluster apply -f - >/dev/null <<YAML
apiVersion: v1
kind: Secret
type: kubernetes.io/service-account-token
metadata: {name: devex-core-token, namespace: devex, annotations: {kubernetes.io/service-account.name: devex-core}}
YAML
until token=$(cluster -n devex get secret devex-core-token -o 'jsonpath={.data.token}') && [ -n "$token" ]; do sleep 0.2; done
export DEVEX_CORE_KUBECONFIG=$run/core.conf DEVEX_CLUSTER_RUN=$run
cp "$kubeconfig" "$DEVEX_CORE_KUBECONFIG"
cluster --kubeconfig="$DEVEX_CORE_KUBECONFIG" config set-credentials core --token="$(base64 -d <<<"$token")" >/dev/null
cluster --kubeconfig="$DEVEX_CORE_KUBECONFIG" config set-context --current --user=core >/dev/null
"$here/inside.sh" dotnet "bench/Devex.Bench/bin/Release/net10.0/Devex.Bench.dll" "$@"
