# Starts one process of a session and stays beside it: `bash -c <this> launch COMMAND…`, detached from Core by setsid.
#
#   this script ── holds the lock, tells who it is, keeps the exit code; when it is killed, all below goes with it
#    ├─ slirp4netns (sandbox only), in the host's network; ends with the pipe `life`
#    └─ unshare ─► stage (binds, routes) ─► setpriv (the session's own user) ─► COMMAND: bwrap … serve, or restore, or save
#
# LOCK IDENTITY EXIT LOG  files of this process        BINDS   lines SOURCE<tab>TARGET, bound read-write for COMMAND (root only)
# STAGE   where they are, a folder (root only)         UIDS    host user of COMMAND; empty: as it is
# NET     "slirp" or empty                             ROUTES  lines of destinations made unreachable
# FSIZE   largest file, bytes                          PIPES   prefix of names for FIFOs
set -u
umask 077
exec 9>>"$LOCK"
flock -n 9 || exit 0
exec </dev/null >>"$LOG" 2>&1
read -r stat <"/proc/$$/stat"
stat=(${stat##*) })
read -r boot <"/proc/sys/kernel/random/boot_id"
[ -e "$EXIT" ] && rm -f "$EXIT"
printf '{"pid":%s,"start":"%s","boot":"%s"}' $$ "${stat[19]}" "$boot" >"$IDENTITY.new"
mv "$IDENTITY.new" "$IDENTITY"

stage() {
    umask 022
    if [ -n "$BINDS" ]; then
        mount -t tmpfs -o mode=0755,size=64k devex "$STAGE" || exit 70
        folders=()
        while IFS=$'\t' read -r from to; do
            if [ -d "$from" ]; then folders+=("$to"); else folders+=("${to%/*}"); fi
        done <<<"$BINDS"
        mkdir -p "${folders[@]}" || exit 70
        while IFS=$'\t' read -r from to; do
            [ -d "$from" ] || : >"$to"
            mount --rbind "$from" "$to" || exit 70
        done <<<"$BINDS"
    fi
    if [ "$NET" = slirp ]; then
        echo 1 >"$PIPES.net"
        read -r _ <"$PIPES.up"
        # Only the network's own gateway and name server stay in reach of what is private.
        [ -d /proc/sys/net/ipv4/conf/tap0 ] || { echo "The session's network could not be made."; exit 71; }
        echo 1 >/proc/sys/net/ipv6/conf/tap0/disable_ipv6 || exit 71
        # One program for all of them: a start waits for each, and `ip -batch` ends at the first that fails.
        {
            printf 'route replace %s/32 dev tap0\n' 10.0.2.2 10.0.2.3
            while read -r destination; do
                printf 'route replace unreachable %s\n' "$destination"
            done <<<"$ROUTES"
            printf 'route del 10.0.2.0/24 dev tap0\n'
        } | ip -batch - || exit 71
    fi
    drop=()
    [ -n "$UIDS" ] && drop=(--reuid "$UIDS" --regid "$UIDS" --clear-groups --no-new-privs)
    unset LOCK IDENTITY EXIT LOG BINDS STAGE UIDS NET ROUTES PIPES
    exec setpriv --pdeathsig KILL "${drop[@]}" prlimit --core=0 --fsize="$FSIZE" "$@"
}

private=()
[ -n "$BINDS" ] && private+=(--mount --propagation private)
[ -n "$NET" ] && private+=(--net)
[ -n "$NET" ] && [ -z "$UIDS" ] && private+=(--user --map-root-user)

if [ -n "$NET" ]; then
    rm -f "$PIPES".{net,up,life}
    mkfifo "$PIPES".{net,up,life} || exit 71
    exec 7<>"$PIPES.net" 8<>"$PIPES.life"
fi

export -f stage
export LOCK IDENTITY EXIT LOG BINDS STAGE UIDS NET ROUTES PIPES FSIZE
if [ ${#private[@]} -gt 0 ]; then
    setpriv --pdeathsig KILL unshare "${private[@]}" bash -c 'stage "$@"' stage "$@" 7>&- 8>&- 9>&- &
else
    (stage "$@") 7>&- 8>&- 9>&- &
fi
child=$!
trap 'kill -TERM "$child" 2>/dev/null' TERM

if [ -n "$NET" ]; then
    until read -r -t 0.2 -u 7 _; do
        kill -0 "$child" 2>/dev/null || break
    done
    if kill -0 "$child" 2>/dev/null; then
        slirp4netns --configure --mtu=65520 --disable-host-loopback --exit-fd=4 --ready-fd=5 "$child" tap0 4<"$PIPES.life" 5>"$PIPES.up" >"$PIPES.log" 2>&1 7>&- 8>&- 9>&- &
    fi
fi

# A signal ends `wait` early: the child's own end is what counts.
while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2>/dev/null || break
done
[ -n "$NET" ] && rm -f "$PIPES".{net,up,life}
printf '%s' "$code" >"$EXIT.new" && mv "$EXIT.new" "$EXIT"
exit "$code"
