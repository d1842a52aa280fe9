"""The terminal prints the numbers of limits that are shares of a term of calendar days."""

from hoso_api.cli import console, dossier_explanation
from hoso_workflows.clock import explanation
from support.builders.histories import local
from support.builders.punctual import Dossier, in_a_row


def test_the_numbers_of_a_share_are_printed_and_where_limits_no_longer_fit() -> None:
    dossier = Dossier("20 ngày", in_a_row("19 ngày", "1 ngày"), supplement="resume")
    dossier.accept(local("2026-03-02 07:00"))
    dossier.close(0, local("2026-03-23 16:00"))
    dossier.tell(lambda h: h.asked("2026-03-23 16:30").received("2026-03-25 16:00"))
    about = {"code": "H27-1", "reference": "r-1", "procedure": "1.013871"}
    told = explanation.explain(about, dossier.history.events, dossier.history.calendars)
    with console.out.capture() as printed:
        dossier_explanation.show(told)
    lines = " ".join(printed.get().split())
    for line in (
        "Bước 0: 19 ngày trong 20 ngày còn lại = 7296 trong 7680 phút làm việc",
        "Bước 1: 1 ngày trong 1 ngày còn lại = 192 trong 60 phút làm việc; các bước không còn vừa thời hạn",
    ):
        assert line in lines
