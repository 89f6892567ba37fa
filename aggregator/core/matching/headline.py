"""A title without what a wire or a site puts around it, for comparison only: `UPDATE 3-`, ` - Some News`.

The number that a slug gives and the ending that may be the site's name are kept as facts.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from aggregator.core.matching.agency import canonical
from aggregator.core.matching.plain import plain
from aggregator.core.matching.text import fold, hashed


class Headline(NamedTuple):
    """A cleaned title: `text`, `version` (0 where no slug said one), `suffix` that may be the site's name."""

    text: str
    version: int
    suffix: str


# "UPDATE 3-", "REFILE-CORRECTED-", "The Latest:", "【速報】", "(LEAD)": what a wire or a desk puts before.
_SLUG = re.compile(
    r"""^\s*(?:
      [\[(【［（]\s*(?:\d(?:st|nd|rd|th)\s+)?[^\])】］）]{1,24}[\])】］）]\s*[:|-]?\s*
    |
    (?P<word>UPDATE|WRAPUP|CORRECTED|CORRECTION|REFILE|RPT|RECAST|FACTBOX|EXCLUSIVE|BREAKING(?:\s+NEWS)?|WATCH|VIDEO|PHOTOS?|ALERT
        |NEWSALERT|NEWS\s+ALERT|URGENT|ADVISORY|BRIEF|INSIGHT|ANALYSIS|FEATURE|INTERVIEW|POLL|SPECIAL\s+REPORT
        |JUST\s+IN|DEVELOPING|LIVE|LEAD|REPORT|OPINION|COMMENTARY|EXPLAINER|FACT\s+CHECK|THE\s+LATEST|AP\s+\w+|TOP\s+STOR
        |JUST\s+IN|DEVELOPING|LIVE|LEAD|REPORT|OPINION|COMMENTARY|EXPLAINER|FACT\s+CHECK|THE\s+LATEST|AP\s+\w+|TOP\s+STORY
        |UPDATED?|EILMELDUNG|EIL|BREAKING|KORREKTUR|URGENTE|ÚLTIMA\s+HORA|ULTIMA\s+HORA|EXCLUSIVA|EXCLUSIVO|DIRECT
        |UPDATED?|EILMELDUNG|EIL|BREAKING|KORREKTUR|URGENTE|ÚLTIMA\s+HORA|ULTIMA\s+HORA|EXCLUSIVA|EXCLUSIVO|DIRECTO
        |ALERTE(?:\s+INFO)?|EXCLUSIF|VIDÉO|EN\s+DIRECT|DIRECT|FLASH|ULTIM'ORA|ESCLUSIVA|AO\s+VIVO|СРОЧНО|МОЛНИЯ|ВИДЕ
        |ALERTE(?:\s+INFO)?|EXCLUSIF|VIDÉO|EN\s+DIRECT|DIRECT|FLASH|ULTIM'ORA|ESCLUSIVA|AO\s+VIVO|СРОЧНО|МОЛНИЯ|ВИДЕО
        |عاجل|속보|단독|종합|快讯|速报|速報|独家)
      (?:[ -]+(?P<number>\d{1,2}))?\s*(?:[-:–—|!+]+|：)\s*
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_SLUG_START = frozenset("uwcrfebnaijvpsldtkoéúсмв[(【［（عа속단종快速独VÉÚСМВ") | frozenset(
    "UWCRFEBNAIJVPSLDTKO"
)
_SLUG_MARK = re.compile("[-:–—|!+：\\])】］）]")  # every slug ends with one
_VERSIONED = frozenset(
    {"update", "updated", "corrected", "correction", "wrapup", "refile", "recast", "korrektur", "rpt"}
)
_PARTING = re.compile(r"\s+[|»•·]\s*|\s+[-–—]+\s+|\s*[|｜]\s*|\s+::\s+|\s+\|\|\s+")
_ASCII_MARKS = (" - ", "|", " -- ", "::")
_MARKS = (*_ASCII_MARKS, "—", "–", "»", "·", "•", "｜")
# What a site's name looks like where nobody told us the name.
_SITE = re.compile(
    r"(?:\.(?:com|org|net|co\.\w\w|de|fr|es|it|ru|jp|br|in|tv|au|uk)\b)"
    r"|\b(?:news|times|post|herald|tribune|journal|gazette|chronicle|guardian|telegraph|observer|today"
    r"|daily|weekly"
    r"|magazine|radio|tv|online|press|broadcasting|channel|\d{1,2}|usgs|zeitung|nachrichten|anzeiger"
    r"|rundschau|spiegel"
    r"|tagesschau|noticias|diario|periódico|mundo|país|jornal|folha|notícias|actualités|monde|figaro|info"
    r"|corriere"
    r"|repubblica|sera|giornale|новости|газета|известия|риа|тасс)\b"
    r"|新聞|新闻|通信|通訊|通讯|テレビ|ニュース|日报|日報|网$|網$|뉴스|일보|신문|방송",
    re.IGNORECASE,
)


def headline(title: str, names: Collection[str], learnt: Collection[int] = ()) -> Headline:
    """The title without slugs and site names.

    `names` are the folded names of its own source, `learnt` the hashes of endings that its titles repeat.
    """
    text, version = plain(title, 600).lstrip("+*⚡\ufe0f🔴❗‼🚨▶►■●◆ "), 0
    if text.endswith(")"):
        text = _ENDING.sub("", text)
    for _ in range(3):
        if not text or text[0] not in _SLUG_START or not _SLUG_MARK.search(text):
            break
        found = _SLUG.match(text)
        if found is None or len(text) - found.end() < 4:
            break
        word = found["word"]
        if word and word.lower() in _VERSIONED:
            version = max(version, int(found["number"] or 1))
        text = text[found.end() :]
    text, suffix = _without_site(text, names, learnt)
    lower = text.lower()
    if any(word in lower for word in _PAGE_WORDS) and _PAGE.search(lower):
        text = ""
    return Headline(text.rstrip(" .…"), version, suffix)


_ENDING = re.compile(r"\s*\((?:종합\d*보?|\d보|상보|영상|사진|LEAD|UPDATE \d+|updated?)\)$")
# A slug that says: what stood here was wrong. With its mark, since "Correction officers" are none.
_CORRECTION = re.compile(
    r"^\W*(?:(?:update|refile|rpt|wrapup|advisory)[ -]*\d*\s*[-:]\s*)*"
    r"(?:corrected|correction|korrektur|berichtigung|richtigstellung|corrección|rectificación|rectificatif"
    r"|correctif|correção|retificação|errata(?: corrige)?|rettifica|correctie|rättelse|исправлено|поправка"
    r"|تصحيح|تصويب|更正|訂正|정정)(?: \d+)?\s*[-:：–—)\]】］]",
    re.IGNORECASE,
)


def corrects(title: str, text: str = "") -> bool:
    """Does an entry say of itself that it corrects what was sent before?"""
    return bool(_CORRECTION.match(title) or text.startswith(("(Corrects ", "(Korrigiert", "(Corrige ")))


# A notice that takes a story back: as a slug with its mark, in capitals where it is a common word, or as the
# whole title. "KILL" over a title in capitals may be a headline of its own.
_WITHDRAWAL = re.compile(
    r"^\W*(?:(?:URGENT|ADVISORY|ATTENTION)\s*[-:]\s*)?(?:"
    r"KILL(?=\s*(?:[-:–—\])|]|$)(?:$|.*[a-z]))"
    r"|(?:MANDATORY|BULLETIN) KILL|KILL (?:NOTICE|MANDATORY)|WITHDRAWN|RETRACTED|RETRACTION|ZURÜCKGEZOGEN"
    r"|(?i:story|article|item) (?i:(?:has been |was |is )?(?:killed|removed|withdrawn|retracted|deleted))"
    r"|(?i:eds\W+(?:the |this )?story (?:has been |was |is )?(?:killed|withdrawn))"
    r"|(?i:meldung (?:wurde |wird |ist )?zurückgezogen|noticia (?:anulada|retirada)"
    r"|dépêche (?:annulée|retirée)|article retiré"
    r"|notizia (?:annullata|ritirata)|matéria (?:excluída|retirada)"
    r"|сообщение (?:аннулировано|отозвано))"
    r"|撤稿(?:通知)?|記事(?:を)?取り消し|기사\s?삭제|전문\s?취소|سحب خبر|إلغاء خبر"
    r")\s*(?:[-:：–—|)\]】］>]|[.!]?\s*$)",
)
_WITHDRAWAL_TEXT = re.compile(
    r"^\W*(?:(?:eds|editors)\W+)?(?:the|this) story (?:has been|was|is) (?:killed|withdrawn)\b", re.IGNORECASE
)


def withdraws(title: str, text: str = "") -> bool:
    """Does an entry say of itself that its story is taken back? A headline about a killing does not."""
    return bool(_WITHDRAWAL.match(title) or _WITHDRAWAL_TEXT.match(text))


# What stands in a title only where a page's furniture was taken for one.
_PAGE = re.compile(
    r"share this article|(?:to|in) your inbox|image (?:copyright|caption)|(?:toggle|media) caption"
    r"|media playback|enlarge this image|all rights reserved|sign up here|prev image|^story highlights"
    r"|click here to"
)
_PAGE_WORDS = ("share", "inbox", "image", "caption", "playback", "rights", "sign up", "highlights", "click")


def _without_site(text: str, names: Collection[str], learnt: Collection[int]) -> tuple[str, str]:
    """The title without its last segments where these name the site; and the last one that might."""
    suffix = ""
    for _ in range(2):
        if not (
            " - " in text
            or "|" in text
            or "—" in text
            or "–" in text
            or "»" in text
            or "·" in text
            or "::" in text
            or "｜" in text
        ):
            break
        last = None
        for parting in _PARTING.finditer(text):
            last = parting
        if last is None or last.start() < 3:
            break
        ending = text[last.end() :].strip(" .")
        folded = fold(ending)
        suffix = suffix or folded
        if not (
            folded in names
            or (learnt and hashed(folded) in learnt)
            or _names_a_site(ending, text[: last.start()], last.group())
        ):
            break
        text = text[: last.start()]
    return text, suffix


def _names_a_site(ending: str, before: str, parting: str) -> bool:
    """Does a short last segment look like a site's name, and what stands before it like a title?"""
    if (
        len(ending) > 40
        or ending.count(" ") > 4
        or len(before) < max(12, len(ending)) * (0.5 if not before.isascii() else 1)
    ):
        return False
    if "|" in parting or "»" in parting or "｜" in parting:
        return ending.count(" ") <= 3
    return bool(canonical(ending)) or bool(_SITE.search(ending))
