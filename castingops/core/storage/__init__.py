"""Files by key: one port, kept on local disk or in an S3-compatible store.

Keys are ours, never a client's file name. Photos and documents are served by the app under short-lived
signatures, so a store needs no public address.
"""
from flask import current_app

from castingops.core.config import Settings
from castingops.core.late import load
from castingops.core.storage.local import LocalStorage
from castingops.core.storage.port import ObjectNotFound, Storage, StorageUnavailable, UnusableKey, checked_key

__all__ = [
    "LocalStorage", "ObjectNotFound", "Storage", "StorageUnavailable", "UnusableKey", "checked_key", "current_storage",
    "open_storage",
]

_S3 = "castingops.core.storage.s3:S3Storage"


def open_storage(settings: Settings, *, durable: bool = True) -> Storage:
    """The store that the settings name: a folder below home, or S3. Errors: ValueError for S3 without a bucket.

    Without `durable` a local store does not wait for the disk.
    """
    if settings.storage == "local":
        return LocalStorage(settings.home / "files", durable=durable)
    if settings.s3_bucket is None:
        raise ValueError("CASTINGOPS_S3_BUCKET is not set")
    s3: Storage = load(_S3)(  # boto3 only where it is used
        bucket=settings.s3_bucket, endpoint_url=settings.s3_endpoint, region=settings.s3_region,
        access_key=settings.s3_access_key.get_secret_value() if settings.s3_access_key else None,
        secret_key=settings.s3_secret_key.get_secret_value() if settings.s3_secret_key else None)
    return s3


def current_storage() -> Storage:
    """The store of the running application, which `create_app` opened and put under `extensions["storage"]`."""
    storage: Storage = current_app.extensions["storage"]
    return storage
