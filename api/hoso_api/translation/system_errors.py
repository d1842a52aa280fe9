"""Errors of the operating system as translatable sentences."""

import errno
from collections.abc import Mapping

from hoso_calendar.messages import Message, say

_REASONS: Mapping[int, Message] = {
    errno.EACCES: say("permission denied"),
    errno.EADDRINUSE: say("address already in use"),
    errno.EADDRNOTAVAIL: say("cannot assign requested address"),
    errno.EDQUOT: say("disk quota exceeded"),
    errno.EIO: say("input/output error"),
    errno.ENOENT: say("no such file or directory"),
    errno.ENOSPC: say("no space left on device"),
    errno.EPERM: say("operation not permitted"),
    errno.EROFS: say("read-only file system"),
}


def reason(error: OSError) -> str:
    """The reason of a system error, in small letters. A rare one keeps the system's own words."""
    return _REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())
