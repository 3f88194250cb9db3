#!/bin/sh
# Makes ttyd, a terminal server in C, available to the benchmarks under ~/.cache/devex/ttyd (about 20 MB).
#
# It is not in Debian 12, so it comes from Debian sid, unpacked and not installed, with the libraries that it was linked
# with, sid's libc included: the system's own package sources and packages stay as they are. The programs that ttyd
# starts see none of these libraries, because they are given to the loader by name and not by environment.
# Run it as root on Debian; it does nothing when ttyd is there already.
set -eu

home="${HOME}/.cache/devex/ttyd"
if [ -x "${home}/ttyd" ]; then
    echo "ttyd is at ${home}/ttyd"
    exit 0
fi

. "$(dirname "$0")/sid.sh"
mkdir -p "${HOME}/.cache/devex"
work="$(mktemp -d "${home}.XXXXXX")"
trap 'rm -rf "${work}"' EXIT
sid_begin ttyd.sh "${work}"
sid download ttyd libwebsockets-evlib-uv libwebsockets19t64 libuv1t64 libjson-c5 libssl3t64 libcap2 zlib1g libzstd1 libgcc-s1 libc6
sid_unpack

mkdir -p "${work}/made/plugins"
mv "${work}/root/usr/lib/$(uname -m)-linux-gnu" "${work}/made/lib"
mv "${work}/root/usr/bin/ttyd" "${work}/made/program"
# The event loop is a plug-in, which is looked for in a folder of the environment: one with nothing else in it.
cp "${work}/made/lib/libwebsockets-evlib_uv.so" "${work}/made/plugins/"
cat > "${work}/made/ttyd" <<'END'
#!/bin/sh
here="$(dirname "$(readlink -f "$0")")"
LD_LIBRARY_PATH="${here}/plugins" exec "$(echo "${here}"/lib/ld-linux-*.so.*)" --library-path "${here}/lib" "${here}/program" "$@"
END
chmod +x "${work}/made/ttyd"
"${work}/made/ttyd" --version

# The rename is the last step: a setup that was cut short is never taken for a whole one.
mv "${work}/made" "${home}"
echo "ttyd is at ${home}/ttyd"
