"""Figures of the installation in the text format of Prometheus."""

from importlib.metadata import version

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from hoso_workflows.figures import Figures

#: The media type of the answer.
TYPE = CONTENT_TYPE_LATEST


def text(figures: Figures, pool: dict[str, int] | None = None) -> bytes:
    """The figures as lines. `pool`: connections of the answering process by what they do."""
    exposed = _Exposed()
    exposed.one("build_info", "The release, always 1.", 1, version=version("hoso"))
    for name, help_, number in (
        ("dossiers_open", "Dossiers accepted and not resolved.", figures.open),
        ("dossiers_due_soon", "Open dossiers due before the end of the next working day.", figures.due_soon),
        ("dossiers_overdue", "Open dossiers past their legal date.", figures.overdue),
        ("steps_overdue", "Open steps past their own limit.", figures.overdue_steps),
        (
            "receptions_overdue",
            "Filed dossiers that reception has not answered in time.",
            figures.overdue_receptions,
        ),
        ("incidents_open", "Dossiers with an open incident.", figures.incidents),
        ("database_size_bytes", "Size of the database.", figures.database_bytes),
    ):
        exposed.one(name, help_, number)
    for queue, waiting in figures.queues.items():
        exposed.one("queue_entries", "Entries that wait in a queue.", waiting.number, queue=queue)
        exposed.one("queue_age_seconds", "Wait of the first entry of a queue.", waiting.seconds, queue=queue)
    for (way, state), number in figures.set_aside.items():
        exposed.one("messages_set_aside", "Messages that wait for a person.", number, way=way, state=state)
    for sweep, seconds in figures.sweeps.items():
        age = float("nan") if seconds is None else seconds
        exposed.one(
            "sweep_age_seconds",
            "Time since a sweep last succeeded; NaN where it never did.",
            age,
            sweep=sweep,
        )
    for state, seconds in figures.backups.items():
        age = float("nan") if seconds is None else seconds
        exposed.one(
            "backup_age_seconds",
            "Time since the newest whole backup, and since a rehearsal proved one; NaN where there was none.",
            age,
            state=state,
        )
    exposed.one("backup_files_lacking", "Files that the newest backup lacks.", figures.backup_lacks)
    for calendar, days in figures.calendars.items():
        exposed.one(
            "calendar_ends_days",
            "Days of data left in a calendar that ends within 120.",
            days,
            calendar=calendar,
        )
    for state, number in figures.connections.items():
        exposed.one("database_connections", "Connections to the database by state.", number, state=state)
    for use, number in (pool or {}).items():
        exposed.one("pool_connections", "Connections of the process that answers, by use.", number, use=use)
    return generate_latest(exposed.registry)


class _Exposed:
    """Gauges of one answer, each declared by its first value."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._gauges: dict[str, Gauge] = {}

    def one(self, name: str, help_: str, value: float, **labels: str) -> None:
        gauge = self._gauges.get(name)
        if gauge is None:
            gauge = Gauge(name, help_, list(labels), namespace="hoso", registry=self.registry)
            self._gauges[name] = gauge
        (gauge.labels(**labels) if labels else gauge).set(value)
