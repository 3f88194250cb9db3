#!/usr/bin/env bash
# fetch.sh FOLDER: Debian bookworm's Kubernetes source into FOLDER/src, and into FOLDER/root, unpacked and not installed, what builds and runs it:
# Go, etcd, containerd, runc, CNI plug-ins, iptables, kubectl, busybox. From the machine's own Debian mirror.
set -euo pipefail
folder=${1:?FOLDER}
mkdir -p "$folder"/{src,debs,root,apt/lists/partial,apt/cache/archives/partial}
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null \
  | sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' | grep -i debian | grep -v security | head -n 1 || true)
for type in deb-src deb; do
  echo "$type [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:-http://deb.debian.org/debian} bookworm main"
done >"$folder/apt/sources.list"
options=(-o Dir::State::Lists="$folder/apt/lists" -o Dir::Cache="$folder/apt/cache" -o Dir::Etc::SourceList="$folder/apt/sources.list"
  -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root -qq)
apt-get "${options[@]}" update
cd "$folder/src"
apt-get "${options[@]}" source --download-only kubernetes
cd "$folder/debs"
apt-get "${options[@]}" download golang-1.19-go golang-1.19-src golang-github-modern-go-reflect2-dev etcd-server containerd runc \
  containernetworking-plugins busybox-static kubernetes-client iptables libxtables12 libip4tc2 libip6tc2 libnftnl11 libmnl0 libnetfilter-conntrack3 \
  libnfnetlink0 libseccomp2 conntrack
for package in *.deb; do dpkg -x "$package" "$folder/root"; done
