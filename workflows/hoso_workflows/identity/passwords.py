"""Passwords: rules for a new one, and hashes by argon2id (RFC 9106).

A hash takes 64 MiB and a tenth of a second, so two at a time are made in threads of their own.
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib import resources
from typing import TypeVar

import argon2

from hoso_calendar.messages import say
from hoso_workflows.identity.refusals import PasswordRefused

SHORTEST, LONGEST = 15, 256
#: The least strength that `zxcvbn` may find, of 0 to 4.
STRENGTH = 3
#: Characters that are looked at for strength: the time for more of them grows.
LOOKED_AT = 72
#: Characters that a password has beside words that everybody would try first, and years.
LEFT = 8
#: Letters of a word from which on it is found within others.
_LONG = 4
#: Words between others that make nothing harder to guess.
_FILLERS = frozenset(["cua", "toi", "la", "minh", "cho", "va", "cac", "nam", "ngay", "my", "is", "the", "of"])
#: Hashes made at once by one process.
AT_ONCE = 2

_HASHING = ThreadPoolExecutor(AT_ONCE, "argon2")
_Result = TypeVar("_Result")


class Passwords:
    """Hashes with one set of parameters."""

    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """The hash verified for an unknown account, so that its answer takes as long."""
        return self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """The hash of a password."""
        return await _in_thread(lambda: self._hasher.hash(composed(password)))

    async def verify(self, stored: str | None, password: str) -> bool:
        """True when it is the password of the hash.

        Without a hash as much work is done in vain.
        """
        return await _in_thread(lambda: self._verified(self._nobody, stored, password)) and stored is not None

    def outdated(self, stored: str) -> bool:
        """True when the hash was made with other parameters."""
        return self._hasher.check_needs_rehash(stored)

    def _verified(self, nobody: str, stored: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(stored or nobody, composed(password))
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False


async def _in_thread(work: Callable[[], _Result]) -> _Result:
    return await asyncio.get_running_loop().run_in_executor(_HASHING, work)


def composed(password: str) -> str:
    """A password as it is hashed: the same whatever the keyboard composes (NFC). Lone surrogates are replaced."""
    return unicodedata.normalize("NFC", password).encode(errors="replace").decode()


def check(password: str, names: Iterable[str]) -> None:
    """Check a new password against the rules. Raises PasswordRefused.

    `names` are those of the person, the authority and the product, which everybody would guess first.
    """
    text = composed(password)
    if len(text) < SHORTEST:
        raise PasswordRefused(say("A password has {shortest} characters or more.", shortest=SHORTEST))
    if len(text) > LONGEST:
        raise PasswordRefused(say("A password has at most {longest} characters.", longest=LONGEST))
    guessed = [*_words(names), *_COMMON]
    # Spaces between words that everybody knows make them no harder to guess, and several of them are not.
    if (
        _left(text, guessed) < LEFT
        or min(_strength(text, guessed), _strength("".join(text.split()), guessed)) < STRENGTH
    ):
        raise PasswordRefused(say("This password is easily guessed."))


def _strength(text: str, guessed: list[str]) -> int:
    # Its lists of words take longer to load than a page to answer; only who chooses a password needs them.
    import zxcvbn

    found: int = zxcvbn.zxcvbn(text[:LOOKED_AT], user_inputs=guessed, max_length=LOOKED_AT)["score"]
    return found


def _left(text: str, guessed: Iterable[str]) -> int:
    """Characters of a password beside words that are guessed first."""
    words = re.findall(r"[^\W_]+", _without_accents(text).lower())
    joined = "".join(word for word in words if word not in _FILLERS)
    known = {_without_accents(word).lower() for word in guessed}
    long = sorted((re.escape(word) for word in known if len(word) >= _LONG), key=len, reverse=True)
    return len(re.sub("|".join([*long, r"\d{1,4}"]), "", joined))


def _words(names: Iterable[str]) -> list[str]:
    parts = [part for name in names for part in ("".join(name.split()), *name.split())]
    plain = [_without_accents(part) for part in parts]
    return [part.lower() for part in (*parts, *plain) if len(part) > 1]


def _without_accents(text: str) -> str:
    spread = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(each for each in spread if not unicodedata.combining(each))


_COMMON = tuple(
    resources.files("hoso_workflows.identity").joinpath("common_passwords.txt").read_text("utf-8").split()
)
