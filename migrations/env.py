"""Migrations run as the owner of the tables, wait at most 4 s for a lock, and are one transaction each."""
from alembic import context
from flask import current_app
from sqlalchemy import create_engine, text

from castingops.core.db import Base

engine = create_engine(current_app.extensions["settings"].sqlalchemy_url(owner=True),
                       connect_args={"options": "-c lock_timeout=4s"})

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata,
                      transaction_per_migration=True, compare_server_default=False)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("grant select on alembic_version to castingops_app, castingops_backup"))  # /readyz compares
    connection.commit()
engine.dispose()
