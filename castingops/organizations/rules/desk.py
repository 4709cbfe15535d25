"""What staff read of the systems that organizations have us call."""
from urllib.parse import urlsplit


def shown_address(url: str) -> str:
    """Where a webhook leads, without its path and query: they may hold a secret of the receiver's."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/…"
