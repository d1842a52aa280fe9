"""Errors of a setup file as refusals that name each wrong place."""

import tomllib

from pydantic import ValidationError

from hoso_api.translation import validation_errors
from hoso_calendar.messages import say
from hoso_workflows import errors
from hoso_workflows.setup import document


def read(data: bytes, name: str) -> document.Document:
    """A setup file. Raises FormRefused with each wrong place."""
    if len(data) > document.LARGEST:
        fault = say("is larger than {most} bytes", most=document.LARGEST)
        raise errors.FormRefused([errors.Fault(name, fault)])
    try:
        return document.read(data.decode())
    except UnicodeDecodeError:
        raise errors.FormRefused([errors.Fault(name, say("is not UTF-8"))]) from None
    except tomllib.TOMLDecodeError as broken:
        raise errors.FormRefused([errors.Fault(name, say("is no TOML: {why}", why=str(broken)))]) from broken
    except RecursionError:
        raise errors.FormRefused([errors.Fault(name, say("its values are nested too deeply"))]) from None
    except document.TooManyTables:
        fault = say("declares more than {most} tables", most=document.MOST)
        raise errors.FormRefused([errors.Fault(name, fault)]) from None
    except ValidationError as wrong:
        faults = [
            errors.Fault(".".join(map(str, fault["loc"])) or name, validation_errors.sentence(fault))
            for fault in wrong.errors()
        ]
        raise errors.FormRefused(faults) from wrong
