"""Both stores under one contract: local disk, and S3 over real HTTP (MED-A)."""
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from castingops.core.config import Settings
from castingops.core.storage import (
    LocalStorage,
    ObjectNotFound,
    Storage,
    StorageUnavailable,
    UnusableKey,
    open_storage,
)
from castingops.core.storage.s3 import S3Storage

HOSTILE = [
    "", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", "./a", "a/./b", "a//b", "a/", ".hidden", "a/.hidden",
    "a\x00b", "a\nb", "a\n", "a\\b", "C:\\x", "~root", "a b", "é", "صورة", "a%2e%2e", "-rf", "a" * 201,
           "a/" * 300 + "a", "\ud800",
]


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Storage]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    storage = S3Storage(bucket="castingops", endpoint_url=f"http://{host}:{port}", region="me-south-1",
                        access_key="test", secret_key="test-secret")
    storage.create_bucket()
    storage.create_bucket()  # there already: fine
    yield storage
    server.stop()


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local":
        return LocalStorage(tmp_path / "files")
    s3: S3Storage = request.getfixturevalue("s3")
    return s3


def test_get_returns_what_was_put(storage: Storage) -> None:
    data = os.urandom(300_000)
    storage.put("photos/a1/original.jpg", data, "image/jpeg")
    assert storage.get("photos/a1/original.jpg") == data
    assert storage.content_type("photos/a1/original.jpg") == "image/jpeg"
    assert storage.exists("photos/a1/original.jpg")


def test_put_replaces_content_and_type(storage: Storage) -> None:
    storage.put("notes/n1", b"first, and longer", "text/plain")
    storage.put("notes/n1", b"", "application/octet-stream")
    assert storage.get("notes/n1") == b""
    assert storage.content_type("notes/n1") == "application/octet-stream"


def test_delete_removes_and_may_be_repeated(storage: Storage) -> None:
    storage.put("gone/1", b"x", "text/plain")
    storage.delete("gone/1")
    storage.delete("gone/1")
    assert not storage.exists("gone/1")
    for read in (storage.get, storage.content_type):
        with pytest.raises(ObjectNotFound):
            read("gone/1")


def test_a_directory_is_no_object(storage: Storage) -> None:
    storage.put("folder/file", b"x", "text/plain")
    assert not storage.exists("folder")
    with pytest.raises(ObjectNotFound):
        storage.get("folder")


@pytest.mark.parametrize("key", HOSTILE)
def test_hostile_keys_are_refused_everywhere(storage: Storage, key: str) -> None:
    with pytest.raises(UnusableKey):
        storage.put(key, b"x", "text/plain")
    for use in (storage.get, storage.content_type, storage.exists, storage.delete):
        with pytest.raises(UnusableKey):
            use(key)


def test_concurrent_puts_leave_one_whole_object(storage: Storage) -> None:
    bodies = [bytes([number]) * 200_000 for number in range(8)]
    threads = [threading.Thread(target=storage.put, args=("race/1", body, "text/plain")) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert storage.get("race/1") in bodies


def test_local_refuses_a_link_that_leads_out(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("secret")
    storage = LocalStorage(tmp_path / "files")
    (tmp_path / "files" / "objects" / "link").symlink_to(tmp_path / "outside")
    for use in (storage.get, storage.exists, storage.delete):
        with pytest.raises(UnusableKey):
            use("link/secret")
    with pytest.raises(UnusableKey):
        storage.put("link/secret", b"x", "text/plain")
    assert (tmp_path / "outside" / "secret").read_text() == "secret"


def test_local_refuses_a_key_below_an_object(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    storage.put("a", b"x", "text/plain")
    with pytest.raises(UnusableKey):
        storage.put("a/b", b"x", "text/plain")
    with pytest.raises(ObjectNotFound):
        storage.get("a/b")


def test_local_leaves_nothing_behind_when_the_disk_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = LocalStorage(tmp_path)
    storage.put("a", b"old", "text/plain")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageUnavailable):
        storage.put("a", b"new", "text/plain")
    assert storage.get("a") == b"old"
    assert not list((tmp_path / "incoming").iterdir())


def test_local_files_are_for_this_user_only(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path / "files")
    storage.put("a/b", b"x", "text/plain")
    paths = [path for path in (tmp_path / "files").rglob("*")]
    assert paths
    assert all(path.stat().st_mode & 0o077 == 0 for path in paths)


def test_s3_out_of_reach_is_unavailable_soon() -> None:
    storage = S3Storage(bucket="b", endpoint_url="http://127.0.0.1:9", region="me-south-1", access_key="a",
                        secret_key="b")
    with pytest.raises(StorageUnavailable):
        storage.put("a", b"x", "text/plain")


def test_s3_wrong_bucket_is_not_a_missing_file(s3: S3Storage) -> None:
    other = S3Storage(bucket="elsewhere", endpoint_url=s3._client.meta.endpoint_url, region="me-south-1",
                      access_key="a", secret_key="b")
    with pytest.raises(StorageUnavailable):
        other.get("a")


def settings_with(**fields: object) -> Settings:
    needed = {"database_url": "x", "redis_url": "x", "secret_key": "s" * 32, "master_key": "m" * 43, "token_key": "x",
              "audit_signing_key": "x"}
    return Settings.model_validate({**needed, **fields})


def test_settings_choose_the_store(tmp_path: Path) -> None:
    """K-3: one port, chosen by settings."""
    local = open_storage(settings_with(home=tmp_path))
    local.put("a", b"x", "text/plain")
    assert (tmp_path / "files" / "objects" / "a").read_bytes() == b"x"
    assert isinstance(open_storage(settings_with(storage="s3", s3_bucket="b", s3_endpoint="http://127.0.0.1:9")),
                      S3Storage)
    with pytest.raises(ValueError, match="S3_BUCKET"):
        open_storage(settings_with(storage="s3"))
