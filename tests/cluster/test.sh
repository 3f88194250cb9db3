#!/usr/bin/env bash
# test.sh [ARGUMENT ...]: the cluster tier. With a KUBECONFIG in the environment it uses that cluster, and then also needs DEVEX_CLUSTER_IMAGES and
# DEVEX_CLUSTER_HOST (tests/Devex.Cluster.Tests/ClusterStack.cs says what they are); otherwise it brings one up, runs the tests in its network, and takes it down.
set -euo pipefail
source "$(dirname "$0")/common.sh"
tests=("$repository/tests/Devex.Cluster.Tests/bin/Debug/net10.0/Devex.Cluster.Tests" --progress off --no-ansi "$@")
if [ -n "${KUBECONFIG:-}" ]; then
  exec "${tests[@]}"
fi
trap '"$here/down.sh"' EXIT
"$here/up.sh"
"$here/images.sh"
export DEVEX_CLUSTER_IMAGES=$run/images.env DEVEX_CLUSTER_HOST=$node_ip
"$here/inside.sh" "${tests[@]}"
