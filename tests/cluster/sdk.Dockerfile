# What stands for Microsoft's image with the .NET SDK. The context is this machine's.
FROM localhost/debian:12
RUN apt-get update && apt-get install -y --no-install-recommends libicu72 libssl3 ca-certificates && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY . /usr/share/dotnet
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet
