"""How an upload is compared with a million removed photos: against a scan, and how often it is right (issue 3).

The bank holds the fingerprints of real pictures and, up to a million, of crossings: each bit from one of two of them,
so that bits lie as unevenly as in pictures. The look-up is the product's own, row security and all. `vs_scan` is the
same question put to every row; `vs_bare_scan` the cheapest scan there is: one fingerprint for the nine that an upload
is tried for, past row security, with no more than a count of what is near.
"""
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from random import Random
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import psycopg

from benchmarks.harness import Stage, ratio, report, stage
from benchmarks.media_pictures import copies, known_by, picture
from castingops.core.actor import system
from castingops.core.db import session, unit_of_work
from castingops.media import rules
from castingops.media.types import SAME_PHOTO, Fingerprint, Probe
from castingops.moderation.models.media_care import BANDS
from castingops.moderation.queries.media_care import near_statement
from castingops.moderation.rules.media_care import bits_of, fingerprint_of
from castingops.moderation.service.removed import list_originals

NAME = "media-match"
ROWS = 1_000_000
REMOVED, RETURNED, UPLOADS = 1_000, 60, 1_000  # pictures in the bank, of them brought back, and strangers
WANTED = {"vs_scan": (">=", 20.0), "recall": (">=", 0.95), "false_per_1000": ("<=", 1.0), "disagreements": ("<=", 0.0)}
Probes = list[Probe]


def seeds(part: str, count: int) -> list[str]:
    """Half portraits, half textures."""
    return [f"{'pt'[number % 2]}/{part}/{number}" for number in range(count)]


def removed(seed: str) -> Fingerprint | None:
    return known_by(picture(seed))[0]


def returned(seed: str) -> list[tuple[str, Probes]]:
    return [(way, known_by(copy)[1]) for way, copy in copies(picture(seed))]


def uploaded(seed: str) -> Probes:
    return known_by(picture(seed))[1]


def fill(superuser: psycopg.Connection, known: dict[UUID, Fingerprint]) -> None:
    """A million rows; the band indexes are made anew afterwards, which is quicker."""
    indexes = superuser.execute("select indexname, indexdef from pg_indexes where tablename = 'removed_media'"
                                " and indexname like 'ix_removed_media_b%'").fetchall()
    for name, _ in indexes:
        superuser.execute(f"drop index {name}")
    superuser.execute("set session_replication_role = replica")  # there are no decisions behind these
    superuser.execute("create temporary table prints (decision_id uuid, print bit(256))")
    with superuser.cursor().copy("copy prints from stdin") as rows:
        for decision_id, bits in prints(known):
            rows.write_row((str(decision_id), bits))
    bands = ", ".join(f"substring(print from {1 + 16 * band} for 16)::bit(16)::int" for band in range(len(BANDS)))
    columns = ", ".join(BANDS)
    superuser.execute(f"insert into removed_media (decision_id, print, created_at, {columns})"
                      f" select decision_id, print, now(), {bands} from prints")
    for _, definition in indexes:
        superuser.execute(definition)
    superuser.execute("set session_replication_role = origin")
    superuser.execute("vacuum analyze removed_media")


def prints(known: dict[UUID, Fingerprint]) -> Iterator[tuple[UUID, str]]:
    """The real fingerprints first, then crossings of them."""
    for decision_id, fingerprint in known.items():
        yield decision_id, bits_of(fingerprint)
    whole, rng = [int(bits_of(fingerprint), 2) for fingerprint in known.values()], Random(3)
    for _ in range(ROWS - len(known)):
        one, other, mask = rng.choice(whole), rng.choice(whole), rng.getrandbits(256)
        yield UUID(int=rng.getrandbits(128)), f"{one & mask | other & ~mask & (1 << 256) - 1:0256b}"


def found(here: Stage, probes: Probes) -> set[UUID]:
    """The decisions behind what the product finds."""
    with here.app.app_context(), unit_of_work(system(), read_only=True):
        return {near.decision_id for near in list_originals(probes)}


def found_by_scan(here: Stage, probes: Probes) -> set[UUID]:
    with here.app.app_context(), unit_of_work(system(), read_only=True):
        found = session().execute(near_statement([each.print for each in probes], scan=True))
        return {row.decision_id for row in found if rules.is_copy(fingerprint_of(row.print), probes)}


