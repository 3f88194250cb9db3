# Where things are; for sourcing. A cluster lives in a network namespace of its own: its addresses exist nowhere else, and nothing in it can leave.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
repository="$(cd "$here/../.." && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/devex"
netns=devex-cluster
# What the programs are made of names the folder in which they are kept.
programs="$cache/cluster-$(cat "$here/fetch.sh" "$here/build.sh" "$here/ephemeral-containers.py" | sha256sum | cut -c1-16)"
root="$programs/root"
run="$cache/cluster-run"
node_ip=10.244.0.1
containerd_socket="$run/containerd.sock"
kubeconfig="$run/pki/admin.conf"

# Programs of other releases beside the system's, with their own libraries; only for commands that begin with it.
beside() {
  env "PATH=$run/tools:$root/usr/bin:$root/usr/sbin:$root/sbin:$root/bin:$PATH" "LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu" \
    "XTABLES_LIBDIR=$root/usr/lib/x86_64-linux-gnu/xtables" "$@"
}

containers() { beside ctr --address "$containerd_socket" --namespace k8s.io "$@"; }
