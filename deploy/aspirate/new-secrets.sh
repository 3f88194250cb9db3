#!/usr/bin/env bash
# new-secrets.sh: writes components/secrets/secrets.env with new keys. It never replaces one: with another secrets-key, what is encrypted stays unreadable.
set -euo pipefail
cd "$(dirname "$0")/components/secrets"
umask 077
[ ! -e secrets.env ] || { echo "components/secrets/secrets.env is there already." >&2; exit 2; }
# Letters and digits alone: commas would end a password in Redis' connection string, and its server gets it through a shell.
new() { openssl rand -hex 32; }
cat >secrets.env <<SECRETS
ticket-key=$(new)
secrets-key=$(new)
web-key=$(new)
gateway-key=$(new)
redis-password=$(new)
github-client-secret=
# Without these two Core takes the identity of its pod, where the cluster gives it one for S3.
#s3-access-key=
#s3-secret-key=
SECRETS
echo "Wrote $PWD/secrets.env; the client secret of the GitHub application, and S3's keys, are to be filled in."
