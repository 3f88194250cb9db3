#!/usr/bin/env bash
# aspirate.sh [PUBLISHED]: what deploy/aspirate/overlays/test makes of the example of Aspir8's output, on the cluster of up.sh, in namespaces of its own: Core,
# Gateway, Web, Redis and S3 come up, and Web, Core and Gateway answer as they do for people. PUBLISHED has a folder for each of core, gateway, web and s3, as
# dotnet publish --self-contained makes them; without it they are published here. Takes everything away again; with KEEP=1 it leaves it, for `aspirate.sh down` to take away.
set -euo pipefail
source "$(dirname "$0")/common.sh"
space=devex-aspirate
kubectl() { "$here/inside.sh" kubectl "$@"; }
down() {
  kubectl delete namespace $space $space-sessions --ignore-not-found "$@" >/dev/null
  kubectl delete clusterrole,clusterrolebinding $space-core-nodes --ignore-not-found >/dev/null
}
if [ "${1:-}" = down ]; then
  down --wait=false
  exit
fi
renderer=$cache/kubectl/kubectl
services=(core:Devex.Core gateway:Devex.Gateway web:Devex.Web s3:Devex.EmbeddedS3)
[ -x "$renderer" ] || { echo "kubectl is not set up here: run tests/tools/kubectl.sh once." >&2; exit 1; }
[ -S "$containerd_socket" ] || { echo "There is no cluster: up.sh makes one." >&2; exit 1; }
work=$(mktemp -d)
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs
say() { printf '%5d s  %s\n' "$SECONDS" "$*"; }
build() { buildah --root "$work/storage" --runroot "$work/run" "$@"; }

finish() {
  local code=$?
  if [ $code -ne 0 ]; then
    kubectl --namespace $space get pods -o wide >&2 || true
    for name in core gateway web redis s3; do echo "--- $name" >&2; kubectl --namespace $space logs --tail=40 "--selector=app=$name" >&2 || true; done
  fi
  if [ -z "${KEEP:-}" ]; then
    down --wait=false || true
  fi
  rm -rf "$work"
  exit $code
}
trap finish EXIT

