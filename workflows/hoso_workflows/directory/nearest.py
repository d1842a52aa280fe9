"""Names that are spelt most like some words, for a search that finds nothing."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from hoso_models import text_search

#: How many names are given, and how much of the words a name has to share.
MOST, LEAST = 3, 0.3


def nearest(words: str, names: Iterable[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The codes and names that share most trigrams with the words.

    The nearest first, three at most. Accents and capitals do not count.
    """
    wanted = trigrams(words)
    if not wanted:
        return ()
    near = ((_shared(wanted, trigrams(name)), code, name) for code, name in names)
    kept = sorted((-share, code, name) for share, code, name in near if share >= LEAST)
    return [(code, name) for _, code, name in kept[:MOST]]


@lru_cache(maxsize=32_768)
def trigrams(text: str) -> frozenset[str]:
    """The groups of three signs in a folded text, ends of words included."""
    padded = (f"  {word} " for word in text_search.fold(text).split())
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def _shared(wanted: frozenset[str], there: frozenset[str]) -> float:
    return len(wanted & there) / len(wanted)
