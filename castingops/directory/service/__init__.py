"""The use cases of the directory: take in what it says, join by its letter, look after it."""
from castingops.directory.service.people import join, link
from castingops.directory.service.receiving import APPLY, follow, receive
from castingops.directory.service.sweeping import sweep

__all__ = ["APPLY", "follow", "join", "link", "receive", "sweep"]
