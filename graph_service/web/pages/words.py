"""What templates say things with: sentences by code, texts in the reader's language, dates in Japan, links."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import segno
from markupsafe import Markup, escape

from graph_service.domain.dates import local
from graph_service.domain.language import LanguageMap
from graph_service.domain.time import Instant, instant
from graph_service.errors import InvalidInput
from graph_service.locale import phrase

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ERAS = {"令和": 2019, "平成": 1989, "昭和": 1926}
"""The fiscal year in which an era begins: 令和元年度 is all of it."""

Texts = Sequence[Mapping[str, str]]
"""A text in several languages, as the API has it."""


@dataclass(frozen=True)
class Words:
    """Words in one language, on a page at `path`."""

    language: str
    base_url: str
    path: str

    @property
    def globals(self) -> dict[str, Any]:
        """What every template may use."""
        said = {name: getattr(self, name) for name, each in vars(Words).items() if callable(each) and name[0] != "_"}
        return {"language": self.language, **said}

    def say(self, code: str, **values: object) -> Markup:
        """Return a sentence; values that are markup stay markup, all others are escaped."""
        return Markup(escape(phrase(code, self.language))).format(**values)  # noqa: S704 (escaped)

    def counted(self, code: str, count: int, **values: object) -> Markup:
        """Return a sentence about so many; of one it may be another sentence."""
        return self.say(f"{code}_ONE" if count == 1 else code, count=count, **values)

    def told(self, message: str) -> Markup:
        """Return a sentence of the API with its instants written as days; what only looks like one stays."""
        first, *others = map(escape, _INSTANT.split(message))
        days = map(self._day_if_any, _INSTANT.findall(message))
        return first + Markup().join(day + rest for day, rest in zip(days, others, strict=True))

    def text(self, texts: Texts | None, otherwise: str = "") -> Markup:
        """Return a text in the reader's language, marked where it is in another, apart from what stands around it."""
        tag, words = self._chosen(texts, otherwise)
        marked = "" if tag.split("-")[0].lower() == self.language else Markup(' lang="{}"').format(tag)
        return Markup("<bdi{}>{}</bdi>").format(marked, words)

    def plain(self, texts: Texts | None, otherwise: str = "") -> str:
        """Return a text in the reader's language where there can be no marks."""
        return self._chosen(texts, otherwise)[1]

    def _chosen(self, texts: Texts | None, otherwise: str) -> tuple[str, str]:
        if not texts:
            return self.language, otherwise
        return LanguageMap({each["language"]: each["text"] for each in texts}).choose(self.language)

    def day(self, at: str) -> Markup:
        """Return the day in Japan of an instant."""
        return Markup('<time datetime="{}">{}</time>').format(at, self._day(local(Instant(at)).date()))

    def last_day(self, until: str) -> Markup:
        """Return the last day of what ends at an instant."""
        last = local(Instant(until)) - timedelta(seconds=1)
        return Markup('<time datetime="{}">{}</time>').format(until, self._day(last.date()))

    def moment(self, at: str) -> Markup:
        """Return the day and the time in Japan."""
        there = local(Instant(at))
        return Markup('<time datetime="{}">{} {:%H:%M}</time>').format(at, self._day(there.date()), there)

    def when(self, said: str) -> Markup:
        """Return the day and the time in Japan of what a document says; what is no instant as it is."""
        try:
            return self.moment(instant(said))
        except InvalidInput:
            return escape(said)

    def year(self, at: str) -> str:
        """Return the fiscal year of an instant: April to March."""
        there = local(Instant(at))
        return self.fiscal_year(there.year - (there.month < 4))

    def fiscal_year(self, year: int) -> str:
        """Return the fiscal year that begins in April of a year."""
        return str(self.say("WEB_FISCAL_YEAR", year=year, japanese=_japanese(year)))

    def _day_if_any(self, at: str) -> Markup:
        try:
            return self.day(at)
        except ValueError:
            return escape(at)

    def _day(self, day: date) -> str:
        months = phrase("WEB_MONTHS", self.language).split()
        return phrase("WEB_DAY", self.language, year=day.year, month=months[day.month - 1], day=day.day)

    def href(self, to: str) -> str:
        """Return a link from this page: relative within the service, wherever a proxy puts it."""
        path = to.removeprefix(self.base_url) if to.startswith(f"{self.base_url}/") else to
        if not path.startswith("/"):
            return path if re.match(r"https?://", path) else "#"
        return ("../" * (self.path.count("/") - 1) + path[1:]) or "./"

    def here(self, iri: str, form: str = "") -> str:
        """Return a link to the page of an achievement, ours or imported, or to another `form` of it."""
        return self.href(path_of(self.base_url, "/achievements", iri, form))

    def kept(self, credential: str) -> str:
        """Return a link to the page of a credential that is kept here, ours or handed in."""
        return self.href(path_of(self.base_url, "/credentials", credential))

    def qr(self, address: str, title: str) -> Markup:
        """Return a QR code (ISO/IEC 18004) as a picture in the page; nothing if no code can hold the address."""
        code = _code(address, "m") or _code(address, "l")
        if code is None:
            return Markup()
        out = io.BytesIO()
        code.save(
            out, "svg", xmldecl=False, svgns=False, title=title, svgclass="qr", lineclass=None, border=2, omitsize=True
        )
        return Markup(out.getvalue().decode())  # noqa: S704 (segno escapes the title)


def _japanese(year: int) -> str:
    """Return a fiscal year as it is written in Japan, with its era: `令和元`; older ones as they are."""
    for era, first in _ERAS.items():
        if year >= first:
            return f"{era}{'元' if year == first else year - first + 1}"
    return str(year)


def _code(address: str, error: str) -> segno.QRCode | None:
    """Return the QR code with so much error correction, if there is one that large."""
    try:
        return segno.make(address, error=error, micro=False)
    except segno.DataOverflowError:
        return None


def path_of(base_url: str, collection: str, iri: str, form: str = "") -> str:
    """Return the path at which something is served: its own, or for what has its IRI elsewhere `<collection>?id=…`."""
    if iri.startswith(f"{base_url}{collection}/"):
        return iri.removeprefix(base_url) + form
    return f"{collection}{form}?id={quote(iri, safe='')}"
