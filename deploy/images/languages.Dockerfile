# Language servers of npm packages, and npm, for session images to take from. The context is a folder that languages.sh filled, on a machine of the image's architecture.
FROM scratch
COPY . /opt/devex
