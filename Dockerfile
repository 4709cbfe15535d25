# syntax=docker/dockerfile:1
# One image for web, worker, relay, beat and migrate. Build: docker build -t castingops .

FROM python:3.11-slim-bookworm AS build
RUN apt-get update -q && apt-get install -q -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/castingops
# Packages first: they change less often than the code.
COPY requirements.lock requirements-uv.lock ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
 && uv venv --python /usr/local/bin/python3.11 /srv/venv \
 && uv pip sync --require-hashes --compile-bytecode --python /srv/venv/bin/python requirements.lock
COPY . .
# Front-end assets by hash into static/vendor, catalogues compiled, byte code written: the image is read-only later.
RUN python -m castingops.bootstrap.image /srv/venv \
 && python -m compileall -q castingops wsgi.py migrations

FROM python:3.11-slim-bookworm
RUN apt-get update -q \
 && apt-get install -q -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --home-dir /var/lib/castingops --create-home castingops
COPY --from=build /srv /srv
WORKDIR /srv/castingops
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CASTINGOPS_HOME=/var/lib/castingops
USER 10001:10001
VOLUME /var/lib/castingops
EXPOSE 8000
STOPSIGNAL SIGTERM
# Synchronous workers behind a buffering proxy (docs/decisions/0005); the heartbeat file must not lie on the read-only root.
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--workers", "4", "--timeout", "60", "--graceful-timeout", "25", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "wsgi:app"]
