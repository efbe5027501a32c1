# A small image that serves with a token file:
#
#   docker build -t rockpool .
#   docker run --rm -p 8080:8080 -p 8090:8090 -v rockpool:/var/lib/rockpool -v ./token:/run/secrets/token:ro rockpool
FROM debian:12 AS build
WORKDIR /source
# The set-up alone first, so that changes of the code do not install everything again.
COPY dev CMakePresets.json ./
COPY tools/dev tools/dev
RUN apt-get update && ./dev setup && rm -rf /var/lib/apt/lists/*
COPY . .
RUN --mount=type=cache,target=/root/.cache ./dev build release rockpool && \
    install -D -m 755 -s build/release/rockpool /out/rockpool

FROM debian:12-slim
RUN apt-get update && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates libarchive13 libfmt9 librocksdb7.8 libsimdjson14 libspdlog1.10 libssl3 && \
    rm -rf /var/lib/apt/lists/* && \
    useradd --system --home-dir /var/lib/rockpool --create-home --shell /usr/sbin/nologin rockpool
COPY --from=build /out/rockpool /usr/local/bin/rockpool
USER rockpool
VOLUME /var/lib/rockpool
EXPOSE 8080 8090
# The listeners are reachable from outside the container, so the control listener asks for a token.
ENV ROCKPOOL_INGRESS=0.0.0.0:8080 \
    ROCKPOOL_CONTROL=0.0.0.0:8090 \
    ROCKPOOL_DATA=/var/lib/rockpool \
    ROCKPOOL_TOKEN_FILE=/run/secrets/token
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/rockpool"]
CMD ["serve"]
