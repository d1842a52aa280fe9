"""What happens: lifecycle, clock, commands, publication, sweeps, reports."""

from pathlib import Path

from hoso_calendar.messages import add_catalogues

add_catalogues("hoso_workflows", Path(__file__).with_name("locale"))
