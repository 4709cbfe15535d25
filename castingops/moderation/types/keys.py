"""Keys of the console: which act each stands for, and which keys a person may give it."""
from dataclasses import dataclass, field
from enum import StrEnum

from castingops.core.messages import N_, NP_, Message


class DiffMode(StrEnum):
    """How two revisions are compared on a page."""

    SIDE = "side"
    INLINE = "inline"


DIFF_MODES: dict[str, Message] = {DiffMode.SIDE: N_("Side by side"), DiffMode.INLINE: N_("In one text")}

# act: (its words, the key at `event.code` that it has unless somebody says otherwise)
ACTS: dict[str, tuple[Message, str]] = {
    "next": (N_("Next row or case"), "KeyJ"), "previous": (N_("Previous row or case"), "KeyK"),
    "more": (N_("Load more rows"), "KeyM"), "search": (N_("Search"), "Slash"),
    "take": (N_("Take the case"), "KeyT"), "release": (N_("Return the case"), "KeyB"),
    "approve": (N_("Approve"), "KeyA"), "changes": (N_("Ask for changes"), "KeyC"), "reject": (N_("Reject"), "KeyR"),
    "policy": (N_("Choose a policy"), "KeyP"), "preview": (N_("Preview the statement"), "KeyV"),
    "send": (N_("Send the decision"), "KeyS"), "undo": (N_("Take the decision back"), "KeyU"),
    "compare": (N_("Change how revisions are compared"), "KeyD"), "note": (N_("Write a note"), "KeyN"),
    "write": (N_("Write to the person"), "KeyW"), "person": (N_("Open the person's history"), "KeyH"),
    "decline": (NP_("second approval", "Decline"), "KeyX"),
}
DEFAULT_KEYS: dict[str, str] = {act: code for act, (_, code) in ACTS.items()}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MARKS = {"Slash": "/", "Comma": ",", "Period": ".", "Semicolon": ";", "Quote": "'", "BracketLeft": "[",
          "BracketRight": "]", "Backslash": "\\", "Minus": "-", "Equal": "=", "Backquote": "`"}
CAPS: dict[str, str] = {f"Key{letter}": letter for letter in _LETTERS} | {
    f"Digit{digit}": str(digit) for digit in range(10)} | _MARKS
# the Arabic letters at the same places (Arabic 101), so that a reader of Arabic finds the key
ARABIC_CAPS: dict[str, str] = dict(zip((f"Key{letter}" for letter in "QWERTYUIOPASDFGHJKLZXCVBNM"), (
    "ض", "ص", "ث", "ق", "ف", "غ", "ع", "ه", "خ", "ح", "ش", "س", "ي", "ب", "ل", "ا", "ت", "ن", "م",
    "ئ", "ء", "ؤ", "ر", "لا", "ى", "ة"), strict=True))


@dataclass(frozen=True)
class Habits:
    """How one moderator works. `keys`: act to key, for every act."""

    keys: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_KEYS))
    keys_off: bool = False
    diff_mode: DiffMode = DiffMode.SIDE
    version: int = 0

    @property
    def keymap(self) -> str:
        """What differs from the usual, for the page's script: `usual=own=cap` parted by spaces."""
        return " ".join(f"{DEFAULT_KEYS[act]}={code}={CAPS[code]}" for act, code in self.keys.items()
                        if code != DEFAULT_KEYS[act])
