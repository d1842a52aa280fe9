"""Text layout of a label: its width and its line breaks."""

#: Width of a letter and height of a line in pixels at the 12 px in which diagrams are lettered.
LETTER = 6.3
LINE = 15


def lines(text: str, width: float) -> list[str]:
    """Break the text at blanks into lines of at most `width` pixels. A single wider word stays whole."""
    limit = max(1, int(width / LETTER))
    broken: list[str] = []
    for word in text.split():
        if broken and len(broken[-1]) + 1 + len(word) <= limit:
            broken[-1] += " " + word
        else:
            broken.append(word)
    return broken


def size(text: str, width: float) -> tuple[float, float]:
    """Width and height of the text when it is broken at `width` pixels."""
    broken = lines(text, width)
    return max((len(line) for line in broken), default=0) * LETTER + 4, LINE * len(broken)
