"""Procrastinate doing the same: a job deferred in the business transaction, handled by its own worker."""
import os

import procrastinate
import psycopg

URL = os.environ.get("BENCH_DATABASE_URL", "")
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=URL))
_connections: list[psycopg.Connection] = []


@app.task(name="tick", queue="bench")
def tick(number: int) -> None:
    """The same effect as ours: one row, in a transaction."""
    if not _connections:
        _connections.append(psycopg.connect(URL, autocommit=True))
    _connections[0].execute("insert into bench_peer_handled values (%s, clock_timestamp())", [number])
