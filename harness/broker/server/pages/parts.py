"""What several pages show alike: names, moments, states, lists in parts, and commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from harness.broker.semantics.deployability import Row
from harness.broker.semantics.rows import Version
from harness.broker.server import cross_contracts
from harness.broker.server.asking import Call
from harness.broker.server.bodies import Found
from harness.broker.server.links import Links
from harness.broker.server.standing import FAILED, NEVER, STALE, SUCCESS
from harness.broker.store.statements import Page
from harness.pages.markup import Child, Markup, tag
from harness.pages.plain import abbreviated, one_line

USUAL: Final = 50

STATES: Final = {
    SUCCESS: ("good", "✓", "verified"),
    FAILED: ("bad", "✕", "failed"),
    STALE: ("open", "?", "changed since its last result"),
    NEVER: ("none", "–", "never verified"),
}
"""The colour, the sign and the words of how a pact stands: the sign says it alone."""

VERDICTS: Final = {
    True: ("good", "✓", "yes"),
    False: ("bad", "✕", "no"),
    None: ("open", "?", "unknown"),
}


def name(text: str) -> Markup:
    """A name from outside, whatever the direction of its script."""
    return tag("bdi", one_line(text) or "(no name)")


def to(href: str, *text: Child) -> Markup:
    """A link."""
    return tag("a", *text, href=href)


def outward(url: str | None) -> Markup | None:
    """A link to an address that somebody published, where it is one that a browser may follow."""
    if not url:
        return None
    shown = name(url)
    if not url.lower().startswith(("https://", "http://")):
        return shown
    return tag("a", shown, href=url, rel="noreferrer noopener nofollow")


def pacticipant(links: Links, text: str) -> Markup:
    """A pacticipant, linked."""
    return to(links.pacticipant(text), name(text))


def version(links: Links, owner: str, number: str) -> Markup:
    """A version's number, linked."""
    return to(links.pacticipant(owner, "versions", number), numbered(number))


def numbered(number: str) -> Markup:
    """A version's number; a whole commit by its beginning, so that tables keep their form."""
    short = abbreviated(number)
    return name(number) if short == number else tag("bdi", short, title=number)


def moment(at: str) -> Markup:
    """A moment, to the minute."""
    return tag("time", at[:16].replace("T", " "), datetime=f"{at[:19]}Z", title=f"{at[:19]}Z")


def state(status: str, *more: Child) -> Markup:
    """How a pact stands."""
    return signed(*STATES[status], more)


def signed(colour: str, sign: str, words: Child, more: Child = None) -> Markup:
    """A sign with its words, and what is told below them."""
    mark = tag("span", sign, class_=f"sign {colour}", aria_hidden="true")
    said = tag("span", words, class_=colour)
    return tag("span", mark, " ", tag("span", said, [" ", more] if more else None), class_="state")


def said(call: Call, word: Row) -> Markup | None:
    """Who verified a content and when, or whose document decides, linked to the result."""
    one, found, fit = word.publication, word.verification, word.fit
    if fit and word.rests_on_fit:
        href = cross_contracts.address(call.links, one, fit)
        by = version(call.links, one.provider, fit.version)
        return tag("small", "by the document of ", by, ", ", to(href, moment(fit.created_at)))
    if found is None:
        return None
    href = call.links.content(one, "verification-results", str(found.id))
    by = version(call.links, one.provider, found.version)
    return tag("small", "by ", by, ", ", to(href, moment(found.created_at)))


def chips(call: Call, one: Version, found: Found) -> Markup:
    """The branches, tags and environments of a version."""
    links, own = call.links, one.pacticipant
    parts: list[Markup] = []
    for on in found.on(one):
        href = links.pacticipant(own, "branches", on.branch, "versions")
        newest = " (newest)" if on.is_head else ""
        parts.append(_chip("branch", href, on.branch, newest))
    for put in found.tags_of(one):
        parts.append(_chip("tag", links.pacticipant(own, "tags", put.name, "versions"), put.name))
    for place in found.environments_of(one.id):
        parts.append(_chip("in", links.to("environments", place.uuid), place.name))
    return tag("span", parts, class_="chips")