def bare_scan(here: Stage, probe: Fingerprint) -> None:
    here.superuser.execute("select count(*) from removed_media where bit_count(print # %s::bit(256)) <= %s",
                           [bits_of(probe), SAME_PHOTO])


def cost(here: Stage, call: Callable[[Any], object], asked: Iterable[Any]) -> float:
    """CPU milliseconds of this process and PostgreSQL for each of `asked`."""
    before, count = here.cpu(), 0
    for each in asked:
        call(each)
        count += 1
    return (here.cpu() - before) / count * 1000


def speed(here: Stage, uploads: list[Probes]) -> tuple[dict[str, float], dict[str, float]]:
    """Ratios and figures of the look-up against both scans; in each round they take turns."""
    rounds: dict[str, list[float]] = {"look_up": [], "scan": [], "bare": []}
    walls: list[float] = []
    for turn in range(4):
        sample = uploads[40 * turn:40 * turn + 40]
        costs = {"look_up": cost(here, lambda probes: found(here, probes), sample),
                 "scan": cost(here, lambda probes: found_by_scan(here, probes), sample[:1]),
                 "bare": cost(here, lambda probes: bare_scan(here, probes[0].print), sample[:5])}
        for probes in sample:
            began = perf_counter()
            found(here, probes)
            walls.append((perf_counter() - began) * 1000)
        if turn:  # one round warms up
            for name, value in costs.items():
                rounds[name].append(value)
    ratios = {name: ratio(rounds, slower, "look_up")
              for name, slower in (("vs_scan", "scan"), ("vs_bare_scan", "bare"))}
    return ratios, {**{f"{name}_ms": round(median(values), 2) for name, values in rounds.items()},
                    "look_up_wall_ms": round(median(walls), 2)}


def rightness(here: Stage, known: dict[str, UUID], back: dict[str, list[tuple[str, Probes]]],
              strangers: dict[str, Probes]) -> dict[str, float]:
    """How many copies are found, by what happened to them, and how many strangers are mistaken for a removed photo."""
    ways: dict[str, list[bool]] = {}
    for seed, returns in back.items():
        for way, probes in returns:
            ways.setdefault(way, []).append(known[seed] in found(here, probes))
    hits = [hit for each in ways.values() for hit in each]
    mistaken = {seed: bool(found(here, probes)) for seed, probes in strangers.items()}
    return {"recall": round(sum(hits) / len(hits), 4),
            **{f"recall, {way}": round(sum(each) / len(each), 4) for way, each in ways.items()},
            "false_per_1000": round(sum(mistaken.values()) / len(mistaken) * 1000, 2),
            "false_portraits": sum(hit for seed, hit in mistaken.items() if seed[0] == "p"),
            "false_textures": sum(hit for seed, hit in mistaken.items() if seed[0] == "t"),
            "copies": len(hits), "uploads": len(mistaken)}


def main() -> int:
    """Measure and report."""
    in_bank = seeds("removed", REMOVED)
    with ProcessPoolExecutor() as pool:
        fingerprints = dict(zip(in_bank, pool.map(removed, in_bank, chunksize=25), strict=True))
        back = dict(zip(in_bank[:RETURNED], pool.map(returned, in_bank[:RETURNED], chunksize=5), strict=True))
        names = seeds("upload", UPLOADS)
        strangers = dict(zip(names, pool.map(uploaded, names, chunksize=25), strict=True))
    known = {seed: uuid4() for seed, fingerprint in fingerprints.items() if fingerprint is not None}
    plain = len(in_bank) - len(known)  # too little to see: known by nothing, and counted as missed
    bank = {known[seed]: fingerprint for seed, fingerprint in fingerprints.items() if fingerprint is not None}
    for seed in set(back) - set(known):
        known[seed] = uuid4()
    with stage() as here:
        fill(here.superuser, bank)
        ratios, figures = speed(here, list(strangers.values()))
        asked = [probes for returns in list(back.values())[:3] for _, probes in returns[:2]]
        figures["disagreements"] = sum(found(here, probes) != found_by_scan(here, probes) for probes in asked)
        figures |= rightness(here, known, back, strangers) | {"rows": ROWS, "plain": plain}
        size = here.superuser.execute("select pg_total_relation_size('removed_media') / 1000000").fetchone()
    figures["megabytes"] = size[0] if size else 0
    return report(NAME, ratios, figures, WANTED)


if __name__ == "__main__":
    sys.exit(main())
