"""`hoso`: one command, its parts imported only when asked for, so that `--help` of one does not start the rest.

Exit 0: done. 1: findings (something is late, wrong, or differs). 2: usage, or what was named cannot be read.
"""

import sys
from importlib import import_module
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from hoso_api.cli import ending, faults, masks, screen, spoken

#: Command → the module of this package whose `app` it is.
COMMANDS = {
    "demo": "demo",
    "serve": "serve",
    "doctor": "doctor",
    "db": "database",
    "procedures": "procedures",
    "deadlines": "deadlines",
    "calendar": "calendars",
    "overdue": "overdue",
    "incidents": "incidents",
    "sweep": "sweep",
    "report": "report",
    "audit": "audit",
    "tokens": "tokens",
    "keys": "keys",
}


class Commands(TyperGroup):
    """The commands, each imported when it is named."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 (the framework calls it so)
        """Every command, in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the framework calls it so
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(import_module(f"hoso_api.cli.{COMMANDS[cmd_name]}").app)
        command.name = cmd_name
        return spoken.command(command)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Dossiers of public authorities: declared as BPMN, counted in working time, explained day by day.",
)


@app.callback()
def root() -> None:
    """Dossiers of public authorities: declared as BPMN, counted in working time, explained day by day."""
    # Not before the command was imported: what Python compiled for it may be read by whoever runs it next.
    masks.keep_private()


def main() -> None:
    """Run `hoso`; what the user can mend is said in one line, without a traceback."""
    ending.listen()
    spoken.listen()
    try:
        app(prog_name="hoso")
    except faults.known() as fault:
        screen.err.print(f"[bold red]hoso:[/] {escape(faults.sentence(fault))}", soft_wrap=True)
        sys.exit(faults.status(fault))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
