"""Findings of a browser about its page: order, words, targets, width, accessibility. Each is a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
#: WCAG 2.2 AA and the good practice of those who make axe.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: Rules that axe leaves to a person, each with what holds it instead.
LEFT_TO_US = {"color-contrast": "every pair of the tokens is computed in tests/api/pages/test_page_tokens.py"}

#: One h1, a title, a language; ids that are unique and found; tables with names; links told apart; the default button.
ORDER = """() => {
  const found = [];
  const words = (element) => (element.getAttribute("aria-label") ?? element.textContent).trim().replace(/\\s+/g, " ");
  const headings = [...document.querySelectorAll("h1")];
  if (headings.length !== 1) found.push(`${headings.length} h1`);
  else if (!words(headings[0])) found.push("h1 is empty");
  if (!document.title.trim()) found.push("no title");
  if (!["vi", "en"].includes(document.documentElement.lang)) found.push("no language");
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) found.push(`id ${id} twice`);
  const named = new Map();
  for (const link of document.querySelectorAll("a[href]")) {
    const url = new URL(link.href);
    const here = url.origin + url.pathname + url.search === location.origin + location.pathname + location.search;
    if (here && url.hash && !document.getElementById(decodeURIComponent(url.hash.slice(1)))) found.push(`${url.hash} leads nowhere`);
    const key = words(link);
    if (!key) found.push(`link to ${url.pathname} has no words`);
    else if ((named.get(key) ?? link.href) !== link.href) found.push(`two links are called ${key}`);
    named.set(key, link.href);
  }
  for (const attributes of ["aria-labelledby", "aria-describedby", "for"])
    for (const element of document.querySelectorAll(`[${attributes}]`))
      for (const id of element.getAttribute(attributes).split(/\\s+/))
        if (id && !document.getElementById(id)) found.push(`${attributes} names ${id}, which is not there`);
  for (const table of document.querySelectorAll("table"))
    if (!table.caption && !table.closest("[aria-labelledby], [aria-label]")) found.push("a table has no name");
  for (const form of document.querySelectorAll("form")) {
    const first = form.querySelector("button:not([type=button]), input[type=submit]");
    if (["_them", "_bo", "_hien"].includes(first?.name)) found.push(`Enter presses ${first.name} ${first.value}`);
  }
  return found;
}"""

#: Buttons and fields of 44 px; a link of 24 px, unless it stands in running text or other targets are as far away.
TARGETS = """() => {
  const found = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;
  const name = (element) => `${element.localName} ${(element.textContent || element.id).trim().slice(0, 40)}`;
  const labelled = (element) => element.closest("label") ?? element;
  for (const element of document.querySelectorAll("button, .button, select, textarea, input:not([type=hidden])")) {
    if (!shown(element)) continue;
    const box = labelled(element).getBoundingClientRect();
    if (box.height < 44 || box.width < 44) found.push(`${name(element)} is ${Math.round(box.width)} × ${Math.round(box.height)}`);
  }
  const links = [...document.querySelectorAll("a[href]:not(.button)")].filter(shown);
  const middle = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x + width / 2, y + height / 2];
  };
  const inText = (link) => [...link.parentElement.childNodes].some((node) => node !== link && node.textContent.trim());
  for (const link of links) {
    const { width, height } = link.getBoundingClientRect();
    if ((width >= 24 && height >= 24) || inText(link)) continue;
    const near = links.find((other) => other !== link && Math.hypot(...middle(other).map((at, axis) => at - middle(link)[axis])) < 24);
    if (near) found.push(`${name(link)} is ${Math.round(height)} high and close to ${name(near)}`);
  }
  return found;
}"""

#: What is wider than the window outside of parts that scroll by themselves, or cut where letters stand wider apart.
WIDER = """(width) => [...document.querySelectorAll("body *")]
  .filter((each) => !each.closest(".scroll, .unseen, svg") && each.checkVisibility())
  .filter((each) => each.getBoundingClientRect().right > width + 1)
  .map((each) => `${each.localName}.${each.className} ends at ${Math.round(each.getBoundingClientRect().right)}`)"""
CLIPPED = """() => [...document.querySelectorAll(".cau, td, th, button, .button, dd, h1, h2")]
  .filter((each) => each.checkVisibility() && !each.closest(".unseen"))
  .filter((each) => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible" )
  .map((each) => `${each.localName} ${each.textContent.trim().slice(0, 40)}`)"""

#: What has the focus now: its ring, whether it is covered, and whether it comes after what had it before.
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) {
    window.focusedBefore = undefined;
    return [];
  }
  const found = [];
  const name = `${element.localName} ${(element.textContent || element.id || element.name).trim().slice(0, 40)}`;
  const style = getComputedStyle(element);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) found.push(`${name} shows no focus`);
  const box = element.getClientRects()[0];
  const hit = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (!hit || !(element.contains(hit) || hit.contains(element) && hit.localName === "label")) found.push(`${name} is covered`);
  const before = window.focusedBefore;
  const around = element === document.querySelector("a[href], button, input, select, textarea, [tabindex]");
  if (!around && before !== element && before?.isConnected && !(before.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING))
    found.push(`${name} comes after what follows it`);
  window.focusedBefore = element;
  return found;
}"""

#: Run in each page before its own scripts: every press of Tab first looks at what the one before it has reached, so many
#: presses are sent at once and none goes unseen. Backwards, what had the focus must have lost it.
WATCH = f"""
window.lookAtFocus = () => {{
  // The browser scrolls to it with its next frame, which presses that are sent at once do not wait for.
  document.activeElement.scrollIntoView({{ block: "nearest" }});
  return ({FOCUS})();
}};
window.faultsOfFocus = [];
addEventListener("keydown", (event) => {{
  if (event.key.startsWith("Arrow")) window.tabbed = false; // within a group, in any direction
  if (event.key === "Enter" && event.target.matches("button")) window.focusedBefore = undefined; // a button may lead to any place
  if (event.key !== "Tab") return;
  if (window.tabbed) faultsOfFocus.push(...lookAtFocus());
  if (window.left && window.left === document.activeElement) faultsOfFocus.push(`${{left.localName}} ${{left.id || left.textContent.trim().slice(0, 40)}} is a trap`);
  window.left = event.shiftKey ? document.activeElement : undefined;
  if (event.shiftKey) window.focusedBefore = undefined;
  window.tabbed = !event.shiftKey;
}}, true);
"""
#: Whether an element has the focus, what Tab has found on the way, and how many presses lead to it at least.
AHEAD = """(sought) => {
  if (window.tabbed) faultsOfFocus.push(...lookAtFocus());
  const group = (radio) => [...document.getElementsByName(radio.name)].filter((each) => each.form === radio.form);
  const stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((each) => each.tabIndex >= 0 && !each.matches(":disabled") && each.checkVisibility())
    .filter((each) => each.type !== "radio" || each === (group(each).find((one) => one.checked) ?? group(each)[0]));
  const from = stops.indexOf(document.activeElement), to = stops.indexOf(sought);
  const presses = from < 0 ? 1 : (to > from ? to : stops.length - 1) - from;
  return { there: sought === document.activeElement, faults: faultsOfFocus.splice(0), presses: Math.max(presses, 1) };
}"""

#: Line height, letters and words as far apart as WCAG 1.4.12 has them.
SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"


async def order(page: Page) -> list[str]:
    """Faults in the order of the page."""
    found: list[str] = await page.evaluate(ORDER)
    return found


async def targets(page: Page) -> list[str]:
    """Targets too small for a finger."""
    found: list[str] = await page.evaluate(TARGETS)
    return found


async def wider(page: Page, width: int) -> list[str]:
    """Parts that end beyond the window."""
    found: list[str] = await page.evaluate(WIDER, width)
    return found


async def clipped(page: Page) -> list[str]:
    """Parts whose text is cut."""
    found: list[str] = await page.evaluate(CLIPPED)
    return found


async def focus(page: Page) -> list[str]:
    """Faults of the focus where it is now."""
    found: list[str] = await page.evaluate(FOCUS)
    return found


async def violations(page: Page, *, contrast: bool = True) -> list[str]:
    """Findings of axe, and those that it leaves to a person and nothing else holds; contrast costs a third.

    The script runs as the browser's tools run theirs, so the page keeps its policy; who looks at many pages has it put
    into each as an init script, which is sent once.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    results: dict[str, Any] = await page.evaluate(
        """([tags, contrast]) => axe.run({
          runOnly: { type: 'tag', values: tags },
          rules: { 'color-contrast': { enabled: contrast } },
          resultTypes: ['violations', 'incomplete'],
        })""",
        [list(TAGS), contrast],
    )
    unsure = [each for each in results["incomplete"] if each["id"] not in LEFT_TO_US]
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in (*results["violations"], *unsure)
        for node in rule["nodes"]
    ]
