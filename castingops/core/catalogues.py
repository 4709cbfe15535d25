"""The translation catalogues as files: read at start, kept up to date and checked by commands.

`.po` files are committed, `.mo` files are a cache beside them that is made again when it is missing or old.
"""
import io
import json
import os
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.support import Translations

from castingops.core import arabic_style

DOMAIN = "messages"
# Six forms in CLDR's order. Babel's own header for Arabic has the last two swapped.
PLURALS = {
    "en": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=(n==0?0:n==1?1:n==2?2:n%100>=3&&n%100<=10?3:n%100>=11?4:5);",
}

KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "lazy_gettext": None, "_l": None, "N_": (1,), "ngettext": (1, 2), "NN_": (1, 2),
    "pgettext": ((1, "c"), 2), "NP_": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}


def path_of(directory: Path, locale: str, suffix: str = "po") -> Path:
    """Where the catalogue of `locale` lies under `directory`."""
    return directory / locale / "LC_MESSAGES" / f"{DOMAIN}.{suffix}"


def read(directory: Path, locale: str) -> Catalog:
    """The catalogue of `locale`. Errors: FileNotFoundError."""
    with path_of(directory, locale).open("rb") as file:
        return pofile.read_po(file, locale=locale, domain=DOMAIN)


def load(directory: Path, locale: str) -> Translations:
    """The translations of `locale`, from the compiled file when that is current, else compiled now.

    The compiled file is written for the next process when the directory allows it.
    Errors: FileNotFoundError when there is no catalogue.
    """
    source, compiled = path_of(directory, locale), path_of(directory, locale, "mo")
    if not compiled.exists() or (source.exists() and compiled.stat().st_mtime < source.stat().st_mtime):
        content = io.BytesIO()
        mofile.write_mo(content, read(directory, locale))
        _keep(compiled, content.getvalue())
        content.seek(0)
        return Translations(content, domain=DOMAIN)
    with compiled.open("rb") as file:
        return Translations(file, domain=DOMAIN)


def compile_all(directory: Path, locales: Iterable[str]) -> None:
    """Make every compiled file that is missing or old: for images and packages that are read-only later."""
    for locale in locales:
        load(directory, locale)


