"""Authentication of a command's caller by their own token.

The token never stands among the arguments of a command.
"""

import getpass
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from hoso_api.cli import errors
from hoso_calendar.messages import say, translated
from hoso_models.storage.database import Database
from hoso_workflows.organisation import credentials

TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        envvar="HOSO_TOKEN_FILE",
        help="A file of yours alone that holds your token; without one it is asked for, or read from stdin.",
    ),
]


def token(file: Path | None) -> str:
    """The caller's token, from a file, a hidden prompt or standard input.

    Only the first line of standard input is read. Raises Usage.
    """
    if file is not None:
        return _in(file)
    found = getpass.getpass(translated(say("Token: "))) if sys.stdin.isatty() else sys.stdin.readline()
    if not found.strip():
        raise errors.Usage(
            say("No token came: name a file with --token-file, or write it to standard input.")
        )
    return found.strip()


async def bearer(db: Database, token: str, act: str, scope: credentials.Scope, *, at: datetime) -> UUID:
    """The principal whose token it is. Raises TokenRefused, ScopeMissing, TokenTooOld, as the act does over REST."""
    found = await credentials.bearer(db, token, at=at)
    if found is None:
        # The framework of the API is loaded for its refusal only.
        from hoso_api.http import authentication

        raise authentication.TokenRefused
    if scope not in found.scopes:
        raise credentials.ScopeMissing([scope])
    credentials.require_fresh(found.made_at, act, at=at)
    return found.principal


def _in(file: Path) -> str:
    try:
        shared, text = file.stat().st_mode & 0o077, file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as unreadable:
        raise errors.Unreadable(file, say("holds no token that can be read")) from unreadable
    if shared:
        raise errors.Unreadable(file, say("is open to other users; make it yours alone by `chmod 600`"))
    return text
