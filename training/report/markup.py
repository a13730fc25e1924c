"""The report's building blocks of HTML. Whatever comes from outside goes through `escape` first."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from training.report.comments import Comment
from training.report.tally import Share
from training.report.wording import percent, range_of


def section(name: str, title: str, *parts: str) -> str:
    """A section with a heading, which the page's menu reaches as `#name`; nothing without parts."""
    body = "\n".join(part for part in parts if part)
    return (
        f'<section id="{escape(name)}"><h2>{escape(title)}</h2>\n{body}\n</section>' if body else ""
    )


def paragraph(text: str, kind: str = "") -> str:
    """Plain text as a paragraph, of the class `kind`."""
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "") -> str:
    """A table in a box of its own that scrolls; cells are HTML, the first of a row names it."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "\n".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td>{cell}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0"><table class="{kind}"><thead><tr>{top}</tr></thead>'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )


def cell(share: Share) -> str:
    """A share with its count and interval; a dash of nothing."""
    if not share.of:
        return "–"
    return (
        f"{percent(share.share)}<small>{share.hits:,} of {share.of:,}<br>{range_of(share)}</small>"
    )


def folded(summary: str, *parts: str, is_open: bool = False) -> str:
    """What is shown at a click on `summary` (HTML)."""
    body = "\n".join(part for part in parts if part)
    opened = " open" if is_open else ""
    return f"<details{opened}><summary>{summary}</summary>\n{body}\n</details>"


def figure(svg: str, caption: str) -> str:
    """A plot with what it shows in plain text below."""
    return (
        f'<figure><div class="plot" role="img" aria-label="{escape(caption)}">{svg}</div>'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def side_by_side(*parts: str) -> str:
    """Parts beside each other where there is room."""
    return f'<div class="beside">{"".join(parts)}</div>'


def remarks(comments: Sequence[Comment]) -> str:
    """Comments as a list of subject and text; nothing without comments."""
    told = "\n".join(
        f"<dt>{escape(one.subject)}</dt><dd>{escape(one.text)}</dd>" for one in comments
    )
    return f'<dl class="remarks">\n{told}\n</dl>' if told else ""


def values(mapping: Mapping[str, Any]) -> str:
    """A mapping of anything, nested mappings included, as a list of names and values."""
    told = "\n".join(
        f"<dt>{escape(_spaced(str(name)))}</dt><dd>{_value(value)}</dd>"
        for name, value in mapping.items()
    )
    return f'<dl class="values">\n{told}\n</dl>' if told else ""


def _spaced(name: str) -> str:
    """`learning_rate` as words; a file's name as it is."""
    return name.replace("_", " ") if name.isidentifier() else name


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return values(value)
    if isinstance(value, list | tuple):
        return ", ".join(_value(one) for one in value)
    return escape(f"{value:.6g}" if isinstance(value, float) else str(value))
