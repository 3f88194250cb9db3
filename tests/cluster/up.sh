#!/usr/bin/env bash
# A Kubernetes of one node on this machine, from Debian's packages alone; needs root, about five minutes the first time and half a minute afterwards.
#   up.sh       etcd, API server, controllers, scheduler, and a node: containerd, CNI bridge, kubelet, kube-proxy
#   up.sh cp    the control plane alone
# Nothing of it is installed: programs are in the cache, the rest of a run goes with down.sh. Not there: cluster DNS, an ingress controller, enforcement of
# NetworkPolicy, Pod Security admission (v1.20 is older than that).
set -euo pipefail
source "$(dirname "$0")/common.sh"
mode=${1:-all}

if [ ! -e "$programs/done" ]; then
  echo "Building Kubernetes; once, about five minutes"
  rm -rf "$programs"
  mkdir -p "$programs"
  bash "$here/fetch.sh" "$programs"
  bash "$here/build.sh" "$programs"
  rm -rf "$programs"/{build,debs,src,apt} "$root"/usr/lib/go-1.19 "$root"/usr/share/{go-1.19,gocode}
  touch "$programs/done"
fi

if [ -z "${DEVEX_IN_CLUSTER:-}" ]; then
  [ ! -e "/run/netns/$netns" ] || { echo "A cluster is there already: down.sh ends it." >&2; exit 1; }
  ip netns add "$netns"
  ip -n "$netns" link set lo up
  # Not `ip netns exec`, which hides the cgroup mounts.
  DEVEX_IN_CLUSTER=1 exec nsenter --net="/run/netns/$netns" bash "$here/up.sh" "$@"
fi

port=16443 node=devnode pods=10.244.0.0/24 services=10.96.0.0/16 api_ip=10.96.0.1 bridge=devex0
mkdir -p "$run"/{pki,log,pid,etcd,conf/cni,tools,home,containerd/root,containerd/state}
ip netns list 2>/dev/null | awk '{ print $1 }' >"$run/pod-networks.before"
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do ln -sf "$root/usr/sbin/xtables-nft-multi" "$run/tools/$name"; done
cd "$run"

say() { printf '%5d s  %s\n' "$SECONDS" "$*"; }

start() {
  local name=$1
  shift
  beside setsid bash -c 'echo $$ >"$0"; exec "$@"' "pid/$name" "$@" >"log/$name.log" 2>&1 </dev/null &
}

