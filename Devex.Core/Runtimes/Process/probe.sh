# Tries to get out of a sandbox: `bash -c <this> probe DATAFOLDER ADDRESS:PORT…`. Every success is a line "escaped: …"; the last line is "done".
escaped() { echo "escaped: $1"; }
data=$1
shift
[ "$(id -u)" = 1000 ] || escaped "a session runs as user $(id -u)"
grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status || escaped "a session has capabilities"
[ -e /etc/shadow ] && escaped "a session sees /etc/shadow"
[ -e "$data" ] && escaped "a session sees the files of others"
[ "$(ls -d /proc/[0-9]* | wc -l)" -lt 12 ] || escaped "a session sees the machine's processes"
touch /usr/.devex-probe 2>/dev/null && escaped "a session writes to /usr"
touch /.devex-probe 2>/dev/null && escaped "a session writes to /"
mount -o remount,rw,bind /usr 2>/dev/null && escaped "a session remounts /usr"
mount -t tmpfs none /mnt 2>/dev/null && escaped "a session mounts"
unshare --user --map-root-user true 2>/dev/null && escaped "a session makes user namespaces"
for target; do
    timeout 2 bash -c "exec 3<>/dev/tcp/${target%:*}/${target##*:}" 2>/dev/null && escaped "a session reaches $target"
done
echo done
