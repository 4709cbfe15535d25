"""Files by key: one port, kept on local disk or in an S3-compatible store.

Keys are ours, never a client's file name. Photos and documents are served by the app under short-lived
signatures, so a store needs no public address.
"""
from flask import current_app

from castingops.core.storage.local import LocalStorage
from castingops.core.storage.port import ObjectNotFound, Storage, StorageUnavailable, UnusableKey, checked_key
from castingops.core.storage.s3 import S3Storage

__all__ = [
    "LocalStorage", "ObjectNotFound", "S3Storage", "Storage", "StorageUnavailable", "UnusableKey", "checked_key",
    "current_storage",
]


def current_storage() -> Storage:
    """The store of the running application, which `create_app` put under `extensions["storage"]`."""
    storage: Storage = current_app.extensions["storage"]
    return storage
