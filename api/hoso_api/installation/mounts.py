"""Access for another user through root-only folders, for this process tree alone.

In a mount namespace of its own, a closed folder is covered by an empty one that anybody may pass, and in it stands only
what is needed of the old one, in its old place (mount_namespaces(7)). Nobody else's view changes, no folder changes its
mode, and whatever else the closed folder holds is gone from here.
"""

import ctypes
import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CLONE_NEWNS = 0x00020000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_REMOUNT = 1, 2, 4, 32
_MS_BIND, _MS_REC, _MS_SLAVE = 4096, 16384, 1 << 19
_MNT_DETACH = 2
#: Links that Linux follows in one path.
_MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class Way:
    """The walk of a path: real folders on it, links followed, and its end."""

    folders: tuple[Path, ...]
    links: tuple[tuple[Path, str], ...]
    end: Path


def way(path: Path) -> Way:
    """The way of a path. Raises OSError where its links lead in a circle."""
    rest, here = list(reversed(path.absolute().parts[1:])), Path("/")
    folders, links = list[Path](), list[tuple[Path, str]]()
    while rest:
        name = rest.pop()
        if name == "..":
            here = here.parent
            continue
        folders.append(here)
        if not (here / name).is_symlink():
            here /= name
            continue
        target = (here / name).readlink()
        links.append((here / name, str(target)))
        if len(links) > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
        here = Path("/") if target.is_absolute() else here
        rest.extend(reversed([part for part in target.parts if part != "/"]))
    return Way(tuple(folders), tuple(links), here)


def closed(paths: Iterable[Path], enters: Callable[[Path], bool]) -> list[Path]:
    """The folders on these paths that a user may not enter. None of them lies within another."""
    found = {folder for path in paths for folder in way(path).folders if not enters(folder)}
    return sorted(folder for folder in found if not found & set(folder.parents))


def open_up(paths: Sequence[Path], bare: Sequence[Path], enters: Callable[[Path], bool]) -> list[Path]:
    """Cover the closed folders on the way to these paths; gives them, for `undo`.

    Raises OSError.
    Of the `paths` all that they hold stays. The `bare` ones are folders that are wanted in the places of those that are
    covered, empty but for the ways through them. Nothing is left behind where the kernel refuses.
    """
    covered = closed(paths, enters)
    ways = [way(path) for path in paths]
    ends = _outermost(each.end for each in ways if _within(each.end, covered))
    links = {
        at: to for each in ways for at, to in each.links if _within(at, covered) and not _within(at, ends)
    }
    if covered:
        _alone()
    done = list[Path]()
    try:
        with _held(ends) as held:
            for folder in covered:
                _mount("tmpfs", folder, "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=0755,size=1m")
                done.append(folder)
            for end, source in held.items():
                _stand(end, is_folder=Path(source).is_dir())
                _mount(source, end, None, _MS_BIND | _MS_REC)
        for at, to in links.items():
            _folder(at.parent)
            at.symlink_to(to)
        for end in (way(path).end for path in bare):
            if _within(end, covered):
                _folder(end)
        for folder in covered:
            _mount(None, folder, None, _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)
    except OSError:
        undo(done)
        raise
    return covered


def undo(covered: Iterable[Path]) -> None:
    """Uncover, so that this process sees again what everybody sees."""
    for folder in covered:
        _call("umount2", os.fsencode(folder), _MNT_DETACH)


def _outermost(paths: Iterable[Path]) -> list[Path]:
    found = set(paths)
    return sorted(path for path in found if not found & set(path.parents))


def _within(path: Path, folders: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _alone() -> None:
    """Enter a private mount namespace. Later mounts from outside still appear here; mounts made here stay here."""
    _call("unshare", _CLONE_NEWNS)
    _mount(None, Path("/"), None, _MS_REC | _MS_SLAVE)


@contextmanager
def _held(paths: Sequence[Path]) -> Iterator[dict[Path, str]]:
    """Names by which the kernel finds these paths also when they are covered."""
    held = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in paths}
    try:
        yield {path: f"/proc/self/fd/{number}" for path, number in held.items()}
    finally:
        for number in held.values():
            os.close(number)


def _stand(path: Path, *, is_folder: bool) -> None:
    """Make something of the same kind for a mount to lie on."""
    if is_folder:
        _folder(path)
    else:
        _folder(path.parent)
        path.touch()


def _folder(path: Path) -> None:
    for missing in (*reversed(path.parents), path):
        if not missing.exists():
            missing.mkdir()
            # Whatever the caller's mask keeps.
            missing.chmod(0o755)


def _mount(source: str | None, target: Path, kind: str | None, flags: int, data: str | None = None) -> None:
    words = [None if word is None else os.fsencode(word) for word in (source, target, kind)]
    _call("mount", *words, ctypes.c_ulong(flags), None if data is None else data.encode())


def _call(name: str, *words: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*words) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
