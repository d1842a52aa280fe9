"""Meaning and example of fields of the catalogue and of service levels."""

from collections.abc import Mapping
from typing import Any

Words = Mapping[str, tuple[str, Any]]

_ID = "0198c2f3-a1b2-7c4d-8e9f-001122334455"
_AT, _LATER = "2026-03-02T08:30:00+07:00", "2026-03-02T10:30:00+07:00"
_CODE = ("Code of the procedure.", "1.014464")
_UNIT = ("Code of the unit that answers for the procedure.", "H27.SVHTTDL")
_UNIT_NAME = ("Name of that unit.", "Sở Văn hóa, Thể thao và Du lịch")
_NAME = ("Name of the procedure, as the law has it.", "Cấp giấy chứng nhận lưu hành tự do")
_FIELD = ("Field to which the procedure belongs.", "Báo chí, xuất bản")
_LEVEL = ("Code of the level of administration.", "province")
_MISSING = (
    "Letters of the items of which nothing is published, as Circular 32/2017 art. 5 counts them.",
    ["h"],
)
_BY = "catalogue_editor 1 · H27"
_KIND = ("What the decision does to the procedure.", "amended")
_NUMBER = ("Number of the version.", 2)
_DAY = ("Local date; today when left out.", "2026-03-02")


def _of(words: Words, *schemas: str) -> Words:
    return {f"{schema}.{name}": said for schema in schemas for name, said in words.items()}


