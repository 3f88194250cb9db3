# Packages of Debian sid beside the system, for sourcing: unpacked and not installed, so that the system's own package sources and packages
# stay as they are. Needs root on Debian.

# Says who needs it, makes what follows in the folder, and enters its debs/.
sid_begin() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        echo "$1 needs root on Debian (apt-get)." >&2
        exit 1
    fi
    sid_folder="$2"
    mkdir -p "${sid_folder}/state/lists/partial" "${sid_folder}/cache/archives/partial" "${sid_folder}/debs"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main" > "${sid_folder}/sid.list"
    sid update
    cd "${sid_folder}/debs"
}

# apt-get over sid alone, with all its state in the folder.
sid() {
    apt-get -q -o Dir::Etc::sourcelist="${sid_folder}/sid.list" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State="${sid_folder}/state" -o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache="${sid_folder}/cache" \
        -o APT::Sandbox::User=root "$@"
}

# What was downloaded, as root/.
sid_unpack() {
    for package in *.deb; do dpkg -x "${package}" "${sid_folder}/root"; done
}
