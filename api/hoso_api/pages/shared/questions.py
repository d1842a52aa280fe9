"""Questions of a form as a page shows them, by the macros of `templates/questions.html`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import orjson

from hoso_api.pages.shared import markup, question_choices, question_inputs, question_words
from hoso_api.pages.shared.postings import Received, Step
from hoso_api.pages.shared.question import Mode, Question, ident
from hoso_api.translation import wording
from hoso_bpmn.package import forms
from hoso_bpmn.package.forms import (
    Field,
    FieldFault,
    Form,
    Group,
    List,
    Paper,
    Shown,
    Text,
    answers,
    spelling,
)
from hoso_calendar.messages import VIETNAMESE

#: What `_hien` says when an answer, and no button, has changed the questions: the focus stays where it is.
IN_PLACE = "tai-cho"
#: Kinds of question that need no whole line where the form says so.
_NARROW = frozenset({"number", "datetime", "textfield", "select"})


@dataclass(frozen=True)
class Sheet:
    """A form with answers, as one page shows it."""

    form: Form
    answers: Mapping[str, Any]
    faults: Sequence[FieldFault] = ()
    mode: Mode = Mode.EDIT
    #: The page of the form; None for all of it.
    page: int | None = None
    language: str = VIETNAMESE
    #: The page that was sent, where this one comes back.
    received: Received | None = None
    #: The day on which it is read; later dates are shown with their weekday.
    today: date | None = None
    #: Files of the papers that file pickers ask for, by the code of the component.
    files: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: Where papers are uploaded; without it, file pickers are not shown among questions.
    papers_at: str = ""
    #: Where a script sends the page to have its questions changed in place; empty where only a button changes them.
    changed_at: str = ""

    @property
    def editing(self) -> bool:
        """True where questions are asked."""
        return self.mode in (Mode.EDIT, Mode.PREVIEW)

    @cached_property
    def shown(self) -> tuple[Shown, ...]:
        """Components that the form shows for the answers."""
        return self.form.visible(self.answers, self.page)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The components to show, in the order of the form."""
        return tuple(self._questions(self.shown))

    @cached_property
    def asked(self) -> str:
        """The questions on the page, for its hidden field `_hoi`."""
        paths = [each.path for each in forms.flat(self.shown) if isinstance(each.component, Field | List)]
        return orjson.dumps(paths).decode()

    @cached_property
    def summary(self) -> tuple[tuple[str, str], ...]:
        """Sentences of the faults, in the order of the form, each with its address.

        The address is empty for what no question of the page asks.
        """
        return tuple(
            (f"#{self._target(each.path)}" * (each.path in self._at), self._told(each))
            for each in self.faults
        )

    def _told(self, found: FieldFault) -> str:
        """The sentence of a fault away from its question.

        It says of which item it is, and what tells it from others that are called alike.
        """
        within = ": ".join(self._apart[found.path][:-1]) if found.path in self._apart else ""
        said = self._said(found)
        if not within:
            return said
        return self.word("within", place=question_words.of_form(within, self.language), said=said)

    @property
    def heading(self) -> str:
        """The head of the summary."""
        return self.word("faults", n=len(self.faults))

    @cached_property
    def news(self) -> str:
        """Change of the page by a button, in words; empty where it was judged."""
        received = self.received
        if received is None or not received.again:
            return ""
        if received.step in (Step.ADDED, Step.REMOVED, Step.RESTORED):
            return self.word(str(received.step), item=self._item_name(received.place))
        if received.step is Step.FULL:
            return self.word("full", n=self._most(received.place))
        if received.step is Step.SEARCHED:
            return next((each.found for each in self._flat if each.path == received.place), "")
        told = (("opened", len(received.opened)), ("closed", received.closed))
        return self._counted(*told) or self.word("same")

    @property
    def notice(self) -> str:
        """The change as it stands above the questions.

        Nothing where a script has changed them in place, or where what was found stands at its field.
        """
        received = self.received
        in_place = received is not None and (received.step is Step.SEARCHED or received.place == IN_PLACE)
        return "" if in_place else self.news

    @property
    def aloud(self) -> str:
        """The change as the live region says it."""
        received = self.received
        if received is None or received.place != IN_PLACE:
            return self.news
        return self._counted(("appeared", received.appeared), ("closed", received.closed))

    def _counted(self, *told: tuple[str, int]) -> str:
        return ". ".join(self.word(name, n=n) for name, n in told if n)

    @property
    def undo(self) -> tuple[str, str] | None:
        """The place of a removed item, and the item in the words of `_muc`."""
        if self.received is None or self.received.removed is None:
            return None
        return self.received.place, self.received.removed

    def runs(self, questions: Sequence[Question]) -> tuple[tuple[bool, tuple[Question, ...]], ...]:
        """Answers one after the other, and what stands between them: True for a run of answers."""
        found: list[tuple[bool, list[Question]]] = []
        for each in questions:
            answer = each.kind not in ("group", "dynamiclist", "item", "text")
            if found and answer and found[-1][0]:
                found[-1][1].append(each)
            else:
                found.append((answer, [each]))
        return tuple((answer, tuple(run)) for answer, run in found)

    @cached_property
    def named(self) -> Mapping[str, str]:
        """Names of the questions by their paths, those of items with the item.

        No two on any page of the form are alike, so that each way to change an answer tells where it leads.
        """
        return {path: ": ".join(labels) for path, labels in self._apart.items()}

    @cached_property
    def _apart(self) -> Mapping[str, tuple[str, ...]]:
        """Labels that tell each question of the form from all others, by path."""
        trails = list(_trails(replace(self, page=None).questions))
        least = {path: len(labels) - item for path, labels, item in trails}
        return question_words.told_apart({path: labels for path, labels, _ in trails}, least)

    def word(self, name: str, **values: Any) -> str:
        """Words that stand at questions, in the language of the page."""
        return question_words.word(name, self.language, **values)

    @cached_property
    def _flat(self) -> tuple[Question, ...]:
        return tuple(_flat(self.questions))

    @cached_property
    def _at(self) -> Mapping[str, Shown]:
        return {each.path: each for each in forms.flat(self.shown) if each.path}

    @cached_property
    def _controlling(self) -> frozenset[str]:
        """The names that conditions on this page read."""
        here = self.form.components if self.page is None else self.form.pages[self.page].components
        found = (each.conditions for _, each in forms.walk(here))
        return frozenset(name for conditions in found for each in conditions for name in each.names)

    def _target(self, path: str) -> str:
        """The id of the field, of its first choice, or of the fieldset."""
        single = isinstance(self._at[path].component, Field)
        return f"f-{ident(path)}" if single else f"c-{ident(path)}"

    @cached_property
    def _wrong(self) -> Mapping[str, str]:
        """The first thing that is said of each question."""
        return {each.path: self._said(each) for each in reversed(self.faults)}

    def _said(self, found: FieldFault) -> str:
        at = self._at.get(found.path)
        return question_words.fault(found, at.component if at else None, self.language)

    @cached_property
    def _focus(self) -> str:
        """The path of the question that has the focus; a summary goes before."""
        received = self.received
        if received is None or self.faults or not self.editing:
            return ""
        if received.step in (Step.ADDED, Step.RESTORED):
            fresh = (path for path in self._at if path.startswith(f"{received.place}."))
            return next((path for path in fresh if isinstance(self._at[path].component, Field)), "")
        if received.step in (Step.REMOVED, Step.FULL):
            return received.place.rpartition(".")[0] if received.step is Step.REMOVED else received.place
        if received.place == IN_PLACE:
            return ""
        return received.opened[0] if received.opened else received.place

    def _most(self, path: str) -> int:
        component = self._at[path].component
        return component.most if isinstance(component, List) else 0

    def _item_name(self, place: str) -> str:
        path, _, number = place.rpartition(".")
        at = self._at.get(path)
        named = at.component.look.properties.get("hoso:item", "") if at else ""
        called = f"{question_words.lowered(named or self.word('item'))} {int(number) + 1}"
        return question_words.of_form(called, self.language)

    def _questions(self, shown: Sequence[Shown]) -> Iterator[Question]:
        """The questions, without headings beneath which nothing is shown.

        Papers have a page of their own, so that their heading often stands above nothing.
        """
        waiting: list[tuple[int, Question]] = []
        for each in shown:
            depth = _depth(each.component)
            for found in self._one(each):
                if depth:
                    waiting = [(other, above) for other, above in waiting if other < depth]
                    waiting.append((depth, found))
                else:
                    yield from (above for _, above in waiting)
                    waiting = []
                    yield found

    def _one(self, each: Shown) -> Iterator[Question]:
        component = each.component
        if isinstance(component, Field):
            yield self._field(each, component)
        elif isinstance(component, Group):
            yield self._group(each, component)
        elif isinstance(component, List):
            yield self._list(each, component)
        elif isinstance(component, Paper):
            yield from self._paper(component)
        else:
            yield from self._text(component)

    def _group(self, shown: Shown, component: Group) -> Question:
        return Question(
            "group",
            shown.path,
            component.label,
            fault=self._wrong.get(shown.path, ""),
            outlined=component.outlined,
            inside=tuple(self._questions(shown.inside)),
        )

    def _list(self, shown: Shown, component: List) -> Question:
        named = component.look.properties.get("hoso:item") or self.word("item")
        fixed = component.fixed or self.mode is Mode.PREVIEW
        return Question(
            "dynamiclist",
            shown.path,
            component.label,
            fault=self._wrong.get(shown.path, ""),
            optional=component.least == 0,
            focused=self._focus == shown.path,
            inside=tuple(self._item(item, named, fixed=component.fixed) for item in shown.inside),
            button="" if component.fixed else self._button("add", named),
            named=named,
            readonly=fixed,
            lines=() if shown.inside else (self.word("no_items"),),
        )

    def _item(self, shown: Shown, named: str, *, fixed: bool) -> Question:
        number = int(shown.path.rpartition(".")[2]) + 1
        label = f"{question_words.capital(named)} {number}"
        texts = (each.answer for each in forms.flat(shown.inside) if isinstance(each.component, Field))
        return Question(
            "item",
            shown.path,
            label,
            inside=tuple(self._questions(shown.inside)),
            button="" if fixed else self._button("remove", label),
            named=next((text for text in texts if isinstance(text, str) and text), "")[:60],
        )

    def _button(self, name: str, item: str) -> str:
        return self.word(name, item=question_words.of_form(question_words.lowered(item), self.language))

    def _paper(self, paper: Paper) -> Iterator[Question]:
        files = tuple(self.files.get(paper.code, ()))
        if self.editing and self.mode is not Mode.PREVIEW and not self.papers_at:
            return
        yield Question(
            "filepicker",
            label=paper.label,
            hint=paper.hint,
            optional=not paper.required,
            source=self.papers_at,
            lines=files or (self.word("no_files"),),
        )

    def _text(self, text: Text) -> Iterator[Question]:
        if text.kind in ("separator", "spacer", "button"):
            return
        if not self.editing:
            if text.kind == "text" and text.text.startswith("#"):
                yield Question("text", html=markup.markdown(text.text.splitlines()[0]))
            return
        if text.kind == "text":
            yield Question("text", html=markup.markdown(text.text))
        elif text.kind == "html":
            yield Question("text", html=markup.html(text.text))
        elif text.kind == "image" and text.source.startswith(_PICTURES) and text.text:
            yield Question("image", label=text.text, source=text.source)
        else:
            yield Question("unshown", label=text.text)

    def _field(self, shown: Shown, asked: Field) -> Question:
        kind = question_choices.macro(asked)
        searched = self.received.searched.get(shown.path, "") if self.received else ""
        offered = question_choices.of(asked, shown.answer, searched, self.language)
        day, hour = spelling.apart(str(shown.answer or "")) if kind == "instant" else ("", "")
        return Question(
            kind,
            shown.path,
            asked.label,
            hint=question_inputs.hint(asked, kind, self.language),
            fault=self._wrong.get(shown.path, ""),
            optional=not asked.required and kind != "box",
            readonly=asked.readonly,
            value=day if kind == "instant" else spelling.text(asked, shown.answer),
            hour=hour,
            choices=offered.choices,
            sought=searched,
            found=offered.words,
            attributes=question_inputs.attributes(asked, shown.path),
            prefix=asked.look.prefix,
            suffix=asked.look.suffix,
            narrow=asked.look.columns is not None and asked.look.columns <= 8 and asked.kind in _NARROW,
            controls=shown.path.rpartition(".")[2] in self._controlling,
            focused=self._focus == shown.path,
            lines=tuple(self._lines(asked, shown.answer)),
        )

    def _lines(self, asked: Field, answer: Any) -> Iterator[str]:
        """Lines that are read as the answer."""
        if asked.kind == "checkbox":
            yield self.word("yes" if answer is True else "no")
        elif answers.empty(answer):
            yield self.word("unanswered")
        elif isinstance(answer, list):
            yield from (question_choices.label(asked, each, self.language) for each in answer)
        elif asked.options:
            yield question_choices.label(asked, answer, self.language)
        else:
            written = spelling.text(asked, answer) or str(answer)
            yield "\u00a0".join(
                filter(None, (asked.look.prefix, written, asked.look.suffix))
            ) + self._weekday(asked, answer)

    def _weekday(self, asked: Field, answer: Any) -> str:
        """The weekday of a day that is still to come, behind a comma."""
        if asked.kind != "datetime" or self.today is None:
            return ""
        try:
            day = date.fromisoformat(str(answer)[:10])
        except ValueError:
            return ""
        return f", {wording.weekday(day)}" if day >= self.today and self.language == VIETNAMESE else ""


