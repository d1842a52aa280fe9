"""A draft read as a filing, however little of it is right."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from hoso_api.rest.dossiers.schemas import Filing
from hoso_api.translation import validation_errors
from hoso_calendar.messages import say
from hoso_models import EntryChannel, PrincipalKind
from hoso_workflows import drafts, errors
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.errors import Fault
from hoso_workflows.lifecycle.commands import FileDossier

#: In the place of an applicant of whom too little was typed, so that the rest can be judged.
_SOMEBODY = {"kind": "person", "name": "?"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads drafts as their owner files: at the desk as an officer, else online."""

    kind: PrincipalKind

    def request(self, draft: drafts.Draft) -> FileDossier:
        """The filing that a draft is. Raises FormRefused, with every fault of its fields."""
        if foreign := _foreign(draft):
            raise errors.FormRefused(foreign)
        try:
            return Filing.model_validate(self._given(draft)).command()
        except ValidationError as wrong:
            raise errors.FormRefused(list(_faults(wrong))) from None

    async def findings(
        self, service: DossierService, draft: drafts.Draft, *, at: datetime
    ) -> tuple[Fault, ...]:
        """Everything in a draft that keeps it from being filed now.

        Of its fields, of the form, of papers, competence and day.
        """
        if draft.content is None:
            return ()
        given = self._given(draft)
        known: tuple[Fault, ...] = ()
        try:
            request = Filing.model_validate(given).command()
        except ValidationError as wrong:
            known, request = tuple(_faults(wrong)), self._sound_part(given, wrong)
        judged = await drafts.judge(service, request, draft.files, actor=draft.owner, at=at)
        return (*_foreign(draft), *known, *(each for each in judged if not _covered(each.field, known)))

    def _given(self, draft: drafts.Draft) -> dict[str, Any]:
        return {"channel": self._channel, **(draft.content or {}), "procedure": draft.procedure}

    @property
    def _channel(self) -> EntryChannel:
        return EntryChannel.DESK if self.kind is PrincipalKind.OFFICER else EntryChannel.ONLINE

    def _sound_part(self, given: Mapping[str, Any], wrong: ValidationError) -> FileDossier:
        """The filing of those fields that are right."""
        rest = copy.deepcopy(dict(given))
        for each in wrong.errors():
            _take_out(rest, each["loc"])
        rest.setdefault("channel", self._channel)
        try:
            return Filing.model_validate(rest).command()
        except ValidationError:
            return Filing.model_validate({**rest, "applicant": _SOMEBODY}).command()


def _faults(wrong: ValidationError) -> Iterator[Fault]:
    for each in wrong.errors():
        yield Fault(_place(each["loc"]), validation_errors.sentence(each))


def _place(loc: Sequence[int | str]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


def _foreign(draft: drafts.Draft) -> list[Fault]:
    """The fault of a content that names another procedure than its draft."""
    named = (draft.content or {}).get("procedure", draft.procedure)
    if named == draft.procedure:
        return []
    return [Fault("procedure", say("is not that of the draft, {procedure}", procedure=draft.procedure))]


def _take_out(data: Any, loc: Sequence[int | str]) -> None:
    """Remove a field; of a list that has a wrong item, the whole list."""
    (name, *inner) = loc
    if not isinstance(data, dict) or name not in data:
        return
    if not inner or isinstance(inner[0], int) or not isinstance(data[name], dict):
        del data[name]
    else:
        _take_out(data[name], inner)


def _covered(field: str, known: Sequence[Fault]) -> bool:
    """True for a fault of a field, or its part, known to be wrong."""
    return any(f"{field}.".startswith(f"{each.field.partition('[')[0]}.") for each in known) or (
        field.startswith("applicant.") and any(each.field.startswith("applicant") for each in known)
    )
