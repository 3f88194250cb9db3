#!/bin/sh
# Makes moto, an S3 server in Python, available to the tests under ~/.cache/devex/moto/lib (about 150 MB).
#
# It comes from Debian sid, unpacked and not installed: the system's own package sources and packages stay as they
# are, but for python3-cryptography and python3-yaml of the system's own release where they are missing. Packages with
# compiled code (MarkupSafe) come from the system's release too, because they are built for its Python.
# Run it as root on Debian; it does nothing when moto is there already.
set -eu

home="${HOME}/.cache/devex/moto"
if [ -d "${home}/lib" ]; then
    echo "moto is at ${home}/lib"
    exit 0
fi

. "$(dirname "$0")/sid.sh"
mkdir -p "${home}"
work="$(mktemp -d "${home}/setup.XXXXXX")"
trap 'rm -rf "${work}"' EXIT
sid_begin moto.sh "${work}"
sid download python3-moto python3-boto3 python3-botocore python3-s3transfer python3-jmespath python3-dateutil \
    python3-six python3-urllib3 python3-requests python3-certifi python3-chardet python3-idna python3-responses \
    python3-werkzeug python3-flask python3-flask-cors python3-jinja2 python3-itsdangerous python3-click \
    python3-blinker python3-xmltodict python3-antlr4

if ! apt-get -q -o APT::Sandbox::User=root download python3-markupsafe; then
    apt-get -q update
    apt-get -q -o APT::Sandbox::User=root download python3-markupsafe
fi
/usr/bin/python3 -c "import cryptography, yaml" 2>/dev/null || apt-get -q install -y --no-install-recommends python3-cryptography python3-yaml

sid_unpack
library="${work}/root/usr/lib/python3/dist-packages"
PYTHONPATH="${library}" /usr/bin/python3 -c "from moto.server import main"

# The rename is the last step: a setup that was cut short is never taken for a whole one.
mv "${library}" "${home}/lib"
echo "moto is at ${home}/lib"