_CONTENT: Words = {
    "name": _NAME,
    "authority": _UNIT,
    "level": _LEVEL,
    "field": _FIELD,
    "sequence": (
        "Sequence of steps, in words; null where it is not published.",
        "Nộp hồ sơ, thẩm định, trả kết quả",
    ),
    "method": ("Method of carrying it out; null where it is not published.", "Trực tiếp hoặc trực tuyến"),
    "components": (
        "Papers of the dossier; null where they are not published, empty where there are none.",
        None,
    ),
    "sets": ("How many sets are handed in; null where it is not published.", 1),
    "term": ("Time limit as it is counted; null where it is not published.", "3 ngày làm việc"),
    "term_note": ("More about the time limit, in words.", "Trường hợp phức tạp: 10 ngày làm việc"),
    "applicants": ("Who may apply; null where it is not published.", "Thương nhân"),
    "decided_by": ("The agency that decides; null where it is not published.", "UBND tỉnh"),
    "result": ("The result; null where it is not published.", "Giấy chứng nhận"),
    "forms": ("Forms, by their names; null where they are not published.", ["Mẫu số 01"]),
    "conditions": (
        "Conditions, in words; null where there are none or they are not published.",
        "Có giấy phép còn hạn",
    ),
    "fees": ("Fees; null where they are not published, empty where there are none.", None),
    "receiving": ("Ways in which dossiers come in; null where they are not published.", ["direct", "online"]),
    "returning": ("Ways in which results go out; null where they are not published.", ["direct", "post"]),
    "legal_basis": ("Legal basis; null where it is not published.", ["Nghị định 69/2018/NĐ-CP"]),
}
_PUBLICATION: Words = {
    "kind": _KIND,
    "decision_no": ("Number of the decision.", "2904/QĐ-UBND"),
    "decision_date": ("Day of the decision.", "2025-11-21"),
    "published_at": ("When the decision was made public.", _AT),
    "valid_from": ("First day on which the version holds.", "2026-03-02"),
    "valid_to": ("Last day; null as long as none is known.", "2026-12-31"),
    "successor": ("Of an abolished procedure: code of the one in its place; null without one.", "1.014465"),
}
_VERSION: Words = {
    "code": _CODE,
    "number": _NUMBER,
    "content": ("The information items.", None),
    "publication": ("The decision; null only in versions from before there were decisions.", None),
    "missing": _MISSING,
    "entered_at": ("When it was entered.", _LATER),
    "entered_by": ("Name of who entered it.", _BY),
    "drafted_by": (
        "Name of who changed the draft last; null where it came by an import.",
        "procedure_declarer 1",
    ),
    "lag_days": ("Days from the publication of the decision to its entry; null without a decision.", 0),
}
_CHANGE: Words = {
    "field": ("Name of the field.", "components"),
    "letter": ("Letter of the item to which it belongs; null beside the items.", "d"),
    "gone": ("What is no more.", ["Bản vẽ (2 bản sao)"]),
    "came": ("What is new.", ["Bản vẽ (1 bản sao)"]),
}
_CHANGES = ("What it changes, field by field.", None)
_DIFFERENCE: Words = {
    "field": ("Name of the field.", "term"),
    "entry": ("What only the entry says.", ["5 working_days"]),
    "declared": ("What only the declared procedure says.", ["3 working_days"]),
}
_DECLARED = (
    "Number of the version of the procedure that is declared here and in force; null without one.",
    1,
)
_DIFFERENCES = ("Where the entry and the declared procedure differ.", None)
_DRAFT: Words = {
    "code": _CODE,
    "content": ("The information items.", None),
    "version": ("Grows with each change of the draft.", 3),
    "opened_at": ("When it was begun.", _AT),
    "opened_by": ("Name of who began it.", "procedure_declarer 1"),
    "changed_at": ("When it was changed last.", _LATER),
    "changed_by": ("Name of who changed it last.", "procedure_declarer 1"),
    "last": ("Number of the last published version; null before there is one.", 1),
    "missing": _MISSING,
    "changes": ("What it would change of that version.", None),
    "name": _NAME,
    "authority": _UNIT,
}
_DECIDED: Words = {
    "kind": ("Code of the service level.", "full"),
    "decision_no": ("Number of the coordinating function's decision.", "12/QĐ-SKHCN"),
    "decision_date": ("Day of that decision.", "2026-02-26"),
    "reason": (
        "Why it is no more than that, for everybody to read; empty or null where none is needed.",
        "Phải nộp bản chính",
    ),
    "valid_from": ("First day.", "2026-03-02"),
    "valid_to": ("Last day; null as long as it is open.", "2026-12-31"),
}
_SYSTEM: Words = {
    "id": ("Id of the system.", _ID),
    "unit": ("Code of the agency.", "H27.SVHTTDL"),
    "unit_name": ("Name of the agency.", "Sở Văn hóa, Thể thao và Du lịch"),
    "name": ("Name of the system.", "Cổng dịch vụ của Sở"),
    "address": ("Where people find it; null where it has no address.", "https://dichvu.example.vn"),
    "purpose": ("What it is for.", "Nhận hồ sơ trực tuyến"),
    "state": ("How far it is integrated in the portal.", "under_way"),
    "state_from": ("Since when.", "2026-02-02"),
    "note": ("More about it; null or empty without one.", "Chờ cấp khóa"),
    "changed_at": ("When that was entered.", _LATER),
    "changed_by": ("Name of who entered it.", "coordinator 1 · H27"),
}

