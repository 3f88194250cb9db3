#!/usr/bin/env bash
# test.sh [ARGUMENT ...]: the cluster tier; arguments go to the test program. A cluster of up.sh that answers is used and left up; otherwise one is brought up, and taken down afterwards
# whatever becomes of the tests. With DEVEX_KUBECONFIG the tests run against that cluster; they then also need DEVEX_CLUSTER_IMAGES, a file as images.sh writes it with images that the
# cluster can pull, and DEVEX_CLUSTER_HOST, this machine's address as its pods reach it; what needs the node itself is skipped there.
set -euo pipefail
source "$(dirname "$0")/common.sh"
# The product takes a while to come up: only for those who ask it.
everything= product=
if [ $# -eq 0 ]; then everything=1; fi
if [ -n "$everything" ] || [[ "$*" = *Product* ]] || [[ "$*" = *Browser* ]]; then product=1; fi
# Measurements run when they are named, or after the tests.
[ -z "$everything" ] || set -- --filter-not-trait Tier=measure
program=("$repository/tests/Devex.Cluster.Tests/bin/Debug/net10.0/Devex.Cluster.Tests" --progress off --no-ansi)
tests=("${program[@]}" "$@")
if [ -n "${DEVEX_KUBECONFIG:-}" ]; then
  exec env "KUBECONFIG=$DEVEX_KUBECONFIG" "${tests[@]}"
fi
[ "$(id -u)" = 0 ] || { echo "A cluster of one's own needs root; DEVEX_KUBECONFIG names another, --no-cluster leaves these tests out." >&2; exit 1; }

answers() { [ -e "/run/netns/$netns" ] && timeout 20 "$here/inside.sh" kubectl get --raw /readyz >/dev/null 2>&1; }
if ! answers; then
  taken_down='"$here/down.sh"'
  trap "$taken_down" EXIT
  # What a run left that was killed.
  "$here/down.sh"
  "$here/up.sh"
fi
# So do the images of all templates.
if [ -n "$product" ] || [[ "$*" = *Templates* ]]; then "$here/images.sh"; else "$here/images.sh" bash; fi
export DEVEX_CLUSTER_IMAGES=$run/images.env DEVEX_CLUSTER_HOST=$node_ip DEVEX_CLUSTER_RUN=$run
if [ -n "$product" ]; then
  "$repository/tests/tools/nginx.sh"
  trap '"$here/aspirate.sh" down; '"${taken_down:-}" EXIT
  KEEP=1 "$here/aspirate.sh"
  export DEVEX_CLUSTER_PRODUCT=devex-aspirate
fi
"$here/inside.sh" "${tests[@]}"
# A figure, not a test: nothing depends on it, and beside other work it says little.
if [ -n "$everything" ]; then
  echo "What a start takes beside a pod that does nothing:"
  DEVEX_OVERHEAD_ROUNDS=2 "$here/inside.sh" "${program[@]}" --output Detailed --filter-class '*OverheadTests' | sed -n 's/^ *Medians/  Medians/p' || echo "  It could not be measured."
fi
