"""Where the mail of a message goes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from hoso_models import PrincipalKind
from hoso_workflows.lifecycle.commands import Applicant
from hoso_workflows.notifications import outbox
from hoso_workflows.notifications.outbox import Message
from hoso_workflows.organisation import principals
from support.builders.histories import local
from support.world import FOUNDED, World

AT = local("2026-03-06 09:00")


@pytest.fixture
def world_url(shared_world_url: str) -> str:
    """One world for all: each test has people of its own."""
    return shared_world_url


class Heard:
    """A way out that keeps what has an address."""

    server = None

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> bool:
        if message.address:
            self.messages.append(message)
        return message.address is not None


async def mailed(world: World, at: datetime = AT) -> Sequence[tuple[str, str | None]]:
    """Send what is due; topics and addresses."""
    heard = Heard()
    await outbox.deliver(world.db, [heard], at=at)
    return sorted((each.topic, each.address) for each in heard.messages)


async def somebody(world: World, kind: PrincipalKind = PrincipalKind.CITIZEN) -> UUID:
    """A new principal."""
    async with world.db.transaction() as tx:
        person = principals.principal(tx, kind, "Người nộp 1", at=FOUNDED)
    return person.id


async def proves(world: World, person: UUID, address: str, at: datetime = FOUNDED) -> UUID:
    """An address that was entered and proved."""
    contact = uuid4()
    await world.changed(
        "insert into contact_point (id, principal_id, kind, value, entered_at, verified_at)"
        " values ($1, $2, $3, $4, $5, $5)",
        contact,
        person,
        "email" if "@" in address else "telephone",
        address,
        at,
    )
    return contact


async def test_what_another_authoritys_system_files_is_told_at_the_address_it_entered(world: World) -> None:
    system = await somebody(world, PrincipalKind.PARTNER)
    await proves(world, system, "he.thong@example.org")
    applicant = Applicant("Người nộp 2", identifier="000000000002", email="nguoi.nop@example.org")
    await world.files(AT, channel="online", actor=system, applicant=applicant)

    assert await mailed(world) == [("applicant.filed", "nguoi.nop@example.org")]
    await world.files(
        AT, channel="online", actor=system, applicant=Applicant("Người nộp 3", identifier="000000000003")
    )
    assert await mailed(world, AT + timedelta(minutes=1)) == []
