"""A calendar that is not bundled, and a package with a scenario that counts by it."""

from hoso_bpmn.package import package
from support.builders import packages

CALENDAR = "lam-dong-thu"
#: Eight hours a day, so that a dossier of 8:00 is answered on its first day.
WHOLE_DAYS = "08:00-12:00,13:00-17:00"


def text(slots: str) -> bytes:
    """The calendar with these hours on each working day."""
    listed = ", ".join(f'"{slot}"' for slot in slots.split(","))
    return f"""schema = "lich-lam-viec/1"
id = "{CALENDAR}"
name = "Lịch thử"
level = "unit"
extends = "vn"
hours = [
  {{ slots = [{listed}], basis = "Quyết định thử" }},
]
""".encode()


def counted_by(reception_due: str) -> bytes:
    """A sound package, zipped, with a scenario that expects this end of eight working hours."""
    scenario = f"""schema = "hoso-scenario/1"
name = "Giờ của cơ quan"
[given]
calendar = "{CALENDAR}"
[[when]]
at = 2026-03-02 08:00:00
do = "file"
then.reception_due = {reception_due}
"""
    return package.read(packages.package(files={"scenarios/thu.toml": scenario.encode()})).to_zip()
