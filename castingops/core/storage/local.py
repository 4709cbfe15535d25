"""Files on local disk: for development and for one machine."""
import os
import tempfile
from pathlib import Path

from castingops.core.storage.port import ObjectNotFound, StorageUnavailable, UnusableKey, checked_key


class LocalStorage:
    """Keeps objects under `root/objects` and their media types under `root/types`, readable by this user only.

    A file is written beside its place and moved there, so a reader or a crash never sees half of one.
    `durable=False` skips waiting for the disk, for data that can be made again.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self._root = root.resolve()
        self._durable = durable
        for name in ("objects", "types", "incoming"):
            (self._root / name).mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """See `Storage.put`. The type goes first: an object without one is never seen."""
        self._write(self._path("types", key), content_type.encode())
        self._write(self._path("objects", key), data)

    def get(self, key: str) -> bytes:
        """See `Storage.get`."""
        return self._read(self._path("objects", key))

    def content_type(self, key: str) -> str:
        """See `Storage.content_type`."""
        if not self.exists(key):
            raise ObjectNotFound
        return self._read(self._path("types", key)).decode()

    def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        return self._path("objects", key).is_file()

    def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        for part in ("objects", "types"):
            self._path(part, key).unlink(missing_ok=True)

    def _path(self, part: str, key: str) -> Path:
        """Where `key` lies; the file itself or a directory above it may not lead out by a symbolic link."""
        base = self._root / part
        path = base / checked_key(key)
        if not path.resolve().is_relative_to(base):
            raise UnusableKey
        return path

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise ObjectNotFound from error

    def _write(self, path: Path, data: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._replace(path, data)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise UnusableKey from error  # an object lies where this key needs a directory, or the reverse
        except OSError as error:
            raise StorageUnavailable from error

    def _replace(self, path: Path, data: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self._root / "incoming")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                if self._durable:
                    file.flush()
                    os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        if self._durable:
            _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    """Have the new name itself survive a power cut."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
