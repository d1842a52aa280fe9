"""Ownership of files that root creates for the service user. Root follows no link in its folders."""

import os
import stat
from pathlib import Path
from typing import IO

from hoso_models.postgres.errors import NotHandedOver
from hoso_models.postgres.os_user import Account

_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC


def opened(path: Path, account: Account) -> IO[bytes]:
    """A file to append to, private to the account; made where it is missing."""
    return open(path, "ab", opener=lambda name, _: _descriptor(name, account))


def hand_over(top: Path, account: Account) -> None:
    """Give a file, or a folder with its content, to the account. Links are not followed.

    The folder itself comes last, so that its owner tells whether all of it was handed over. Raises NotHandedOver at a
    file that has another name somewhere else: that may be anybody's.
    """
    if top.is_dir() and not top.is_symlink():
        for _, _, files, folder in os.fwalk(top, topdown=False):
            for name in files:
                _give(name, folder, account, top)
            os.chown(folder, account.uid, account.gid)
    else:
        _give(top.name, top.parent, account, top)


def _give(name: str, folder: int | Path, account: Account, top: Path) -> None:
    within = os.open(folder, os.O_PATH | os.O_DIRECTORY) if isinstance(folder, Path) else folder
    try:
        if not stat.S_ISREG(os.stat(name, dir_fd=within, follow_symlinks=False).st_mode):
            os.chown(name, account.uid, account.gid, dir_fd=within, follow_symlinks=False)
            return
        # By its descriptor, so that nobody puts another file in its place meanwhile.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=within)
        try:
            if os.fstat(file).st_nlink > 1:
                raise NotHandedOver(top, name)
            os.chown(file, account.uid, account.gid)
        finally:
            os.close(file)
    finally:
        if within != folder:
            os.close(within)


def _descriptor(name: str, account: Account) -> int:
    careful = os.O_NOFOLLOW if account.dropped else 0
    try:
        made = os.open(name, _APPEND | careful | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = os.open(name, _APPEND | careful)
        if os.fstat(found).st_mode & 0o077:
            os.fchmod(found, 0o600)
        return found
    account.own(made)
    return made
