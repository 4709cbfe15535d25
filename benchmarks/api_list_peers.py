"""The peers of `api-list`: FastAPI with SQLAlchemy and pydantic, Django REST Framework. Each checks the same token."""
import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qs, urlparse
from uuid import UUID

import django
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ARRAY, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from benchmarks.harness import wsgi_call


def claims(authorization: str, key: Ed25519PublicKey) -> dict[str, Any]:
    """What the token says, checked as every peer checks it. Errors: PyJWT's."""
    return jwt.decode(authorization.removeprefix("Bearer "), key, algorithms=["EdDSA"], audience=["talent", "hirer"],
                      options={"require": ["exp", "iat", "sub", "iss", "aud", "jti"]})


class Base(DeclarativeBase):
    """SQLAlchemy's, of the peer alone."""


class Profile(Base):
    """The table as an ORM maps it."""

    __tablename__ = "published_profiles"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    display_name_ar: Mapped[str]
    display_name_en: Mapped[str]
    stage_name_ar: Mapped[str | None]
    stage_name_en: Mapped[str | None]
    gender: Mapped[str]
    nationality: Mapped[str]
    city: Mapped[str]
    playing_age_min: Mapped[int]
    playing_age_max: Mapped[int]
    languages: Mapped[list[str]] = mapped_column(ARRAY(String))
    thumb_photo_id: Mapped[UUID | None]
    published_at: Mapped[datetime]


class ProfileOut(BaseModel):
    """A line of the list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    display_name_ar: str
    display_name_en: str
    stage_name_ar: str | None
    stage_name_en: str | None
    gender: str
    nationality: str
    city: str
    playing_age_min: int
    playing_age_max: int
    languages: list[str]
    thumb_photo_id: UUID | None
    published_at: datetime


class PageOut(BaseModel):
    """A page of it."""

    data: list[ProfileOut]
    next_cursor: UUID | None


def fastapi_app(url: str, key: Ed25519PublicKey) -> FastAPI:
    """FastAPI as its tutorial writes it: sync route, ORM entities, a response model."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), pool_size=1)
    app = FastAPI()

    def signed_in(authorization: Annotated[str, Header()]) -> str:
        try:
            return str(claims(authorization, key)["sub"])
        except jwt.InvalidTokenError as error:
            raise HTTPException(401) from error

    @app.get("/list")
    def list_profiles(user: Annotated[str, Depends(signed_in)], cursor: UUID | None = None) -> PageOut:
        below = cursor or UUID(int=2**128 - 1)
        with Session(engine) as session:
            rows = session.scalars(
                select(Profile).where(Profile.id < below).order_by(Profile.id.desc()).limit(51)).all()
            return PageOut(data=[ProfileOut.model_validate(row) for row in rows[:50]],
                           next_cursor=rows[49].id if len(rows) > 50 else None)

    return app


def asgi_call(app: FastAPI, path: str, headers: dict[str, str]) -> Callable[[], bytes]:
    """A call of one GET route without a server between."""
    loop = asyncio.new_event_loop()
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
             "raw_path": path.encode(), "query_string": b"", "scheme": "http", "server": ("127.0.0.1", 80),
             "client": ("127.0.0.1", 1), "root_path": "",
             "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()]}

    async def once() -> bytes:
        parts: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            assert message.get("status", 200) == 200, message
            parts.append(message.get("body", b""))

        await app(dict(scope), receive, send)
        return b"".join(parts)

    return lambda: loop.run_until_complete(once())


def drf_call(url: str, key: Ed25519PublicKey, headers: dict[str, str]) -> Callable[[], bytes]:
    """Django REST Framework: a list view with a model serializer and its own cursor pagination."""
    parsed = urlparse(url)
    settings.configure(
        DEBUG=False, ALLOWED_HOSTS=["*"], ROOT_URLCONF="benchmarks.api_list_drf", USE_TZ=True,
        SECRET_KEY=os.urandom(24).hex(),
        INSTALLED_APPS=["django.contrib.contenttypes", "rest_framework"], MIDDLEWARE=[],
        DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "castingops", "USER": parsed.username,
                               "HOST": parse_qs(parsed.query)["host"][0], "CONN_MAX_AGE": None}},
        REST_FRAMEWORK={"UNAUTHENTICATED_USER": None,
                        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]},
        TOKEN_KEY=key)
    django.setup()
    return wsgi_call(get_wsgi_application(), "/list", headers=headers)
