"""The `hoso` command, its subcommands imported only when called.

So its own help imports none of them.
Exit 0: done. 1: findings (something is late, wrong, or differs). 2: usage, or what was named cannot be read.
"""

import gc
import sys
from importlib import import_module, metadata
from typing import Annotated, Any, NamedTuple

import typer
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from hoso_api.cli import console, language, output_modes, signals


class LazyCommand(NamedTuple):
    """A command that is not imported yet. `module` defines its `app`; `help` is the first line of its help."""

    module: str
    help: str


#: Every command, in the order of a day's work.
COMMANDS = {
    "demo": LazyCommand("demo", "Play a month of dossiers and serve the overdue board."),
    "serve": LazyCommand(
        "serve", "Serve: PostgreSQL, the API, Prefect and the flows, supervised; or one part alone."
    ),
    "metrics": LazyCommand("metrics", "Figures of the installation, as Prometheus reads them."),
    "doctor": LazyCommand("doctor", "What is wrong with this installation, and what to do about it."),
    "db": LazyCommand(
        "database", "The database: bring it up to date, say where it stands, or how its roles are made."
    ),
    "backup": LazyCommand(
        "backup", "Back up database, files and settings into a new folder, while everything serves."
    ),
    "restore": LazyCommand(
        "restore", "Restore a backup into an empty home or database, or rehearse it; ends in an audit."
    ),
    "setup": LazyCommand("setup", "Declare an authority in one file: plan, apply, write back."),
    "units": LazyCommand("units", "Units and areas: list, enter, change, close with a successor, reopen."),
    "people": LazyCommand(
        "people", "Officers: list, enter, change, close, reopen; how they are reached and sign in."
    ),
    "roles": LazyCommand(
        "roles", "Roles: list, give, end; offices that wait for a second person; substitutions."
    ),
    "competences": LazyCommand("competences", "Competences of units: list, give, end."),
    "procedures": LazyCommand(
        "procedures",
        "Procedures: import, check, test, draw, compare, publish, approve, activate, close, own, migrate.",
    ),
    "dossiers": LazyCommand(
        "dossiers", "Dossiers: read one, and act on it as the holder of the token in HOSO_TOKEN."
    ),
    "drafts": LazyCommand(
        "drafts",
        "Drafts of the holder of the token in HOSO_TOKEN: list, show, begin, save, attach files, discard, file.",
    ),
    "letters": LazyCommand(
        "letters",
        "Letters: copies, signatures that wait, own templates, as the holder of the token in HOSO_TOKEN.",
    ),
    "signing": LazyCommand("signing", "Keys by which papers are signed, as the settings have them."),
    "verify": LazyCommand(
        "verify",
        "Verify the signatures of a PDF and find its letter or result; exit 1 unless it is ours and each signature holds.",
    ),
    "notifications": LazyCommand(
        "notifications", "Your notices and the addresses that mail goes to, as the holder of HOSO_TOKEN."
    ),
    "tasks": LazyCommand(
        "tasks", "Tasks: list and count them, and act on them as the holder of the token in HOSO_TOKEN."
    ),
    "lifecycle": LazyCommand(
        "lifecycle", "Every act on a dossier: in which status, with which effect, by whom."
    ),
    "duty": LazyCommand("duty", "The duty roster: who is on duty in a unit on which working day."),
    "deadlines": LazyCommand("deadlines", "Why a date is what it is, day by day."),
    "calendar": LazyCommand(
        "calendars",
        "Working calendars: show, check, import, export, compare; enter, approve and apply revisions.",
    ),
    "overdue": LazyCommand("overdue", "What is late, whose it is, and by how much working time."),
    "correct": LazyCommand("correct", "When an act really was, which a wrong clock had stamped."),
    "incidents": LazyCommand("incidents", "Where runs are held up until somebody looks."),
    "catalogue": LazyCommand(
        "catalogue", "Catalogue of procedures: list, show, draft, publish, import, export, check."
    ),
    "service-levels": LazyCommand("service_levels", "Service levels of procedures: list, set."),
    "agency-systems": LazyCommand(
        "agency_systems", "Systems of agencies: list, enter, say how far they are integrated."
    ),
    "embedding-sites": LazyCommand(
        "embedding_sites", "Sites that show the catalogue: list them, with how often."
    ),
    "outages": LazyCommand(
        "outages", "Outages of services: list, report, follow, resolve; who is told of them."
    ),
    "maintenance": LazyCommand("maintenance", "Planned maintenance: list, announce, cancel."),
    "feedback": LazyCommand("feedback", "Feedback and proposals: list, forward, answer, propose."),
    "urgings": LazyCommand("urgings", "Calls upon units: list, make, answer."),
    "measures": LazyCommand(
        "measures", "Plans, measures, internal regulations and targets: list, enter, note progress."
    ),
    "evaluations": LazyCommand("evaluations", "Evaluation sheets of units: list, open, mark, make final."),
    "jobs": LazyCommand("jobs", "Long jobs: list them, follow one, stop it."),
    "sweep": LazyCommand(
        "sweep",
        "Fire due timers, escalate what is late, deliver messages, delete what is old: once, without Prefect.",
    ),
    "escalations": LazyCommand(
        "escalations",
        "Who is told of what is late: the ladder, the next sweep, what was told; a sweep now, a reminder.",
    ),
    "webhooks": LazyCommand(
        "webhooks",
        "Systems that are sent signed events: list, enter, change, new secret, try out, last messages, end.",
    ),
    "portals": LazyCommand(
        "portals",
        "Other authorities' portals: list, enter, end, log, tell anew, compare with a list of theirs.",
    ),
    "outbox": LazyCommand(
        "outbox", "Messages that wait to be sent or were set aside, and letting these go again."
    ),
    "report": LazyCommand(
        "report",
        "The lateness report of a period, or the dossiers behind one figure; forms; reports that are owed.",
    ),
    "audit": LazyCommand("audit", "Prove that what is stored is what happened."),
    "traces": LazyCommand("traces", "What may be the only trace of an event that is missing."),
    "tokens": LazyCommand("tokens", "Bearer tokens: whom there is to give one, create, list, revoke."),
    "keys": LazyCommand(
        "keys", "Keys by which other authorities' systems sign their calls: enter, list, revoke."
    ),
    "permissions": LazyCommand(
        "permissions", "Who may do what, and what a person may do, why and until when."
    ),
    "access-log": LazyCommand("access_log", "Who has read what, and who was refused."),
    "privacy": LazyCommand(
        "privacy",
        "Personal data: what is to be destroyed, carrying out what two persons have confirmed, what is kept.",
    ),
    "disclosures": LazyCommand("disclosures", "What was given to third parties, by which law and decision."),
    "payments": LazyCommand(
        "payments", "Payments: what was paid too much or does not fit; settling it, asking the gateway."
    ),
    "providers": LazyCommand(
        "providers",
        "Identity providers: what to register there, a key for one, who came and is unknown here, why sign-ins were refused.",
    ),
    "openapi": LazyCommand("openapi", "The description of the REST API, as `docs/openapi.json` holds it."),
}