CATALOGUE_FIELDS: Words = {
    "EmbeddingSite.host": (
        "Host of the site; empty for those that do not say who they are.",
        "so.example.vn",
    ),
    "EmbeddingSite.unit": (
        "Code of the agency whose system it is; null for a site in no register.",
        "H27.SVHTTDL",
    ),
    "EmbeddingSite.unit_name": ("Its name.", "Sở Văn hóa, Thể thao và Du lịch"),
    "EmbeddingSite.uses": ("How often, by use: frame, search, script, json, atom, link.", {"frame": 12}),
    "EmbeddingSite.number": ("All uses together.", 12),
    "EmbeddingSite.first": ("The first day on which it was seen in the period.", "2026-03-02"),
    "EmbeddingSite.last": ("The last one.", "2026-03-31"),
    **_of(_CONTENT, "CatalogueContent"),
    "CatalogueComponent.code": ("Code of the paper; null without one.", "TP01"),
    "CatalogueComponent.name": ("Name of the paper.", "Đơn đề nghị"),
    "CatalogueComponent.originals": ("How many originals.", 1),
    "CatalogueComponent.copies": ("How many copies.", 0),
    "CatalogueComponent.required": ("False for what is handed in only where there is one.", True),
    "CatalogueFee.name": ("Name of the fee.", "Lệ phí"),
    "CatalogueFee.amount": ("Amount in đồng; null where only words say it.", 50000),
    "CatalogueFee.note": ("More about it; null without a note.", "Giảm một nửa khi nộp trực tuyến"),
    "EntryDraftBody.content": ("The information items.", None),
    "EntryDraftBody.version": (
        "The draft's version as you have read it, 0 where there was none; null for whatever stands.",
        3,
    ),
    **_of(_PUBLICATION, "EntryPublication", "PublishedBy"),
    "EntryPublication.draft_version": (
        "The draft's version as you have read it; null for whatever stands.",
        3,
    ),
    **_of(
        {
            "code": _CODE,
            "number": _NUMBER,
            "name": _NAME,
            "field": _FIELD,
            "level": _LEVEL,
            "authority": _UNIT,
            "authority_name": _UNIT_NAME,
            "service_level": ("Code of the service level on that day; null where none is set.", "full"),
            "missing": _MISSING,
        },
        "CatalogueItem",
    ),
    "CataloguePage.counts": ("Numbers of all that were found; null unless they were asked for.", None),
    "CatalogueCounts.total": ("How many were found.", 2000),
    "CatalogueCounts.incomplete": ("How many of them lack an item.", 12),
    "CatalogueCounts.fields": ("How many of each field.", {"Đất đai": 40}),
    "CatalogueCounts.levels": ("How many of each level of administration.", {"province": 1300}),
    "CatalogueCounts.audiences": (
        "How many for each audience; one may be for several, or name none.",
        {"citizen": 900, "organisation": 700},
    ),
    "CatalogueCounts.authorities": ("How many of each unit.", {"H27.SYT": 150}),
    "CatalogueCounts.service_levels": (
        "How many of each service level; an empty name for none.",
        {"full": 700},
    ),
    **_of(_DECIDED, "EntryServiceLevel", "ServiceLevelSetting", "ServiceLevel"),
    **_of(_CHANGE, "EntryChange"),
    **_of(_VERSION, "EntryVersion", "ChangedVersion"),
    "ChangedVersion.changes": ("What it changed of the version before.", None),
    **_of(_DIFFERENCE, "EntryDifference"),
    "CatalogueEntry.version": ("The version that holds on that day.", None),
    "CatalogueEntry.authority_name": _UNIT_NAME,
    "CatalogueEntry.in_force": ("False where the procedure is abolished on that day.", True),
    "CatalogueEntry.service_level": ("The service level on that day; null where none is set.", None),
    "CatalogueEntry.declared": _DECLARED,
    "CatalogueEntry.differences": _DIFFERENCES,
    **_of(_DRAFT, "EntryDraft", "EntryDraftItem"),
    **_of(
        {
            "code": _CODE,
            "name": _NAME,
            "authority": _UNIT,
            "missing": _MISSING,
            "declared": _DECLARED,
            "differences": _DIFFERENCES,
        },
        "CatalogueFinding",
    ),
    "CatalogueFindings.by_item": ("How many entries lack each item, by its letter.", {"h": 3}),
    **_of(
        {
            "code": _CODE,
            "number": _NUMBER,
            "name": _NAME,
            "authority": _UNIT,
            "published_at": ("When its decision was made public.", _AT),
            "entered_at": ("When it was entered.", _LATER),
            "entered_by": ("Name of who entered it.", _BY),
            "days": ("Days between both, as local dates.", 0),
        },
        "CatalogueLag",
    ),
    "CatalogueLags.entered": ("How many versions were entered in the period.", 20),
    "CatalogueLags.same_day": ("How many on the day of their publication.", 18),
    "CatalogueLags.largest": ("The largest number of days; null where nothing was entered.", 3),
    "CatalogueLags.median": ("The number of days of the middle one; null where nothing was entered.", 0),
    "ImportFinding.line": (
        "Line of a sheet, or place in the list of a JSON file; null for the file as a whole.",
        7,
    ),
    "ImportFinding.column": ("Letter of the column; null where the file has none.", "J"),
    "ImportFinding.field": ("Name of the field; null for the line as a whole.", "term"),
    "ImportFinding.message": ("The fault in words.", "is missing"),
    "ImportChange.code": _CODE,
    "ImportChange.name": _NAME,
    "ImportChange.line": ("Its line in the file.", 7),
    "ImportChange.changes": _CHANGES,
    "CatalogueImport.findings": ("Faults of the file; nothing is written while there are any.", None),
    "CatalogueImport.new": ("Codes of entries that are new.", ["1.014464"]),
    "CatalogueImport.changed": ("Entries of which a new version is made.", None),
    "CatalogueImport.unchanged": ("How many stay as they are.", 1988),
    "CatalogueImport.missing": ("Codes of entries that the file does not name; they stay.", ["2.000815"]),
    "CatalogueImport.digest": (
        "Equal for the same file over the same catalogue; empty while there are faults.",
        "9f" * 32,
    ),
    "CatalogueImport.written": ("False for a look ahead.", True),
    "ServiceLevelSetting.code": _CODE,
    **_of(
        {
            "id": ("Id of the row.", _ID),
            "code": _CODE,
            "name": _NAME,
            "authority": _UNIT,
            "authority_name": _UNIT_NAME,
            "kind_name": ("The level as its list names it.", "Toàn trình"),
            "entered_at": ("When it was set.", _LATER),
            "entered_by": ("Name of who set it.", "coordinator 1 · H27"),
            "corrected_at": (
                "When another one took its place, so that it holds on no day; null for none.",
                _LATER,
            ),
        },
        "ServiceLevel",
    ),
    **_of(_SYSTEM, "AgencySystemEntry", "AgencySystemState", "AgencySystem"),
    "AgencySystems.not_integrated": ("How many systems in use are not integrated.", 4),
}
CATALOGUE_PARAMETERS: Words = {
    "list_embedding_sites.from": ("The first local date that counts.", "2026-03-01"),
    "list_embedding_sites.to": ("The last one, included.", "2026-03-31"),
    "list_catalogue.q": (
        "Words of code, name or field, or their beginnings; accents may be left out.",
        "cap giay",
    ),
    "list_catalogue.field": ("Only of this field.", "Đất đai"),
    "list_catalogue.level": ("Only of this level of administration.", "province"),
    "list_catalogue.service_level": ("Only of this service level; empty for entries that have none.", "full"),
    "list_catalogue.missing": ("Only those that lack the item of this letter; empty for any.", "h"),
    "list_catalogue.audience": ("Only for this audience: citizen or organisation.", "citizen"),
    "list_catalogue.counts": ("Count all that are found.", True),
    **{
        f"{operation}.authority": ("Only of this unit.", "H27.SVHTTDL")
        for operation in (
            "list_catalogue",
            "check_catalogue",
            "list_catalogue_lags",
            "export_catalogue",
            "list_service_levels",
        )
    },
    **{
        f"{operation}.day": _DAY for operation in ("list_catalogue", "check_catalogue", "get_catalogue_entry")
    },
    "list_catalogue_lags.from": ("First day on which they were entered.", "2026-01-01"),
    "list_catalogue_lags.to": ("Last day on which they were entered.", "2026-03-31"),
    "export_catalogue.format": ("Form of the file.", "xlsx"),
    "import_catalogue.dry_run": ("Only look at the file; nothing is written.", True),
    "import_catalogue.digest": (
        "That of a look ahead: refused where file or catalogue have changed since.",
        "9f" * 32,
    ),
    **{
        f"{operation}.code": _CODE
        for operation in (
            *("get_catalogue_entry", "list_entry_versions", "get_entry_draft", "save_entry_draft"),
            *("discard_entry_draft", "publish_entry", "list_service_levels"),
        )
    },
    "list_entry_drafts.unit": ("Only of entries of this unit.", "H27.SVHTTDL"),
    "discard_entry_draft.version": (
        "The draft's version as you have read it; whatever stands when left out.",
        3,
    ),
    "list_service_levels.kind": ("Only of this service level.", "full"),
    "list_service_levels.day": ("Only what holds on this local date.", "2026-03-02"),
    "list_agency_systems.unit": ("Only of this agency.", "H27.SVHTTDL"),
    "list_agency_systems.state": ("Only of this state.", "apart"),
    "change_agency_system.system": ("Id of the system.", _ID),
}
