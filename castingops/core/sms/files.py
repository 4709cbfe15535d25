"""Texts as files: what development reads instead of a phone."""
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from castingops.core.sms.port import Outcome, Sms, refused, signature_for, taken


@dataclass(frozen=True)
class FileSender:
    """Writes each text to a file of its own. A text sent twice is one file."""

    folder: Path
    sender: str
    name: ClassVar[str] = "files"

    def send(self, sms: Sms) -> Outcome:
        """Write the text, atomically and readable by us alone; its id is the file's name."""
        name = f"{hashlib.sha256(sms.key.encode()).hexdigest()[:32]}.txt"
        content = f"From: {signature_for(sms.kind, self.sender)}\nTo: {sms.to}\n\n{sms.body}\n"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = self.folder / f".{name}.{os.getpid()}"
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content.encode())
            temporary.replace(self.folder / name)
        except OSError:
            return refused(sms, "disk", retryable=True)
        return taken(sms, name)