class Commands(TyperGroup):
    """The commands, each imported when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the framework calls it so
        """Every command, in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the framework calls it so
        """The command's name and help only, or None; its module is not imported."""
        lazy = COMMANDS.get(cmd_name)
        return lazy and language.translate_command(TyperCommand(cmd_name, help=lazy.help))

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Parse the call of `hoso` itself, help and errors translated."""
        language.translate_command(self)
        with language.translated_usage_errors():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        """Run the called command, its usage errors translated."""
        with language.translated_usage_errors():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, with what else it was told."""
        name, named, rest = super().resolve_command(ctx, args)
        return (name, imported(name), rest) if named and name else (name, named, rest)


def imported(name: str) -> Any:
    """The command of that name as its module has it."""
    command = typer.main.get_command(import_module(f"hoso_api.cli.{COMMANDS[name].module}").app)
    command.name = name
    return language.translate_command(command)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Dossiers of public authorities: declared as BPMN, counted in working time, explained day by day.",
)


def _version(asked: bool) -> None:
    if asked:
        console.line(f"hoso {metadata.version('hoso')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which release this is.")
    ] = False,
) -> None:
    """Dossiers of public authorities: declared as BPMN, counted in working time, explained day by day."""
    # Not before the command was imported: what Python compiled for it may be read by whoever runs it next.
    output_modes.keep_private()


def main() -> None:
    """Run `hoso` as this process, which ends with it."""
    # What is imported is no garbage; the collector would look through it again and again, a fifth of a start.
    gc.set_threshold(*signals.IMPORTING)
    signals.listen()
    run()


def run() -> None:
    """Run the command that the arguments name.

    Errors that the user can correct are printed without a traceback; SystemExit has the status of every end but success.
    """
    language.speak_as_locale()
    try:
        app(prog_name="hoso")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as fault:
        # Not before something went wrong: knowing every fault takes every package.
        from hoso_api.cli import errors

        if not errors.knows(fault):
            raise
        # Between words for people; on one line for a log and for who searches it.
        text = f"[bold red]hoso:[/] {escape(errors.sentence(fault))}"
        console.err.print(text, soft_wrap=not console.err.is_terminal)
        sys.exit(errors.status(fault))