def _chip(kind: str, href: str, text: str, more: str = "") -> Markup:
    label = tag("span", kind, class_="kind")
    return tag("a", label, " ", name(text), more, href=href, class_=f"chip {kind}")


def table(heads: Sequence[str], rows: Iterable[Sequence[Child]], *, empty: str = "") -> Markup:
    """
    A table whose first column names its rows.

    Shape: on a narrow screen each row becomes a block, whose cells say what they are.
    """
    body = [_row(heads, cells) for cells in rows]
    if not body:
        return tag("p", empty or "There are none.", class_="quiet")
    head = tag("tr", [tag("th", text, scope="col") for text in heads])
    return tag("table", tag("thead", head), tag("tbody", body))


def _row(heads: Sequence[str], cells: Sequence[Child]) -> Markup:
    first = tag("th", cells[0], scope="row")
    rest = [
        tag("td", tag("div", cell), data_label=label)
        for label, cell in zip(heads[1:], cells[1:], strict=True)
    ]
    return tag("tr", first, rest)


def terms(*pairs: tuple[str, Child]) -> Markup:
    """Words with what they stand for; those that stand for nothing are left out."""
    shown = [tag("div", tag("dt", word), tag("dd", what)) for word, what in pairs if what]
    return tag("dl", shown, class_="terms")


def part_of(call: Call) -> Page:
    """The part of a list that a page shows."""
    return call.page() or Page(1, USUAL)


def pager(call: Call, page: Page, total: int) -> Markup | None:
    """The way to the other parts of a list; the query's other values are kept."""
    last = max(1, -(-total // page.size))
    if last == 1 and page.number == 1:
        return None
    kept = [
        each
        for each in call.asked.query.split("&")
        if each and not each.startswith(("pageNumber=", "pageSize="))
    ]

    def at(number: int, text: str) -> Markup | None:
        if not 1 <= number <= last or number == page.number:
            return None
        query = "&".join([*kept, f"pageSize={page.size}", f"pageNumber={number}"])
        return tag("a", text, href=f"{call.url}?{query}")

    return tag(
        "nav",
        at(1, "first") if page.number > 2 else None,
        at(page.number - 1, "previous"),
        tag("span", f"page {page.number:,} of {last:,} ({total:,} in all)", class_="quiet"),
        at(page.number + 1, "next"),
        at(last, "last") if page.number < last - 1 else None,
        aria_label="Parts of the list",
        class_="pager",
    )


def search(call: Call, label: str) -> Markup:
    """A form that asks for what holds a text."""
    field = tag("input", type="search", name="q", value=call.query("q"), aria_label=label)
    return tag(
        "form",
        tag("label", label, field),
        tag("button", "Search", type="submit"),
        method="get",
        action=call.url,
        role="search",
        class_="fields",
    )


def field(label: str, key: str, value: str, **more: str) -> Markup:
    """A field of a form with its label."""
    return tag("label", label, tag("input", name=key, value=value, autocomplete="off", **more))


def choice(label: str, key: str, chosen: str, options: Iterable[tuple[str, str]]) -> Markup:
    """A field that offers values, each with the words for it."""
    shown = [
        tag("option", one_line(words), value=value, selected=value == chosen)
        for value, words in options
    ]
    return tag("label", label, tag("select", shown, name=key))


def datalist(key: str, values: Iterable[str]) -> Markup:
    """Values that fields with `list` propose."""
    return tag("datalist", [tag("option", value=value) for value in values], id=key)


def script(text: str) -> Markup:
    """Lines to paste into a shell."""
    return tag("pre", tag("code", text), tabindex=0, class_="command")
