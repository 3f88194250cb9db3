#!/usr/bin/env bash
# inside.sh COMMAND [ARGUMENT ...]: runs a command in the cluster's network namespace, with kubectl and KUBECONFIG of the cluster.
source "$(dirname "$0")/common.sh"
export KUBECONFIG="${KUBECONFIG:-$kubeconfig}" PATH="$PATH:$root/usr/bin"
exec nsenter --net="/run/netns/$netns" "$@"
