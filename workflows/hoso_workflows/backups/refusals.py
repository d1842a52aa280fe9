"""Refusals of backups and restores: nothing was written, or nothing is left of it."""

from pathlib import Path

from hoso_calendar.messages import say


class Refused(Exception):
    """A backup is not taken, or not restored."""


class TargetTaken(Refused):
    """There is something in the place of a new backup already."""

    def __init__(self, target: Path) -> None:
        super().__init__(say("{target} is there already; name another place for the backup", target=target))
        self.target = target


class NoFolder(Refused):
    """The folder that a backup is to lie in is not there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(say("there is no folder {folder}; make it first", folder=folder))
        self.folder = folder


class BeingTaken(Refused):
    """Another process takes a backup in the same place."""

    def __init__(self, target: Path) -> None:
        super().__init__(
            say(
                "somebody takes a backup in {target} at this moment; wait for its end, or name another place",
                target=target,
            )
        )
        self.target = target


class TooLong(Refused):
    """A backup is not whole after the hours that it may take."""

    def __init__(self, hours: float) -> None:
        super().__init__(
            say(
                "the backup was not whole after {hours:g} hours and was given up; look what holds up the database, the store or the disk, or give it more --hours",
                hours=hours,
            )
        )
        self.hours = hours


class NoBackup(Refused):
    """There is no manifest that this release can read."""

    def __init__(self, manifest: Path, why: str) -> None:
        super().__init__(say("{manifest} is no manifest of a backup: {why}", manifest=manifest, why=why))
        self.manifest = manifest


class Damaged(Refused):
    """A part of a backup is missing, or is not what the manifest says."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(
            say("{part} of the backup is damaged: {why}; restore another backup", part=part, why=why)
        )
        self.part = part


class Unsigned(Refused):
    """The manifest carries no signature."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "the manifest is not signed, so anybody may have made it; say --unsigned for one of an earlier release"
            )
        )


class Forged(Refused):
    """The manifest is not what the master key has signed."""

    def __init__(self) -> None:
        super().__init__(say("the manifest is not what the master key has signed; restore another backup"))


class NotEmpty(Refused):
    """The place that a backup is restored into holds something else."""

    def __init__(self, what: str) -> None:
        super().__init__(
            say(
                "a backup is restored into an empty place only: {what}; name a new folder by HOSO_HOME, or an empty database",
                what=what,
            )
        )


class NoRoom(Refused):
    """The disk of the store is full."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            say(
                "{folder} takes no more files, because the disk is full; make room there and restore the backup again",
                folder=folder,
            )
        )
        self.folder = folder


class OlderServer(Refused):
    """The server is older than the programs that wrote the dump."""

    def __init__(self, server: int, wanted: int) -> None:
        super().__init__(
            say(
                "this backup was written by PostgreSQL {wanted}, and the server here is of version {server}; restore it into one of version {wanted} or newer",
                wanted=wanted,
                server=server,
            )
        )
        self.server = server
        self.wanted = wanted


class AnotherKey(Refused):
    """The master key here is not the one that sealed the data."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            say(
                "{place} is not the master key of this backup, so nothing sealed in it could be opened; put the right one there",
                place=place,
            )
        )
        self.place = place
