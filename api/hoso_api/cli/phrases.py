"""The command line framework's own sentences, made translatable."""

from hoso_api.translation import phrases
from hoso_api.translation.phrases import Phrase

#: Looked up by gettext when the framework is imported, or says it.
LOOKED_UP = (
    Phrase("Arguments"), Phrase("Options"), Phrase("Commands"), Phrase("Error"), Phrase("Aborted."),
    Phrase("(deprecated) "), Phrase("[default: {}]"), Phrase("[env var: {}]"), Phrase("[required]"),
    Phrase("Missing command."), Phrase("No such command {name!r}."),
    Phrase("Try [blue]'{command_path} {help_option}'[/] for help."),
)  # fmt: skip
#: Put together by the framework in English; the first that fits counts.
PHRASES = (
    Phrase("Invalid value for {hint}: {why}"),
    Phrase("Invalid value: {why}"),
    Phrase("{what} Did you mean {names}?"),
    Phrase("No such option: {option} (Possible options: {options})"),
    Phrase("No such option: {option}"),
    Phrase("Got unexpected extra argument(s) ({arguments})"),
    Phrase("Option {option} does not take a value."),
    Phrase("Option {option} requires an argument."),
    Phrase("Missing argument {name}. Choose from:\n{choices}"),
    Phrase("Missing argument {name}."),
    Phrase("Missing option {name}."),
    Phrase("{value} is not one of {choices}."),
    Phrase("file {path} does not exist."),
    Phrase("file {path} is a directory."),
    Phrase("file {path} is not readable."),
    Phrase("Address of the API; {host} when nothing else is set."),
    Phrase("Port of the API; {port}, or the next free one."),
    Phrase("Processes of the API; {workers} when nothing else is set."),
    Phrase("The token's first {n} characters, or - to read it from stdin."),
    Phrase("Show this message and exit."),
    Phrase("Usage: {rest}"),
    Phrase("[OPTIONS]"),
    Phrase("COMMAND [ARGS]..."),
)


def recognised(text: str) -> str:
    """The known sentence that the text is, or the text unchanged."""
    return phrases.recognised(text, PHRASES)
