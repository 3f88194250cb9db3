# Language servers of npm packages, at the versions of the lock files, for session images to take from. The context is Devex.Core/Runtimes/Process/Languages,
# where Core has them from when sessions are processes. BASE is Debian 12.
ARG BASE=debian:12-slim

FROM ${BASE}
USER root
RUN command -v npm >/dev/null || (apt-get update \
    && apt-get install -y --no-install-recommends nodejs npm ca-certificates \
    && rm -rf /var/lib/apt/lists/*)
COPY . /opt/devex/languages
# None of the packages' own code runs.
RUN for set in /opt/devex/languages/*/; do npm ci --prefix "$set" --ignore-scripts --no-audit --no-fund --omit=dev || exit 1; done \
    && rm -rf /root/.npm /opt/devex/languages/*.cs
