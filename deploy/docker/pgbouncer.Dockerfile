# syntax=docker/dockerfile:1
# PgBouncer of Debian 12 (1.18), with which Matinee was tested. The project publishes no image of its own.
FROM debian:bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends pgbouncer postgresql-client \
  && rm -rf /var/lib/apt/lists/*
USER postgres
EXPOSE 6432
STOPSIGNAL SIGINT
HEALTHCHECK --interval=5s --timeout=3s --retries=3 CMD ["pg_isready", "-q", "-h", "127.0.0.1", "-p", "6432"]
CMD ["pgbouncer", "/etc/pgbouncer/pgbouncer.ini"]
