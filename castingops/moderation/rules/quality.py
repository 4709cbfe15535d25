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

    The sum less the rows that are shown is the sum of the hidden ones. While that leaves no choice the next smallest
    row is hidden too, and in the end the sum.
    """
    small = {key: number for key, number in counts.items() if 0 < number < SMALL}
    shown = sorted((number, key) for key, number in counts.items() if number >= SMALL)
    beside: list[tuple[int, str]] = []
    while shown and small and not _leaves_choice(list(small.values()), beside, shown):
        beside.append(shown.pop(0))
    hidden, total = {*small, *(key for _, key in beside)}, sum(counts.values())
    is_told = not small or _leaves_choice(list(small.values()), beside, shown)
    rows = tuple(Count(titles.get(key, key), None if key in hidden else number) for key, number in counts.items())
    return Counts(rows, total if is_told and not 0 < total < SMALL else None)


def _leaves_choice(small: Sequence[int], beside: Sequence[tuple[int, str]], shown: Sequence[tuple[int, str]]) -> bool:
    """Whether the sum of hidden rows, so many of them small, says of no small one what it is.

    What is hidden beside them lies between SMALL and the smallest row that is shown.
    """
    total = sum(small) + sum(number for number, _ in beside)
    ceiling = shown[0][0] if shown else total
    least = len(small) + SMALL * len(beside)
    most = len(small) * (SMALL - 1) + ceiling * len(beside)
    alone = not beside or ceiling == SMALL  # then only the small ones can differ
    return least < total < most and (not alone or len(small) > 1)
