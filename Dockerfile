# DotKV in a container, from the distribution that `make build` makes. `make image` does both.
FROM eclipse-temurin:25-jre

# A fixed number, so that volumes keep their owner and Kubernetes can check that it is not root.
RUN groupadd --gid 10001 dotkv \
 && useradd --uid 10001 --gid dotkv --home-dir /var/lib/dotkv --no-create-home --shell /usr/sbin/nologin dotkv \
 && mkdir -p /var/lib/dotkv \
 && chown dotkv:dotkv /var/lib/dotkv

COPY node-launcher/target/dotkv /opt/dotkv

# The root file system may be read-only: the data is in the volume, temporary files (native libraries) in /tmp.
ENV PATH="/opt/dotkv/bin:${PATH}" \
    DOTKV_LISTEN=0.0.0.0:3001 \
    DOTKV_DATA=/var/lib/dotkv
USER 10001:10001
VOLUME /var/lib/dotkv
EXPOSE 3001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=20s --retries=3 CMD ["dotkv", "health", "--endpoint", "localhost:3001"]
ENTRYPOINT ["dotkv"]
CMD ["node"]
