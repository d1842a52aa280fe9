"""Meaning and example of the fields of reports."""

from collections.abc import Mapping
from typing import Any

_AT = "2026-03-04T16:00:00+07:00"
_WHO = "6f8d6b0e-3a3c-4c57-9d4c-6f0a3f6c2a11"
_OWED = "4b3a1f0e-6a60-5f6e-8f0b-3d6c1f1f0a11"
_SEEN = ("The ETag of the report as you have read it; 412 where it was changed since.", '"3"')
_MONTH = "counted from the first month of the period, which is 0"

_KIND = {
    "code": ("Code of the kind, the same for all its versions.", "dvc-quy"),
    "name": ("What the report is called.", "Báo cáo quý về dịch vụ công trực tuyến"),
    "period": ("How often it is owed.", "quarter"),
    "first_month": (f"Month of the first day that it covers, {_MONTH}.", -1),
    "first_day": ("The first day that it covers.", 1),
    "last_month": (f"Month of the last day that it covers, {_MONTH}.", 1),
    "last_day": ("The last day that it covers; the last one of a shorter month.", 31),
    "due_month": (f"Month of the deadline, {_MONTH}.", 2),
    "due_day": ("It is owed before this day.", 5),
    "consolidate_days": ("Days behind the deadline by which the consolidated report is owed.", 10),
    "owing": (
        "Units that owe it; empty for every topmost authority below the receiving unit that handles something.",
        [],
    ),
    "consolidating_unit": ("The unit that consolidates the reports.", "H27.PVHCC"),
    "receiving_unit": ("The unit that receives the consolidated report.", "H27"),
    "valid_from": ("The first day on which it holds.", "2026-01-01"),
    "valid_to": ("The last day on which it holds; null while no end is known.", "2026-12-31"),
    "basis": ("The law or decision by which it is owed.", "QĐ 15/2016/QĐ-UBND, sửa đổi 2018, Điều 14"),
}
_CONTENT = "null without ratings that are shown"
_SERVED = {
    "online": ("Dossiers that were filed online and accepted in the year.", 40),
    "online_resolved": ("Dossiers filed online with a result in the year.", 32),
    "online_on_time": ("Those of them with the result in time.", 31),
    "on_time": ("Percent of the results online in time, with one decimal; null without results.", "96,8"),
    "received": ("Dossiers that were accepted in the year, by any channel.", 55),
    "ratings": ("Ratings that are shown.", 20),
    "few": ("True where ratings are left out, because they are too few.", False),
    "satisfaction": (f"Percent that is content with the whole; {_CONTENT}.", "95,0"),
    "convenience": (f"Percent that is content with how convenient it was; {_CONTENT}.", "90,0"),
    "timeliness": (f"Percent that is content with how timely it was; {_CONTENT}.", "85,0"),
    "attitude": (f"Percent that is content with the attitude of officers; {_CONTENT}.", "100,0"),
}
_OWED_REPORT = {
    "id": ("The id of the report.", _OWED),
    "kind": ("Code of its kind.", "dvc-quy"),
    "kind_name": ("What reports of its kind are called.", "Báo cáo quý về dịch vụ công trực tuyến"),
    "period": ("How often it is owed.", "quarter"),
    "period_key": ("Its period: a quarter or a year.", "2026-Q1"),
    "part": ("Whether it is an agency's own or consolidated.", "agency"),
    "unit": ("The unit that owes it.", "H27.SVHTTDL"),
    "above": ("The unit that it is submitted to and that may return it.", "H27.PVHCC"),
    "period_from": ("The first day that it covers.", "2025-12-01"),
    "period_to": ("The last day that it covers, included.", "2026-02-28"),
    "due_before": ("The first day that is too late.", "2026-03-05"),
    "status": ("Where it stands; late is no status.", "submitted"),
    "late": ("True when it was not submitted in time, the first time that counts.", False),
    "texts": ("What the unit has written.", {"difficulties": "", "proposals": "", "chapter": ""}),
    "written_by": ("Who wrote its texts last; null before that.", _WHO),
    "written_at": ("When they were written last; null before that.", _AT),
    "approved_by": ("Who approved it; null until then.", _WHO),
    "approved_at": ("When it was approved; null until then.", _AT),
    "submitted_by": ("Who submitted it last.", _WHO),
    "submitted_at": ("When it was submitted; null before that, and after it was returned.", _AT),
    "first_submitted_at": ("When it was submitted for the first time.", _AT),
    "submissions": ("How often it was submitted.", 1),
    "returned_by": ("Who returned it last; null where nobody has.", _WHO),
    "returned_at": ("When it was returned last; null where it was not.", _AT),
    "return_reason": ("Why it was returned last; null where it was not.", "Thiếu số liệu"),
    "basis": ("The law or decision by which it is owed.", "QĐ 15/2016/QĐ-UBND, sửa đổi 2018, Điều 14"),
}