published=${1:-$work/published}
if [ $# -eq 0 ]; then
  for service in "${services[@]}"; do
    # Lock files say nothing of one machine's kind, and this is for one.
    dotnet publish "$repository/${service#*:}" -c Release -o "$published/${service%:*}" --artifacts-path "$work/artifacts" -v q -nologo -p:RunAnalyzers=false \
      --self-contained --use-current-runtime -p:NuGetLockFilePath=obj/self-contained.lock.json -p:RestoreLockedMode=false
  done
  say "published"
fi

# The images that Microsoft and Redis would publish, as far as these programs need them: Debian, and its Redis.
base=$cache/images/services-3.tar
if [ ! -e "$base" ]; then
  mkdir -p "$cache/images" "$work/base"
  mmdebstrap --quiet --variant=minbase --include=ca-certificates,libicu72,libssl3,redis-server,redis-tools --format=tar bookworm "$work/base/root.tar"
  printf 'FROM scratch\nADD root.tar /\nENV PATH=/usr/sbin:/usr/bin:/sbin:/bin\n' >"$work/base/Dockerfile"
  build bud --quiet --tag localhost/devex/base:test "$work/base" >/dev/null
  build push --quiet localhost/devex/base:test "docker-archive:$work/base.tar:localhost/devex/base:test"
  mv "$work/base.tar" "$base"
  say "base"
fi
build pull --quiet "docker-archive:$base" >/dev/null

# One image with all of them, because each more would carry its own copy of the base.
printf 'FROM localhost/devex/base:test\nCOPY . /app\nWORKDIR /data\n' >"$work/Dockerfile"
build bud --quiet --pull-never --tag localhost/devex/services:test --file "$work/Dockerfile" "$published" >/dev/null
build push --quiet localhost/devex/services:test "docker-archive:$work/services.tar:localhost/devex/services:test"
containers images import "$work/services.tar" >/dev/null
rm "$work/services.tar"
say "image"

# What a run left that was killed.
down --timeout=180s
cp -r "$repository/deploy/aspirate" "$work/aspirate"
rm -rf "$work/aspirate/aspirate-output" "$work/aspirate/components/secrets/secrets.env"
cp -r "$repository/tests/Devex.Hosting.Tests/Deploying/aspirate-output" "$work/aspirate/aspirate-output"
"$work/aspirate/new-secrets.sh" >/dev/null
# What images.sh put into the node.
if [ -e "$run/images.env" ]; then
  sed 's/^runner=/Runtime__Kubernetes__RunnerImage=/; t; s/^/Runtime__Kubernetes__Images__/' "$run/images.env" >>"$work/aspirate/overlays/test/sessions.env"
fi

# Names as people give them, and GitHub's, with a certificate that Core and the browser are told to trust.
front=$run/front
rm -rf "$front"
mkdir -p "$front"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=Devex tests" -keyout "$front/ca.key" -out "$front/ca.crt" 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=devex.example" -keyout "$front/tls.key" -out "$front/tls.csr" 2>/dev/null
openssl x509 -req -in "$front/tls.csr" -CA "$front/ca.crt" -CAkey "$front/ca.key" -CAcreateserial -days 2 -out "$front/tls.crt" \
  -extfile <(printf 'subjectAltName=DNS:devex.example,DNS:github.example,DNS:*.repl.devex-usercontent.example,DNS:*.preview.devex-usercontent.example\nextendedKeyUsage=serverAuth\n') 2>/dev/null

# Another installation may be on this cluster: every name that is not below a namespace of our own is changed.
elsewhere() { sed -E "s/([ :])devex(-sessions)?([,}]|\$)/\1$space\2\3/; s/\.devex\.svc/.$space.svc/; s/devex-core-nodes/$space-core-nodes/g"; }
for file in namespaces priorities rbac; do
  elsewhere <"$repository/deploy/sessions/$file.yaml" | kubectl apply --filename - >/dev/null
done
# The policy that Core writes is named like its namespace; there only the namespace is another.
for file in network quota; do
  sed "s/namespace: devex-sessions/namespace: $space-sessions/" "$repository/deploy/sessions/$file.yaml" | kubectl apply --filename - >/dev/null
done
kubectl --namespace $space create configmap front --from-file="$front/ca.crt" >/dev/null
elsewhere <"$work/aspirate/overlays/production/ingress.yaml" | kubectl apply --filename - >/dev/null
"$renderer" kustomize "$work/aspirate/overlays/test" | elsewhere | kubectl apply --filename - >/dev/null
say "applied"

kubectl --namespace $space rollout status deployment/s3 --timeout=180s
"$here/inside.sh" curl --fail --silent --show-error --retry 60 --retry-delay 1 --retry-all-errors --aws-sigv4 aws:amz:us-east-1:s3 --user test-access-key:test-secret-key \
  --header "x-amz-content-sha256: $(printf '' | sha256sum | cut -d' ' -f1)" --request PUT http://10.96.77.15:9000/workspaces
kubectl --namespace $space rollout status statefulset/redis --timeout=180s
for name in core gateway web; do kubectl --namespace $space rollout status "deployment/$name" --timeout=300s; done
say "ready"

# answers STATUS URL HOST [WORDS]
answers() {
  local status
  status=$("$here/inside.sh" curl --silent --output "$work/answer" --write-out '%{http_code}' --max-time 20 --header "Host: $3" "$2")
  if [ "$status" != "$1" ] || ! grep -q -- "${4:-}" "$work/answer"; then
    echo "$2 as $3 answers $status:" >&2
    head -c 2000 "$work/answer" >&2
    exit 1
  fi
  say "$2 as $3: $status"
}
answers 200 http://10.96.77.11:8080/health core Healthy
answers 200 http://10.96.77.13:8080/health gateway Healthy
answers 200 http://10.96.77.14:8080/health web Healthy
# Web forwards to Core by Core's name, and Core lets nobody in unasked.
answers 200 http://10.96.77.14:8080/auth/session devex.example gitHub
answers 401 http://10.96.77.14:8080/api/repls devex.example
# Names that are not ours get nothing, and sessions reach nothing but their listener.
answers 421 http://10.96.77.14:8080/ elsewhere.example
answers 404 http://10.96.77.12:7071/api/me core
kubectl --namespace $space logs deployment/core | grep 'NOT DURABLE' >/dev/null || { echo "Core does not say that its storage forgets." >&2; exit 1; }
# Its account may do in the sessions' namespace what it must, and nothing in its own.
may() { kubectl auth can-i "$@" "--as=system:serviceaccount:$space:devex-core" || true; }
[ "$(may create deployments --namespace $space-sessions) $(may get secrets --namespace $space)" = "yes no" ] || { echo "Core's rights are not as meant." >&2; exit 1; }
echo "Core, Gateway, Web and Redis are up."
