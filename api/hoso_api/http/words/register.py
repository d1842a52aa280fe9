"""Meaning and example of the register's fields and parameters."""

from collections.abc import Mapping
from typing import Any

PERSON, ENTRY = "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a11", "0198c2f3-a1b2-7c4d-8e9f-001122334455"
AT = "2026-03-02T08:30:00+07:00"

_UNIT_CODE = ("Code of the unit.", "H27.SVHTTDL")
_AREA_CODE = ("Code of the administrative area.", "18073")
_PERSON_NAMED = ("Id or code of the person.", "xa01-mc1")
_NAME = ("Name, as people read it.", "Cán bộ một cửa 1")
_TITLE = ("Job title.", "Chuyên viên")
_KEEPER = ("Code of the unit that keeps the person's record.", "H27.XA01")
_SUCCESSOR = ("Code of its successor from the day after the last one; null for none.", "H27.XA02")
_LAST_DAY = ("Last day on which it holds; the day before the first takes it back.", "2026-06-30")
_ON = ("Only what holds on this day.", "2026-03-02")
_ROLE = ("Role or office, a word of the packages or of the design.", "reception")
_BASIS = ("The decision or law by which it is so.", "QĐ 12/QĐ-UBND 02/03/2026")
_PART = ("Part of the procedure that the unit plays.", "handling")
_COMPETENT_AREA = ("Area for which the unit is competent; null: its own.", "18073")
_CONTACT = ("Address of e-mail, or telephone number.", "motcua@xa01.example")
_PROCEDURE = ("National code of the procedure; null where a field is named.", "1.014464")
_FIELD = (
    "Field of the procedures, as packages name it; null where a procedure is named.",
    "Báo chí, xuất bản",
)
_CASE = ("Only this case of the procedure; null: every case.", "default")
_FROM, _TO = ("First day.", "2026-03-02"), ("Last day; null as long as it is open.", "2026-12-31")
_PERIOD = {"valid_from": _FROM, "valid_to": _TO}