# until_ SECONDS WHAT COMMAND...
until_() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "Timed out: $what" >&2; tail -n 20 log/*.log >&2; exit 1; }
    sleep 0.2
  done
  say "$what"
}

# The node's address is a bridge's, and the services' range is routed to it, so that nothing leaves by another way.
ip link add $bridge type bridge
ip addr add "$node_ip/24" dev $bridge
ip link set $bridge up
ip route add $services dev $bridge
echo 1 >/proc/sys/net/ipv4/ip_forward
# The kubelet sets these for the whole machine.
for setting in vm/overcommit_memory kernel/panic kernel/panic_on_oops; do
  mkdir -p "before/$(dirname $setting)"
  cat "/proc/sys/$setting" >"before/$setting"
done

authority() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=$2" -keyout "pki/$1.key" -out "pki/$1.crt" 2>/dev/null
}

# certificate NAME SUBJECT AUTHORITY EXTENSIONS
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "$2" -keyout "pki/$1.key" -out "pki/$1.csr" 2>/dev/null
  openssl x509 -req -in "pki/$1.csr" -CA "pki/$3.crt" -CAkey "pki/$3.key" -CAcreateserial -days 3650 -out "pki/$1.crt" -extfile <(printf '%s\n' "$4") 2>/dev/null
}

authority ca kubernetes-ca
authority front-ca kubernetes-front-proxy-ca
openssl genrsa -out pki/sa.key 2048 2>/dev/null
openssl rsa -in pki/sa.key -pubout -out pki/sa.pub 2>/dev/null
client=extendedKeyUsage=clientAuth server=extendedKeyUsage=serverAuth
certificate apiserver /CN=kube-apiserver ca "$server
subjectAltName=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:localhost,IP:127.0.0.1,IP:$node_ip,IP:$api_ip"
certificate kubelet-server /CN=$node ca "$server
subjectAltName=DNS:$node,DNS:localhost,IP:127.0.0.1,IP:$node_ip"
certificate admin /O=system:masters/CN=admin ca $client
certificate apiserver-kubelet /O=system:masters/CN=apiserver-kubelet-client ca $client
certificate controllers /CN=system:kube-controller-manager ca $client
certificate scheduler /CN=system:kube-scheduler ca $client
certificate proxy /CN=system:kube-proxy ca $client
certificate kubelet /O=system:nodes/CN=system:node:$node ca $client
certificate front /CN=front-proxy-client front-ca $client
for user in admin controllers scheduler proxy kubelet; do
  cat >"pki/$user.conf" <<YAML
apiVersion: v1
kind: Config
current-context: devex
clusters: [{name: devex, cluster: {server: "https://$node_ip:$port", certificate-authority-data: $(base64 -w0 <pki/ca.crt)}}]
users: [{name: $user, user: {client-certificate-data: $(base64 -w0 <pki/$user.crt), client-key-data: $(base64 -w0 <pki/$user.key)}}]
contexts: [{name: devex, context: {cluster: devex, user: $user, namespace: default}}]
YAML
done
say "certificates"

kubectl=(beside kubectl "--kubeconfig=$kubeconfig")
etcd=http://127.0.0.1:12379
start etcd etcd --name devex --data-dir etcd --listen-client-urls $etcd --advertise-client-urls $etcd --listen-peer-urls http://127.0.0.1:12380 \
  --initial-advertise-peer-urls http://127.0.0.1:12380 --initial-cluster devex=http://127.0.0.1:12380 --unsafe-no-fsync
until_ 60 "etcd" curl -fsS $etcd/health
start kube-apiserver "$programs/bin/kube-apiserver" --etcd-servers=$etcd --secure-port=$port --bind-address=$node_ip --advertise-address=$node_ip \
  --insecure-port=0 --tls-cert-file=pki/apiserver.crt --tls-private-key-file=pki/apiserver.key --client-ca-file=pki/ca.crt --authorization-mode=Node,RBAC \
  --service-account-key-file=pki/sa.pub --service-account-signing-key-file=pki/sa.key --service-account-issuer=https://kubernetes.default.svc.cluster.local \
  --service-cluster-ip-range=$services --allow-privileged=true --enable-admission-plugins=NodeRestriction,OwnerReferencesPermissionEnforcement \
  --kubelet-client-certificate=pki/apiserver-kubelet.crt --kubelet-client-key=pki/apiserver-kubelet.key --kubelet-certificate-authority=pki/ca.crt \
  --kubelet-preferred-address-types=InternalIP --requestheader-client-ca-file=pki/front-ca.crt --requestheader-allowed-names=front-proxy-client \
  --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group --requestheader-extra-headers-prefix=X-Remote-Extra- \
  --proxy-client-cert-file=pki/front.crt --proxy-client-key-file=pki/front.key --feature-gates=EphemeralContainers=true --profiling=false
until_ 120 "API server" curl -fsS --cacert pki/ca.crt https://$node_ip:$port/readyz
# Without kubelets to wait for, controllers and scheduler would be what everything waits for: they allow themselves 20 and 50 requests a second.
quick=()
[ "$mode" != cp ] || quick=(--kube-api-qps=1000 --kube-api-burst=2000)
start kube-controller-manager "$programs/bin/kube-controller-manager" --kubeconfig=pki/controllers.conf --authentication-kubeconfig=pki/controllers.conf \
  --authorization-kubeconfig=pki/controllers.conf --service-account-private-key-file=pki/sa.key --root-ca-file=pki/ca.crt --use-service-account-credentials=true \
  --cluster-signing-cert-file=pki/ca.crt --cluster-signing-key-file=pki/ca.key --leader-elect=false --bind-address=127.0.0.1 --port=0 --node-monitor-grace-period=20s "${quick[@]}"
start kube-scheduler "$programs/bin/kube-scheduler" --kubeconfig=pki/scheduler.conf --authentication-kubeconfig=pki/scheduler.conf \
  --authorization-kubeconfig=pki/scheduler.conf --leader-elect=false --bind-address=127.0.0.1 --port=0 "${quick[@]}"
until_ 120 "service accounts" "${kubectl[@]}" get serviceaccount default
if [ "$mode" = cp ]; then
  echo "KUBECONFIG=$kubeconfig"
  exit 0
fi

cat >conf/containerd.toml <<TOML
version = 2
root = "$run/containerd/root"
state = "$run/containerd/state"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "$containerd_socket"
[ttrpc]
  address = "$run/containerd.ttrpc.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$run/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "k8s.local/pause:1"
  stream_server_address = "127.0.0.1"
  # Without CAP_SYS_RESOURCE no negative oom_score_adj can be set.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "$root/usr/sbin/runc"
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$root/usr/lib/cni"
    conf_dir = "$run/conf/cni"
TOML
cat >conf/cni/10-bridge.conflist <<JSON
{"cniVersion": "0.4.0", "name": "devex", "plugins": [
  {"type": "bridge", "bridge": "$bridge", "isGateway": true, "isDefaultGateway": true, "hairpinMode": true, "ipMasq": false,
   "ipam": {"type": "host-local", "dataDir": "$run/addresses", "ranges": [[{"subnet": "$pods", "rangeStart": "10.244.0.10", "rangeEnd": "10.244.0.250", "gateway": "$node_ip"}]]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
start containerd containerd --config conf/containerd.toml
until_ 60 "containerd" containers version

# The pause image: one static program.
mkdir -p pause/root/bin
cp -L "$root/bin/busybox" pause/root/bin/sleep
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C pause/root -cf pause/layer.tar .
printf '{"architecture":"amd64","os":"linux","created":"1970-01-01T00:00:00Z","config":{"Cmd":["/bin/sleep","2147483647"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created":"1970-01-01T00:00:00Z"}]}' \
  "$(sha256sum pause/layer.tar | cut -d' ' -f1)" >pause/config.json
printf '[{"Config":"config.json","RepoTags":["k8s.local/pause:1"],"Layers":["layer.tar"]}]' >pause/manifest.json
tar -C pause -cf pause.tar manifest.json config.json layer.tar
containers images import pause.tar >/dev/null

# No cluster DNS; pods do not get the machine's resolver either.
echo "nameserver $api_ip" >conf/resolv.conf
# Kubelets of today ask 50 times a second; those of this release 5 times, and tell what became of a pod seconds late when some come and go at once.
cat >conf/kubelet.yaml <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $run/pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $run/pki/kubelet-server.crt
tlsPrivateKeyFile: $run/pki/kubelet-server.key
address: $node_ip
cgroupDriver: cgroupfs
failSwapOn: false
resolvConf: $run/conf/resolv.conf
clusterDomain: cluster.local
nodeStatusUpdateFrequency: 2s
kubeAPIQPS: 50
kubeAPIBurst: 100
registerNode: true
featureGates: {EphemeralContainers: true}
evictionHard: {memory.available: 100Mi}
imageGCHighThresholdPercent: 100
healthzPort: 0
readOnlyPort: 0
YAML
# An empty home: no registry credentials are read.
start kubelet env "HOME=$run/home" "$programs/bin/kubelet" --config=conf/kubelet.yaml --kubeconfig=pki/kubelet.conf --root-dir="$run/kubelet" \
  --cert-dir="$run/kubelet-pki" --hostname-override=$node --node-ip=$node_ip --container-runtime=remote \
  --container-runtime-endpoint="unix://$containerd_socket" --volume-plugin-dir="$run/plugins"
start kube-proxy "$programs/bin/kube-proxy" --kubeconfig=pki/proxy.conf --proxy-mode=iptables --cluster-cidr=$pods --hostname-override=$node \
  --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0 --conntrack-tcp-timeout-close-wait=0 --healthz-bind-address=127.0.0.1:20256 \
  --metrics-bind-address=127.0.0.1:20249
until_ 120 "node registered" "${kubectl[@]}" get node $node
until_ 120 "node ready" "${kubectl[@]}" wait --for=condition=Ready --timeout=1s node/$node
echo "KUBECONFIG=$kubeconfig"
