"""How far two judgements agree, and which counts may be published: pure arithmetic."""
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from castingops.moderation.types.quality import SMALL, Agreement, Count, Counts, Pair, Title


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Plain agreement and Cohen's κ of pairs of labels (Cohen 1960: agreement beyond what chance would give)."""
    agreed = sum(first == second for first, second in pairs)
    return Agreement(len(pairs), agreed, _kappa(pairs, agreed))


def _kappa(pairs: Sequence[tuple[str, str]], agreed: int) -> float | None:
    """In whole numbers up to the one division, so that perfect agreement is 1 and not almost 1."""
    total = len(pairs)
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    by_chance = sum(count * seconds[label] for label, count in firsts.items())  # expected agreement × total²
    if total == 0 or by_chance == total * total:
        return None
    return (agreed * total - by_chance) / (total * total - by_chance)


def by_outcome(pairs: Iterable[Pair]) -> Agreement:
    """Agreement on what was decided."""
    return agreement([(pair.first_outcome, pair.second_outcome) for pair in pairs])


def by_policy(pairs: Sequence[Pair]) -> dict[str, Agreement]:
    """For each policy that either judgement cites: agreement on whether it was broken, over all pairs, by code."""
    codes = sorted({code for pair in pairs for code in (pair.first_policy, pair.second_policy) if code})
    return {code: agreement([(_cited(pair.first_policy, code), _cited(pair.second_policy, code)) for pair in pairs])
            for code in codes}


def cited_in(pairs: Iterable[Pair], code: str) -> int:
    """In how many pairs either judgement cites this policy: the denominator that matters to its reader."""
    return sum(code in (pair.first_policy, pair.second_policy) for pair in pairs)


def _cited(policy: str, code: str) -> str:
    return "cited" if policy == code else "not"


def published(counts: Mapping[str, int], titles: Mapping[str, Title]) -> Counts:
    """A table in which no count from 1 to 4 can be read, nor worked out from the others and the sum.

    A single hidden row is the sum less the rest, so the next smallest is hidden with it.
    """
    hidden = {key for key, number in counts.items() if 0 < number < SMALL}
    shown = sorted((number, key) for key, number in counts.items() if number >= SMALL)
    if len(hidden) == 1 and shown:
        hidden.add(shown[0][1])
    total = sum(counts.values())
    rows = tuple(Count(titles.get(key, key), None if key in hidden else number) for key, number in counts.items())
    return Counts(rows, None if 0 < total < SMALL else total)
