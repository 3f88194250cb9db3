#!/bin/sh
# Fetches what the collaboration benchmark types with and types to: y-websocket's server, and clients of it and of Devex, into tests/tools/collaboration/node_modules.
set -eu

cd "$(dirname "$0")/collaboration"
[ -d node_modules ] || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
