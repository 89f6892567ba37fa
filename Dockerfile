# One image for every process: `docker run IMAGE run`, `worker`, `web`, `health` … (docs/deployment.md).
# The same installer as `make run`: what requirements.lock pins, each file checked by its hash.

FROM python:3.13-slim AS build
WORKDIR /opt/aggregator
COPY config/install.sh config/install.sh
COPY requirements.lock ./
RUN sh config/install.sh .venv requirements.lock \
 && .venv/bin/python -m pip uninstall --quiet --yes pip
COPY aggregator aggregator
RUN .venv/bin/python -m compileall -q aggregator \
 && .venv/bin/aggregator --version

FROM python:3.13-slim
# The number is fixed, so that who owns a volume does not depend on the release; no name has to be looked up.
RUN groupadd --gid 10001 aggregator \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin aggregator \
 && install -d -o 10001 -g 10001 -m 0750 /data
COPY --from=build /opt/aggregator /opt/aggregator
ENV PATH=/opt/aggregator/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    AGGREGATOR_CONFIG=/config/aggregator.yaml \
    AGGREGATOR_DATA_DIR=/data \
    AGGREGATOR_SERVER__HOST=0.0.0.0
USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 CMD ["aggregator", "health"]
ENTRYPOINT ["aggregator"]
CMD ["run"]
