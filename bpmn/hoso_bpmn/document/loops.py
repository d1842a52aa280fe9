"""Loops of a diagram: the backward flows, and the graph without them.

Each loop is then taken once. A flow leads back when its target comes before its source on every way from the start
(the target *dominates* the source), or when it jumps out of what a dominator of its source holds together and gets
there again, as "sign → redo one branch" does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

Graph = dict[str, list[str]]

_ROOT = ""


def forward(after: Mapping[str, Iterable[str]], roots: Iterable[str]) -> Graph:
    """Nodes reachable from the roots, in topological order without backward flows."""
    graph = {_ROOT: list(roots), **{node: list(targets) for node, targets in after.items()}}
    order, back = _order(graph)
    if back:
        above = _dominators(graph, order)
        graph = {n: [t for t in graph[n] if t not in _line(above, n)] for n in order}
        order, back = _order(graph)
    if back:
        _cut(graph, order, above)
        order, back = _order(graph)
    kept = {node: [target for target in graph[node] if (node, target) not in back] for node in order}
    del kept[_ROOT]
    return kept


def _order(graph: Graph) -> tuple[list[str], set[tuple[str, str]]]:
    """Reverse postorder from the root, and the edges that close a circle in it."""
    finished: list[str] = []
    back: set[tuple[str, str]] = set()
    on_path = {_ROOT: True}
    stack: list[tuple[str, Iterator[str]]] = [(_ROOT, iter(graph[_ROOT]))]
    while stack:
        node, targets = stack[-1]
        target = next(targets, None)
        if target is None:
            stack.pop()
            on_path[node] = False
            finished.append(node)
        elif target not in on_path:
            on_path[target] = True
            stack.append((target, iter(graph[target])))
        elif on_path[target]:
            back.add((node, target))
    return finished[::-1], back


def _dominators(graph: Graph, order: list[str]) -> dict[str, str]:
    """Nearest dominator of each node. Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm, 2001."""
    rank = {node: place for place, node in enumerate(order)}
    sources: Graph = {node: [] for node in order}
    for node in order:
        for target in graph[node]:
            sources[target].append(node)
    above = {_ROOT: _ROOT}
    changed = True
    while changed:
        changed = False
        for node in order[1:]:
            nearest = _meeting([source for source in sources[node] if source in above], above, rank)
            if above.get(node) != nearest:
                above[node] = nearest
                changed = True
    return above


def _meeting(nodes: list[str], above: Mapping[str, str], rank: Mapping[str, int]) -> str:
    met = nodes[0]
    for other in nodes[1:]:
        while met != other:
            if rank[met] > rank[other]:
                met = above[met]
            else:
                other = above[other]
    return met


def _line(above: Mapping[str, str], node: str) -> set[str]:
    """The node and everything that dominates it."""
    line = {node}
    while above[node] != node:
        node = above[node]
        line.add(node)
    return line


def _cut(graph: Graph, order: list[str], above: Mapping[str, str]) -> None:
    """Drop the edges back into the middle of a loop, the deepest first. One that is the only way there stays."""
    for node in reversed(order):
        holders = _line(above, node) - {node}
        for target in dict.fromkeys(graph[node]):
            others = [other for other in graph[node] if other != target]
            leads_back = (holders - _line(above, target)) & _reached(graph, target)
            if leads_back and target in _reached({**graph, node: others}, _ROOT):
                graph[node] = others


def _reached(graph: Graph, start: str) -> set[str]:
    found = {start}
    waiting = [start]
    while waiting:
        for target in graph[waiting.pop()]:
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found