_UNIT = {
    "code": _UNIT_CODE,
    "name": ("Name of the unit.", "UBND xã 1"),
    "kind": ("Kind of unit, a code of the authority's own list.", "people_committee"),
    "level": ("Level of administration, a code of a list.", "commune"),
    "parent": ("Code of the unit directly above; null at the top.", "H27"),
    "calendar": ("Id of the working calendar that it keeps.", "ha-tinh"),
    "telephone": ("Telephone number at which it answers questions; null for none.", "0239 000 0000"),
    "area": ("Code of the area for which it answers; null for none.", "18073"),
    "authority": ("True when it answers for itself and has a chain of acts of its own.", True),
    "assignment": (
        "How the unit's tasks get their officers: `by_hand`, or `by_load`, each to who has the fewest.",
        "by_hand",
    ),
    "identifiers": ("Codes by which other systems know it.", {"ma_dinh_danh": "H27.1"}),
    "successor": _SUCCESSOR,
    "basis": _BASIS,
    "last_day": _LAST_DAY,
    **_PERIOD,
}
_AREA = {
    "code": _AREA_CODE,
    "name": ("Name of the area.", "Xã 1"),
    "kind": ("Kind of area, a code of a list.", "commune"),
    "parent": ("Code of the area that it is part of; null for none.", "42"),
    "successor": _SUCCESSOR,
    "last_day": _LAST_DAY,
    **_PERIOD,
}
_PERSON = {
    "kind": ("What acts: an officer, a system of the authority, or a partner's. It stays.", "officer"),
    "id": ("Id of the person.", PERSON),
    "code": ("The person's own code in their authority; null for none.", "xa01-mc1"),
    "name": _NAME,
    "title": _TITLE,
    "unit": _KEEPER,
    "email": ("Address of e-mail.", "motcua@xa01.example"),
    "telephone": ("Telephone number.", "0239 000 0000"),
    "closed_at": ("When the account was closed; null while it is open.", AT),
    "roles": ("Today's roles, each as `role @ unit`.", ["reception @ H27.XA01"]),
    "contacts": ("How the person is reached.", None),
    "reason": ("Why; it stands in the chain of the authority.", "Chuyển công tác"),
}
_HELD = {
    "id": ("Id of the entry.", ENTRY),
    "person": ("Id of the person.", PERSON),
    "person_code": ("Code of the person; null for none.", "xa01-mc1"),
    "person_name": _NAME,
    "unit": _UNIT_CODE,
    "role": _ROLE,
    "basis": _BASIS,
    "proposed_at": ("When it was proposed.", AT),
    "proposed_by": ("Id of who proposed it.", PERSON),
    "decision": ("What the second person decided; null while it waits.", "confirmed"),
    **_PERIOD,
}
_SUBSTITUTION = {
    "id": ("Id of the entry.", ENTRY),
    "absent": ("Id of the absent officer.", PERSON),
    "absent_name": _NAME,
    "acting": ("Id of who acts for them.", PERSON),
    "acting_name": _NAME,
    "unit": ("Only in this unit; null: in units where both work.", "H27.XA01"),
    "role": ("Only in this role; null: in all roles that are no office.", "reception"),
    "reason": ("Why the officer is absent.", "Nghỉ phép"),
    "valid_from": _FROM,
    "valid_to": ("Last day.", "2026-03-06"),
}
_COMPETENCE = {
    "id": ("Id of the entry.", ENTRY),
    "procedure": _PROCEDURE,
    "field": _FIELD,
    "case": _CASE,
    "part": _PART,
    "unit": _UNIT_CODE,
    "area": _COMPETENT_AREA,
    "basis": _BASIS,
    **_PERIOD,
}
_ACT = {
    "kind": ("What was done.", "role_given"),
    "authority": ("Code of the authority in whose chain it stands.", "H27"),
    "subject": ("Code of the unit or id of the entry that it is about.", ENTRY),
    "number": ("Number of the act in the chain, from 1.", 12),
    "at": ("When it was done.", AT),
    "actor": ("Id of who did it.", PERSON),
    "actor_name": _NAME,
    "on_behalf_of": ("Id of the person for whom or on whose word it was done; null for none.", PERSON),
    "on_behalf_name": ("Name of that person; null for none.", "Quản trị hệ thống 1"),
    "payload": ("What was entered; null after erasure.", {"unit": "H27.XA01"}),
    "fault": (
        "What does not verify about it in its chain; null where it stands as it was written.",
        "its payload was altered after it was written",
    ),
}
_GAP = {
    "kind": ("What is missing.", "unit-without-head"),
    "unit": ("Code of the unit that it concerns; null for none.", "H27.XA01"),
    "subject": ("Code or id of what lacks it.", "H27.XA01"),
    "message": ("What is missing, in words.", "H27.XA01 works on dossiers and has no head."),
    "remedy": ("What to do about it.", "Give somebody a role of a head there."),
}
_CONTACT_POINT = {
    "id": ("Id of the contact point.", ENTRY),
    "kind": ("What it is.", "email"),
    "value": _CONTACT,
}
_REFUSED_SIGN_IN = {
    "provider": ("Name of the provider in the settings.", "tinh"),
    "reason": ("Why: a reason of the check of the provider's answer, or the slug of the refusal.", "factors"),
    "meaning": ("The reason, in words.", "the sign-in showed no two factors"),
    "tries": ("How often it happened.", 12),
    "first_at": ("The first time within the days that are counted.", AT),
    "last_at": ("The last time.", AT),
}
_SCHEMAS: Mapping[str, Mapping[str, tuple[str, Any]]] = {
    **dict.fromkeys(("UnitListed", "UnitChange", "UnitClosure"), _UNIT),
    "UnitEntry": {
        **_UNIT,
        "calendar": (
            "Id of the working calendar that it keeps; that of its parent when left out.",
            "ha-tinh",
        ),
    },
    **dict.fromkeys(("AreaListed", "AreaEntry", "AreaClosure"), _AREA),
    **dict.fromkeys(("PersonListed", "PersonEntry", "PersonChange", "PersonClosure"), _PERSON),
    **dict.fromkeys(("RoleListed", "ProposalListed"), _HELD),
    "RoleGift": {**_HELD, "person": _PERSON_NAMED},
    "LastDay": {"last_day": _LAST_DAY},
    "RefusedSignIn": _REFUSED_SIGN_IN,
    "SubstitutionListed": _SUBSTITUTION,
    "SubstitutionEntry": {
        **_SUBSTITUTION,
        "absent": ("Id or code of the absent officer.", "xa01-mc1"),
        "acting": ("Id or code of who acts for them.", "xa01-mc2"),
    },
    **dict.fromkeys(("CompetenceListed", "CompetenceGift"), _COMPETENCE),
    **dict.fromkeys(("ActDone", "AdministrationEvent"), _ACT),
    "ActsDone": {"acts": ("What was done, in order; empty where nothing had to change.", None)},
    "SetupAct": {**_ACT, "place": ("Table and number in the file, as in `unit.0`.", "unit.0")},
    "SetupDone": {
        "dry_run": ("True when nothing was stored.", False),
        "acts": ("What was done, in order; empty where nothing had to change.", None),
    },
    "SetupFile": {"file": ("The file, TOML.", 'schema = "hoso-setup/1"')},
    "RegisterGap": _GAP,
    **dict.fromkeys(("ContactListed", "ContactEntry"), _CONTACT_POINT),
}

#: `Schema.field` → what it means, and an example.
SCHEMA_FIELDS: Mapping[str, tuple[str, Any]] = {
    f"{schema}.{name}": word for schema, words in _SCHEMAS.items() for name, word in words.items()
}
#: `operation.parameter`, or a parameter of every operation → what it means, and an example.
PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "person": _PERSON_NAMED,
    "get_permissions.person": ("Id of the person.", PERSON),
    "list_roles.person": ("Only those of this person, by id.", PERSON),
    "contact": ("Id of the contact point.", ENTRY),
    "entry": ("Id of the entry.", ENTRY),
    "parent": ("Only those directly below this one.", "H27"),
    "on": _ON,
    "dry_run": ("Show what would change; store nothing.", True),
    "prune": ("Also end what the file no longer names, in the units that it names.", True),
    "undecided": ("Only those that wait for a second person.", True),
    "list_competences.procedure": ("Only those for this procedure.", "1.014464"),
    "list_competences.field": ("Only those for this field.", "Báo chí, xuất bản"),
    "subject": ("Only those about this unit, person or entry.", "H27.XA01"),
    **{
        f"{operation}.code": _UNIT_CODE
        for operation in ("get_unit", "change_unit", "close_unit", "reopen_unit")
    },
    "close_area.code": _AREA_CODE,
    **{
        f"{operation}.unit": ("Only those of this unit, by its code.", "H27.XA01")
        for operation in ("list_people", "list_roles", "list_competences")
    },
}
