"""Functions and caches of imported modules: found, watched while tests run, exchanged."""

from __future__ import annotations

import functools
import gc
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

from mutations import Place

#: Path of a module, and a function of it.
Owner = tuple[str, Place]


class LiveCode:
    """The functions of the modules below some folders, as the running process holds them."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Find them among all objects; what is imported later is not known."""
        self.modules = dict(_modules(folders))
        self.functions: dict[int, list[FunctionType]] = defaultdict(list)
        self.caches: dict[str, list[Any]] = defaultdict(list)
        #: Functions that stand in no other, by their codes and by those of all that stands in them.
        self.owners: dict[int, Owner] = {}
        self.codes: dict[Owner, CodeType] = {}
        for found in gc.get_objects():
            if isinstance(found, functools._lru_cache_wrapper):
                self._keep_cache(found)
            elif isinstance(found, FunctionType) and found.__code__.co_filename in self.modules:
                self.functions[id(found.__code__)].append(found)
                self._own(found.__code__)

    def _keep_cache(self, cache: Any) -> None:
        code = getattr(cache.__wrapped__, "__code__", None)
        if code is not None and code.co_filename in self.modules:
            self.caches[code.co_filename].append(cache)

    def _own(self, code: CodeType) -> None:
        if "<" in code.co_qualname:
            return
        owner = code.co_filename, _place(code)
        self.codes[owner] = code
        for each in nested(code):
            self.owners[id(each)] = owner

    def forget(self) -> None:
        """Empty the caches, so that what fills them runs again."""
        for caches in self.caches.values():
            for cache in caches:
                cache.cache_clear()

    def entered(self, act: Callable[[], object]) -> set[Owner]:
        """The functions that an act enters."""
        found: set[Owner] = set()
        owners = self.owners

        def note(frame: FrameType, _event: str, _argument: object) -> None:
            owner = owners.get(id(frame.f_code))
            if owner is not None:
                found.add(owner)

        sys.settrace(note)
        try:
            act()
        finally:
            sys.settrace(None)
        return found

    def exchange(self, owner: Owner, module: CodeType) -> None:
        """Give a function the code that it has in another code of its module."""
        before = self.codes[owner]
        after = next(each for each in nested(module) if _place(each) == owner[1])
        for old, new in zip(nested(before), nested(after), strict=False):
            for function in self.functions.get(id(old), ()):
                function.__code__ = new


def _place(code: CodeType) -> Place:
    return code.co_qualname, code.co_firstlineno


def nested(code: CodeType) -> Iterator[CodeType]:
    """A code and all that stand in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from nested(constant)


def _modules(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Path and name of every imported module that lies in one of the folders."""
    roots = [folder.resolve() for folder in folders]
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if path and path.endswith(".py") and any(Path(path).resolve().is_relative_to(each) for each in roots):
            yield path, name