#: Pictures that stand in the form itself.
_PICTURES = (
    "data:image/png;base64,",
    "data:image/jpeg;base64,",
    "data:image/gif;base64,",
    "data:image/webp;base64,",
)


def _flat(questions: Sequence[Question]) -> Iterator[Question]:
    for each in questions:
        yield each
        yield from _flat(each.inside)


def _trails(
    questions: Sequence[Question], above: tuple[str, ...] = (), item: int | None = None
) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Each question by its path, with its labels from the outermost in.

    Behind them stands the place of the item among them; outside of items, that of its own label.
    """
    for each in questions:
        if each.kind in ("group", "dynamiclist", "item"):
            begins = len(above) if each.kind == "item" else item
            yield from _trails(each.inside, (*above, each.label) if each.label else above, begins)
        if each.path and each.kind not in ("group", "item"):
            yield each.path, (*above, each.label), len(above) if item is None else item


def received(sent: Received, **more: Any) -> Sheet:
    """The page that answers one that was sent.

    It says what is wrong, or what a button has changed.
    """
    return Sheet(sent.form, sent.answers, sent.faults(), page=sent.page, received=sent, **more)


def _depth(component: Any) -> int:
    """The depth of a text that is a heading alone, else 0."""
    text = component.text.strip() if isinstance(component, Text) and component.kind == "text" else ""
    return 0 if "\n" in text else len(text) - len(text.lstrip("#"))
