"""Files in an S3-compatible store."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from castingops.core.storage.port import ObjectNotFound, StorageUnavailable, checked_key

_MISSING = {"NoSuchKey", "404", "NotFound"}
_LIMITS = Config(
    signature_version="s3v4",
    connect_timeout=3,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 3},
    s3={"addressing_style": "path"},  # compatible stores rarely have a name per bucket
    request_checksum_calculation="when_required",  # older compatible stores refuse trailing checksums
    response_checksum_validation="when_required",
    max_pool_connections=16,
)


class S3Storage:
    """Keeps objects in one bucket. Each call has a timeout and at most two retries. Safe to share by threads."""

    def __init__(self, *, bucket: str, endpoint_url: str | None, region: str,
                 access_key: str | None, secret_key: str | None) -> None:
        """`endpoint_url` None means AWS itself; keys None mean the machine's own role."""
        self._bucket = bucket
        self._client: Any = boto3.session.Session().client(
            "s3", endpoint_url=endpoint_url, region_name=region, config=_LIMITS,
            aws_access_key_id=access_key, aws_secret_access_key=secret_key)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        """See `Storage.put`."""
        with _translated():
            self._client.put_object(Bucket=self._bucket, Key=checked_key(key), Body=data, ContentType=content_type)

    def get(self, key: str) -> bytes:
        """See `Storage.get`."""
        with _translated():
            answer = self._client.get_object(Bucket=self._bucket, Key=checked_key(key))
            data: bytes = answer["Body"].read()
            return data

    def content_type(self, key: str) -> str:
        """See `Storage.content_type`."""
        with _translated():
            kind: str = self._client.head_object(Bucket=self._bucket, Key=checked_key(key))["ContentType"]
            return kind

    def exists(self, key: str) -> bool:
        """See `Storage.exists`."""
        checked_key(key)
        try:
            self.content_type(key)
        except ObjectNotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        with _translated():
            self._client.delete_object(Bucket=self._bucket, Key=checked_key(key))

    def create_bucket(self) -> None:
        """Make the bucket if it is not there: for development stores. Errors: StorageUnavailable."""
        with _translated():
            try:
                self._client.head_bucket(Bucket=self._bucket)
            except ClientError as error:
                if _code(error) not in _MISSING:
                    raise
                self._client.create_bucket(Bucket=self._bucket, **self._location())

    def _location(self) -> dict[str, Any]:
        region = self._client.meta.region_name  # us-east-1 is the one that S3 wants left out
        return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise (ObjectNotFound if _code(error) in _MISSING else StorageUnavailable) from error
    except BotoCoreError as error:
        raise StorageUnavailable from error


def _code(error: ClientError) -> str:
    code: str = error.response.get("Error", {}).get("Code", "")
    return code
