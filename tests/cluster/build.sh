#!/usr/bin/env bash
# build.sh FOLDER: builds Kubernetes v1.20.2 from what fetch.sh brought, into FOLDER/bin; about four minutes on two cores. FOLDER/build may go afterwards.
# Debian's Go is newer than that Kubernetes, hence reflect2; and pods/ephemeralcontainers gets the shape that it has since 1.22 (ephemeral-containers.py).
set -euo pipefail
folder=${1:?FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
work=$folder/build
source=$work/gopath/src/k8s.io/kubernetes
export GOROOT=$folder/root/usr/lib/go-1.19 GOPATH=$work/gopath GOCACHE=$work/gocache GO111MODULE=off CGO_ENABLED=0 GOFLAGS=
export PATH=$GOROOT/bin:$PATH

rm -rf "$source" && mkdir -p "$source" "$folder/bin"
tar xzf "$folder"/src/kubernetes_*.orig.tar.gz -C "$source" --strip-components=1
cd "$source"
reflect=github.com/modern-go/reflect2
rm -f vendor/$reflect/*.go vendor/$reflect/*.s
cp -L "$folder/root/usr/share/gocode/src/$reflect"/*.{go,s} vendor/$reflect/
rm -f vendor/$reflect/*_test.go
# The kubelet's registry credentials of cloud providers would ask metadata services.
sed -i '/pkg\/credentialprovider\/\(aws\|azure\|gcp\)"/d' cmd/kubelet/app/plugins.go cmd/kubelet/app/options/globalflags.go
python3 "$here/ephemeral-containers.py" "$source"

# The schema is generated code that the source package leaves out.
go build -o "$work/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
packages=$(grep -rlE '\+k8s:openapi-gen=' --include=*.go pkg cmd plugin staging/src/k8s.io | grep -v -e code-generator/ -e sample-apiserver/ -e _test.go \
  | xargs -n1 dirname | sort -u | sed 's#^staging/src/#vendor/#; s#^#k8s.io/kubernetes/#' | paste -sd,)
"$work/openapi-gen" --v 0 --logtostderr -h hack/boilerplate/boilerplate.generatego.txt -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi \
  -O zz_generated.openapi -r "$work/violations"

version=k8s.io/component-base/version
flags="-s -w"
for package in k8s.io/kubernetes/vendor/$version k8s.io/kubernetes/vendor/k8s.io/client-go/pkg/version; do
  flags="$flags -X $package.gitVersion=v1.20.2 -X $package.gitMajor=1 -X $package.gitMinor=20 -X $package.gitTreeState=clean"
done
for program in kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy; do
  go build -trimpath -tags "providerless,selinux" -ldflags "$flags" -o "$folder/bin/$program" ./cmd/$program
  echo "$program after $SECONDS s"
done
