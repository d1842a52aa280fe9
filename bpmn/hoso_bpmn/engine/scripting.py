"""The script engine that SpiffWorkflow gets: it evaluates compiled expressions and executes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine

from hoso_bpmn import errors, expressions


class Refused(errors.EngineError):
    """Something in a process asked the server to run code."""

    def __init__(self) -> None:
        super().__init__("Scripts and service operators do not run here.")


class _Environment(BasePythonScriptEngineEnvironment):
    def evaluate(
        self, expression: str, context: Mapping[str, Any], external_context: Mapping[str, Any] | None = None
    ) -> Any:
        return expressions.compiled(expression).evaluate({**(external_context or {}), **context})

    def execute(self, *_: Any, **__: Any) -> NoReturn:
        raise Refused

    def call_service(self, *_: Any, **__: Any) -> NoReturn:
        raise Refused


class ScriptEngine(PythonScriptEngine):
    """Script engine that evaluates `expressions` instead of Python's `eval`. `exec` has no answer."""

    def __init__(self) -> None:
        super().__init__(_Environment())

    def validate(self, expression: str) -> None:
        try:
            expressions.compiled(expression)
        except errors.BadExpression as error:
            # A decision table tries `> 5` as it stands and expects this class before it puts the input in front.
            raise SyntaxError(str(error), (expression, 1, 1, expression)) from None

    def evaluate(self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None) -> Any:
        return self.environment.evaluate(expression, task.data, external_context)

    def execute(self, *_: Any, **__: Any) -> NoReturn:
        raise Refused

    def call_service(self, *_: Any, **__: Any) -> NoReturn:
        raise Refused


ENGINE = ScriptEngine()
