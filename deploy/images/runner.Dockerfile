# The runner image: restore, saver and save run from it, and every session image takes /opt/devex from it. The context is the folder with the runner as
# Native AOT made it: dotnet publish Devex.Runner -c Release -o CONTEXT. BASE is Debian 12.
ARG BASE=debian:12-slim

FROM ${BASE}
RUN apt-get update \
    && apt-get install -y --no-install-recommends libssl3 ca-certificates \
    && apt-get clean && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 1000 --create-home --home-dir /home/devex --shell /usr/sbin/nologin devex
COPY Devex.Runner /opt/devex/Devex.Runner
USER 1000:1000
ENTRYPOINT ["/opt/devex/Devex.Runner"]
