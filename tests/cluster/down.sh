#!/usr/bin/env bash
# Ends what up.sh started, by the ids that it wrote, and the containers under it; removes everything of the run. The programs stay in the cache.
source "$(dirname "$0")/common.sh"

end() {
  local file=$run/pid/$1 pid
  [ -e "$file" ] || return 0
  pid=$(cat "$file")
  kill "$pid" 2>/dev/null
  for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  kill -9 "$pid" 2>/dev/null
  rm -f "$file"
}

for program in kubelet kube-proxy kube-scheduler kube-controller-manager; do end "$program"; done
if [ -S "$containerd_socket" ]; then
  for task in $(containers tasks ls -q 2>/dev/null); do containers tasks kill --signal SIGKILL "$task" 2>/dev/null; done
  # A task ends a moment after its processes.
  for _ in $(seq 50); do containers tasks ls 2>/dev/null | grep RUNNING >/dev/null || break; sleep 0.1; done
  for container in $(containers containers ls -q 2>/dev/null); do
    containers tasks rm --force "$container" >/dev/null 2>&1
    containers containers rm "$container" >/dev/null 2>&1
  done
fi
for program in kube-apiserver etcd containerd; do end "$program"; done

for _ in 1 2 3; do awk -v under="$run/" 'index($2, under) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount"; done; done
if [ -e "$run/pod-networks.before" ]; then
  ip netns list 2>/dev/null | awk '/^cni-/ { print $1 }' | grep -vxFf "$run/pod-networks.before" | while read -r name; do ip netns del "$name"; done
fi
ip netns del "$netns" 2>/dev/null
for setting in vm/overcommit_memory kernel/panic kernel/panic_on_oops; do
  [ -e "$run/before/$setting" ] && cat "$run/before/$setting" >"/proc/sys/$setting"
done
for group in /sys/fs/cgroup/*/kubepods /sys/fs/cgroup/kubepods; do
  [ -d "$group" ] && find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
done
rm -rf "$run"
exit 0
