"""Files of a form, on their way into an upload."""

from pathlib import PurePosixPath
from typing import TypeVar
from uuid import UUID

from starlette.datastructures import UploadFile

from hoso_workflows.attachments.uploads import Described, Upload

#: Bytes that are read of a file at a time.
PIECE = 1 << 18
#: The longest name of a file.
LONGEST = 200
_Answer = TypeVar("_Answer")


async def poured(
    upload: Upload[_Answer], sent: UploadFile, described: Described, key: str
) -> tuple[_Answer, UUID]:
    """Have an upload take a file; its answer with the id of the file. Raises what `Upload.finished` raises."""
    with upload.receiving() as incoming:
        while piece := await sent.read(PIECE):
            incoming.write(piece)
        return await upload.finished(incoming, described, key=key)


def name(given: str) -> str:
    """The last part of a file's name."""
    return PurePosixPath(given.replace("\\", "/")).name[-LONGEST:]