def _keep(path: Path, content: bytes) -> None:
    """Write atomically: several processes start at once. A read-only directory is no fault."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)


def extract(root: Path) -> Catalog:
    """Every message marked in the sources under `root`, by the mappings of its pyproject.toml."""
    mappings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {mapping["pattern"]: {name: str(value) for name, value in mapping.items()} for mapping in mappings}
    found, at = Catalog(project="castingops", charset="utf-8", fuzzy=False), [""]
    try:
        for file, _line, message, comments, context in extract_from_dir(
            root, methods, options, keywords=KEYWORDS, comment_tags=["i18n:"], directory_filter=_is_source,
            callback=lambda file, _method, _options: at.__setitem__(0, file),
        ):
            found.add(message, None, [(file, 0)], auto_comments=comments, context=context)
    except Exception as error:
        error.add_note(f"in {at[0]}")  # Jinja names no file
        raise
    return found


def update(root: Path, directory: Path, fragments: Path | None = None) -> list[str]:
    """Bring every catalogue in line with the sources: new messages in, unused ones out, translations kept.

    `fragments` is a folder of JSON files with Arabic for new messages: {"msgid": "text"}, for counted ones
    {"msgid": [six forms]}, with a context {"context\\u0004msgid": "text"}. They fill what is empty and overwrite
    nothing. Returns what could not be used, one sentence each.
    """
    source = extract(root)
    complaints: list[str] = []
    for locale in PLURALS:
        kept = _catalogue_or_new(directory, locale)
        dates = kept.creation_date, kept.revision_date
        kept.update(source, no_fuzzy_matching=True, update_header_comment=False)
        kept.creation_date, kept.revision_date = dates  # so that an unchanged catalogue is an unchanged file
        kept.obsolete.clear()
        if locale == "ar" and fragments is not None:
            for file in sorted(fragments.glob("*.json")):
                complaints += _fill(kept, file)
        _write(directory, locale, kept)
    return complaints


def check(root: Path, directory: Path) -> list[str]:
    """What is wrong with the catalogues, one sentence each: anything missing, unused, fuzzy, or bad Arabic."""
    wanted = {(message.id, message.context) for message in extract(root) if message.id}
    found: list[str] = []
    for locale in PLURALS:
        stored = read(directory, locale)
        have = {(message.id, message.context) for message in stored if message.id}
        found += [f"{locale}: not in the catalogue: {_name(key)}" for key in sorted(wanted - have, key=str)]
        found += [f"{locale}: no longer used: {_name(key)}" for key in sorted(have - wanted, key=str)]
        found += [f"{locale}: commented out: {_name((key, None))}" for key in stored.obsolete]
        found += [f"{locale}: {_name((message.id, message.context))}: {problem}" for message in stored if message.id
                  for problem in _problems(message, locale)]
        if PLURALS[locale] not in path_of(directory, locale).read_text(encoding="utf-8"):
            found.append(f"{locale}: the header's plural rule is not CLDR's")
    return found


def _problems(message: Message, locale: str) -> Iterator[str]:
    if message.fuzzy:
        yield "fuzzy"
    if isinstance(message.id, tuple | list):
        yield from _counted_problems(message.id[0], message.id[1], tuple(message.string or ()), locale)
    elif not message.string:
        if locale != "en":  # English is the msgid itself
            yield "not translated"
    elif locale == "ar":
        yield from arabic_style.problems_of(str(message.id), str(message.string))
    elif arabic_style.names_in(str(message.id)) != arabic_style.names_in(str(message.string)):
        yield "other placeholders"


def _counted_problems(singular: str, plural: str, forms: tuple[str, ...], locale: str) -> Iterator[str]:
    if locale == "en":
        return
    if not all(forms) or not forms:
        yield "not translated"
    else:
        yield from arabic_style.plural_problems(singular, plural, forms)


def _fill(catalogue: Catalog, file: Path) -> Iterator[str]:
    for key, text in json.loads(file.read_text(encoding="utf-8")).items():
        context, _, msgid = key.rpartition("\u0004")
        message = catalogue.get(msgid, context or None)
        if message is None:
            yield f"{file.name}: nothing says {key!r}"
        elif isinstance(message.id, tuple | list) != isinstance(text, list):
            yield f"{file.name}: {key!r} needs {'six forms' if isinstance(message.id, tuple | list) else 'one text'}"
        elif not any(message.string or ()):
            message.string = tuple(text) if isinstance(text, list) else text
        elif message.string != (tuple(text) if isinstance(text, list) else text):
            yield f"{file.name}: {key!r} is translated otherwise already"


def _catalogue_or_new(directory: Path, locale: str) -> Catalog:
    if path_of(directory, locale).exists():
        return read(directory, locale)
    born = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(locale=locale, domain=DOMAIN, project="castingops", version="1", charset="utf-8", fuzzy=False,
                   header_comment=f"# castingops in {locale}. Made by `ops translations update`; edit msgstr only.",
                   msgid_bugs_address="none", last_translator="castingops", language_team=locale,
                   creation_date=born, revision_date=born)


def _write(directory: Path, locale: str, catalogue: Catalog) -> None:
    path = path_of(directory, locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.mime_headers = [("Plural-Forms", PLURALS[locale])]  # sets this one header
    with path.open("wb") as file:
        pofile.write_po(file, catalogue, width=118, sort_output=True, include_lineno=False)


def _is_source(folder: str) -> bool:
    return Path(folder).name not in {"_bundle", "static", "node_modules", "__pycache__"} and "/." not in folder


def _name(key: tuple[Any, str | None]) -> str:
    msgid, context = key
    first = msgid[0] if isinstance(msgid, tuple | list) else msgid
    return repr(f"{context}: {first}" if context else first)