#: Word → what it means, and an example.
REPORT_WORDS: Mapping[str, tuple[str, Any]] = {
    "difficulties": ("Difficulties that the unit has met.", "Đường truyền yếu"),
    "proposals": ("Proposals of the unit.", "Nâng cấp đường truyền"),
    "chapter": ("Own chapter of a consolidated report.", "Đánh giá chung"),
    "confirm_missing": ("True to submit without the reports that have not come in.", False),
    "frozen": ("True once it is submitted: nothing moves its figures any more.", True),
    "missing": ("Units whose reports are not in a consolidated one.", ["H27.SYT"]),
    "sources": ("The reports that went into a consolidated one.", []),
    "tables": ("Its figures: forms II.06 and II.07, and the share filed online.", []),
    "checks": ("Identities of the sum line.", []),
    "same": ("True where the figures follow from the dossiers.", True),
    "came": ("How it came into the period: `received` or `carried_over`.", "received"),
    "went": ("Where it stood at the end of the period.", "early"),
    "percent": ("The least share, from 0 to 100.", 60),
}
#: `Schema.field` → what it means there, and an example.
REPORT_FIELDS: Mapping[str, tuple[str, Any]] = {
    **{f"ReportKindEntry.{name}": said for name, said in _KIND.items()},
    **{f"ReportKindStored.{name}": said for name, said in _KIND.items()},
    "ReportKindStored.id": ("The id of this version of the kind.", _OWED),
    **{f"OwedReport.{name}": said for name, said in _OWED_REPORT.items()},
    **{f"OwedReportRead.{name}": said for name, said in _OWED_REPORT.items()},
    "OwedReportRead.missing": ("Units whose reports are not in a consolidated one.", ["H27.SYT"]),
    "OwedReportRead.digest": (
        "SHA-256 of figures, texts and dossiers in hex; null before submission.",
        "9f" * 32,
    ),
    "ReportColumn.key": ("Name of the column in the lines.", "received"),
    "ReportColumn.number": ("Its number in the form; empty where it has none.", "3"),
    "ReportColumn.words": ("Its words.", "Tiếp nhận, tổng"),
    "ReportCheck.says": ("The identity by the numbers of its columns.", "3 = 7 + 11 + 14"),
    "ReportCheck.left": ("The left side.", 12),
    "ReportCheck.right": ("The right side; the same where it holds.", 12),
    **{
        f"{schema}.{name}": said
        for schema in ("ReportTable", "FormReport")
        for name, said in {
            "form": ("The form.", "ii-06"),
            "title": ("Its title.", "Tình hình, kết quả giải quyết thủ tục hành chính (II.06)"),
            "columns": ("Columns, labels first.", []),
            "lines": ("Lines, each by the keys of the columns.", []),
            "total": ("Sum of all lines; null where lines are not added up.", {"received": 12}),
        }.items()
    },
    "FormReport.unit": ("Code of the unit; those below it are counted too.", "H27"),
    "FormReport.final": ("False while the period runs.", True),
    "UnitDays.unit": ("The unit; those below it are counted too.", "H27.SVHTTDL"),
    "UnitDays.days": ("The days, the last one at the end.", []),
    "UnitDay.day": ("The local day.", "2026-03-04"),
    "UnitDay.received": ("Dossiers that were accepted on it.", 12),
    "UnitDay.online": ("Those of them that were filed online.", 8),
    "UnitDay.resolved": ("Dossiers whose result became ready on it.", 9),
    "UnitDay.late": ("The late ones among them.", 1),
    "UnitDay.open": ("Dossiers open at its end, or now.", 40),
    "UnitDay.overdue": ("Those of them over their limit.", 2),
    "ReportRecount.dossiers": ("How many dossiers are behind the figures.", 12),
    "ReportRecount.intact": ("True where figures, texts and dossiers are what was digested.", True),
    "ReportSource.obligation": ("The id of the report.", _OWED),
    "ReportSource.number": ("Number of its submission.", 1),
    "ReportSource.unit": ("The unit that submitted it.", "H27.SVHTTDL"),
    "ReportSource.late": ("True where it came too late.", False),
    "SubmittedDossier.unit": ("The handling unit when it was counted.", "H27.SVHTTDL"),
    "SubmittedDossier.field": ("Field of the procedure.", "Báo chí, xuất bản"),
    "SubmittedDossier.channel": ("How it was filed.", "online"),
    "ReportReminder.told": ("How many people were told.", 3),
    "ReportReturned.reason": ("Why it goes back; its unit reads it.", "Thiếu số liệu tháng 2"),
    "OnlineTarget.unit": ("The unit; those below it have its target where they have none.", "H27"),
    "OnlineTargetSet.unit": ("The unit; those below it have its target where they have none.", "H27"),
    "OnlineTarget.year": ("The year.", 2026),
    "OnlineTargetSet.year": ("The year.", 2026),
    "OnlineTarget.basis": ("The plan or decision that sets it.", "Kế hoạch CCHC 2026"),
    "OnlineTargetSet.basis": ("The plan or decision that sets it.", "Kế hoạch CCHC 2026"),
    "OnlineTarget.entered_at": ("When it was set.", _AT),
    **{
        f"{schema}.{name}": said
        for schema in ("ServedFigures", "ServedLine")
        for name, said in _SERVED.items()
    },
    "ServedLine.procedure": ("Code of the procedure.", "1.014464"),
    "ServedLine.procedure_name": ("As its newest version of the year names it.", "Cấp giấy chứng nhận"),
    "ServedLine.field": ("The field of the procedure; empty where none is known.", "Báo chí, xuất bản"),
    "PublicStatistics.year": ("The year, from 1 January on.", 2026),
    "PublicStatistics.counted_at": ("When it was counted, at most an hour ago.", _AT),
    "PublicStatistics.fewest_ratings": (
        "Ratings of a procedure in a unit are shown in whole groups of so many.",
        5,
    ),
    "UnintegratedService.unit": ("The handling unit.", "H27.SVHTTDL"),
    "UnintegratedService.procedure": ("Code of the procedure.", "1.014464"),
    "UnintegratedService.name": ("As its newest version names it; null without one.", "Cấp giấy chứng nhận"),
    "UnintegratedService.why": ("Why nobody can file it here.", "no_version"),
    "UnintegratedService.since": (
        "Since when it takes no new dossiers; null where no version is in force.",
        "2026-03-10",
    ),
    "UnintegratedService.service_level": ("Code of its service level today; null where none is set.", "full"),
    "UnintegratedService.systems": (
        "The systems in use of the unit, and of those above it.",
        [{"unit": "H27.SVHTTDL", "name": "Một cửa của sở", "state": "apart"}],
    ),
    "UnitSystem.unit": ("The unit whose system it is.", "H27.SVHTTDL"),
    "UnitSystem.name": ("Name of the system.", "Một cửa của sở"),
    "UnitSystem.state": ("How far it is integrated in the portal.", "apart"),
}
#: `operation.parameter` → what it means there, and an example.
REPORT_PARAMETERS: Mapping[str, tuple[str, Any]] = {
    "obligation": ("The id of a report that is owed.", _OWED),
    "read_statistics.year": ("This year where left out; at most four years back.", 2026),
    "read_statistics.unit": ("Only what this unit handles.", "H27.SVHTTDL"),
    "read_statistics.field": ("Only procedures of this field.", "Báo chí, xuất bản"),
    "format": ("The format of the file.", "xlsx"),
    "form": ("The form.", "ii-06"),
    **{
        f"{operation}.form": ("The form of the report.", "ii-06")
        for operation in ("get_report_form", "get_report_form_file")
    },
    "report_days.unit": ("Code of a unit, with those below it; left out: that of your office.", "H27"),
    "report_days.to": ("The last day; today where left out.", "2026-03-04"),
    "list_unintegrated_services.unit": (
        "Code of a unit, with those below it; left out: all of them.",
        "H27",
    ),
    "days": ("How many days, 1 to 31.", 7),
    "split": ("What the lines of form II.06 are of, within a unit.", "procedure"),
    **{
        f"{operation}.unit": ("Code of a unit, with those below it; left out: that of your office.", "H27")
        for operation in ("get_report_form", "get_report_form_file", "report_officers")
    },
    **{f"{operation}_report.If-Match": _SEEN for operation in ("write", "approve", "submit", "return")},
    "list_report_obligations.period": ("Of this period only.", "2026-Q1"),
    "list_report_obligations.unit": ("Those that this unit owes.", "H27.SVHTTDL"),
    "list_submitted_dossiers.column": ("The column of the figure.", "late"),
    "list_submitted_dossiers.unit": ("The handling unit of the line; left out: of all lines.", "H27.SVHTTDL"),
    "list_reported_dossiers.channel": (
        "The channel by which they were filed; left out: every one.",
        "online",
    ),
    "list_submitted_dossiers.channel": ("The channel of what was received; left out: every one.", "online"),
}
