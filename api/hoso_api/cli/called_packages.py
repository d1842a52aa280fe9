"""`--with`: the packages that a package on disk may call, beside the bundled ones."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

import hoso_bpmn
from hoso_api.cli import errors
from hoso_bpmn.package import archive, manifest, package
from hoso_bpmn.package.package import Package
from hoso_calendar.messages import say, sentence

With = Annotated[
    list[Path] | None,
    typer.Option(
        "--with", help="A package that is called: its folder or zip, or a folder of packages; repeatable."
    ),
]


def known(paths: Iterable[Path] | None) -> Mapping[str, Package]:
    """The packages by code.

    Raises `Usage` for two different ones of the same code, `Unreadable` for a path that is no package.
    """
    found: dict[str, tuple[Path, Package]] = {}
    for path in (one for given in paths or () for one in _packages(given)):
        read = _read(path)
        other, same = found.setdefault(read.code, (path, read))
        if same.sha256 != read.sha256:
            both = {"one": other, "other": path, "code": read.code}
            raise errors.Usage(say("--with: {one} and {other} are both {code}, and they differ.", **both))
    return {code: read for code, (_, read) in found.items()}


def _packages(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise errors.Unreadable(path, say("no such file or folder"))
    if path.is_file() or (path / manifest.FILE).is_file():
        yield path
        return
    inside = [one for one in sorted(path.iterdir()) if (one / manifest.FILE).is_file() or archive.is_zip(one)]
    if not inside:
        raise errors.Unreadable(path, say("is no package and holds none"))
    yield from inside


def _read(path: Path) -> Package:
    try:
        return package.read(path if path.is_dir() else path.read_bytes())
    except hoso_bpmn.RefusedFile as refused:
        raise errors.Unreadable(path, sentence(refused)) from refused
