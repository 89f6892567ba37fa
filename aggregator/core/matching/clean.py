"""What a publisher puts around a wire text, taken off: for comparison only, never for display.

A title loses slugs (`UPDATE 3-`) and the site's name, a text its tags, promotions, byline and dateline. What
was taken off is kept as a fact where it is one: version number, agency. Every step is guarded by a cheap look
whether it can apply at all, since most text needs none of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from typing import NamedTuple

from aggregator.core.matching.agency import bracketed, canonical, copyrighted
from aggregator.core.matching.dateline import dateline, signed
from aggregator.core.matching.text import fold, hashed
from aggregator.core.matching.vocabulary import words

_TAG = re.compile(r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)\s*>|</?[a-zA-Z][^<>]*>", re.DOTALL)
_SPACE = re.compile(r"\s+")
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[^a-z\s])|(?<=[。！？।])")
_END = re.compile(r"[.!?…][\"'”’)\]]*\s+(?=[^a-z\s])")  # the first half of it, with the sign itself
_FULL_STOP = re.compile("[。！？।]")


class Headline(NamedTuple):
    """A cleaned title: `text`, `version` (0 where no slug said one), `suffix` that may be the site's name."""

    text: str
    version: int
    suffix: str


class Body(NamedTuple):
    """A cleaned text in sentences, with the agency it named and whether it began with a byline."""

    sentences: list[str]
    agency: str
    byline: bool


def plain(text: str, bound: int = 6000) -> str:
    """One line of text without tags and entities; at most `bound` characters are looked at.

    Entities are undone twice, since feeds escape twice; a `<` that opens no tag stays.
    """
    text = text[:bound]
    if "&" in text:
        text = unescape(text)
        if "&" in text and ";" in text:
            text = unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.split())


# --- titles -------------------------------------------------------------------------------------------

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
        *_, last = _PARTING.finditer(text) if _PARTING.search(text) else [None]
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


# --- texts --------------------------------------------------------------------------------------------

# A credit or a note of the desk between brackets, wherever it stands.
_ASIDE = re.compile(
    r"[(\[]\s*(?:(?:\w+ )?(?:photos?|images?|pictures?|fotos?|bild|picture|video|vidéo|фото)\b"
    r"|(?:additional )?(?:reporting|writing|editing)(?: and \w+)? by\b|edited by\b|compiled by\b"
    r"|reportage de\b|reporte de\b|redaktion:|getty images)[^()\[\]]{0,200}[)\]]\s*",
    re.IGNORECASE,
)
_ASIDES = words(
    "photo photos image images picture pictures foto fotos bild video vidéo фото reporting writing editing"
    " edited compiled reportage reporte redaktion getty"
)
# What a corrected or renewed text says of itself before it begins.
_RENEWED = re.compile(
    r"^\((?:Corrects|Adds|Updates|Recasts|Refiles|Repeats|Removes|Changes|Clarifies|Fixes|Deletes|Rewrites)\b"
    r"[^()]{0,200}\)\s*[-–—]*\s*"
)
_ADDRESS = re.compile(r"\s*\S+@\S+\.\w+\s*$")
_CUT_AFTER = 120  # characters of a text before the sign that it was cut, for it to be believed
_MARK = 5  # characters of such a sign, at most
_BEHIND_CUT = 160  # characters of what a site says behind it, sign and all
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.{3}|&hellip;|\+\d+ chars)\s*\]|…|\.{3,})\s*")


def _any_of(pattern: str) -> re.Pattern[str]:
    """A pattern of many alternatives, those of one first letter together: it fails three times as fast."""
    first: dict[str, list[str]] = {}
    depth, start = 0, 0
    for at, sign in enumerate(f"{pattern}|"):
        if at and pattern[at - 1] == "\\":
            continue
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            one = pattern[start:at]
            plain = one[0].isalpha() and one[1:2] not in "?*+{"
            first.setdefault(one[0] if plain else one, []).append(one[1:] if plain else "")
            start = at + 1
    return re.compile("|".join(f"{begun}(?:{'|'.join(rests)})" for begun, rests in first.items()))


# What says that a sentence is the site's, not the wire's. Looked for in short sentences only.
_PROMOTION = _any_of(
    r"appeared first on|^(?:additional )?(?:reporting|writing|editing|compiled)(?: and \w+)? by\b"
    r"|originally (?:published|appeared) (?:on|in)"
    r"|(?:^|[.!?:] )(?:sign up|subscribe|watch (?:live|the|now|:)|advertisement|loading\b|©"
    r"|become an? |support (?:our|us\b|quality)|sponsored|follow (?:us|the|@|him|her|on)|most read"
    r"|related:|click |tap )"
    r"|sign up (?:here|now|today|(?:for|to) (?:our|the\b.{0,40}newsletter|receive|get))"
    r"|subscribe (?:now|today|here|to (?:our|the|read))|to subscribe\b|subscribers? only"
    r"|(?:our|free|daily|weekly|e-?mail|morning|evening|this|the) newsletter|newsletters?\W*$"
    r"|(?:click|tap) (?:here|the (?:link|image|photo|video)|on the|to (?:read|see|view|watch|enlarge"
    r"|listen|share))"
    r"|read more|continue reading|read the full|full story|get breaking news|breaking news emails"
    r"|delivered (?:(?:straight |right |directly )?to your|weekday|every (?:day|morning|week)|daily)"
    r"|in your inbox"
    r"|all rights reserved|may not be published|copyright (?:\d{4}|©|\(c\))|file photo|\bfile - |follow us"
    r"|follow (?:@|(?:him|her|them|me) (?:on|at))|download (?:our|the) app"
    r"|story continues|(?:article|story) is more than \d+ (?:month|year)s? old|enlarge this image"
    r"|toggle caption|hide caption|photo:|\(photo by|image(?: credit|:)"
    r"|getty images|view comments|leave a comment|related (?:stories|articles|content):|see also:"
    r"|more on this"
    r"|advertisement\W*$|sponsored (?:content|post|links?|by our)"
    r"|(?:uses?|accept|our) cookies|cookie (?:policy|settings|preferences|notice)|agree to (?:our|the) terms"
    r"|our (?:terms of|privacy)|(?:terms of (?:use|service)|privacy policy)(?: and |\W*$)"
    r"|share (?:this|on (?:facebook|twitter|x\b|whatsapp|linkedin|social))|e-?mail (?:this|address)"
    r"|^page \d+ of \d+|our (?:daily|weekly|free) (?:e-?mail|briefing|podcast|update|digest|app)"
    r"|support (?:our|quality) (?:journalism|reporting|work|newsroom)|(?:enable|requires?) javascript"
    r"|abonnez-vous|s.abonner|réservé aux abonnés|abonnieren sie|jetzt abonnieren|(?:im|mit|als) abonn?e"
    r"|lire (?:la suite|aussi)|en savoir plus|tous droits réservés|suscríb(?:e|a)|leer más|sigue leyendo"
    r"|siga leyendo|haga clic|todos los derechos"
    r"|weiterlesen|lesen sie (?:auch|hier|mehr|weiter)|mehr (?:lesen|dazu)|alle rechte vorbehalten"
    r"|hier klicken"
    r"|leggi (?:anche|tutto)|riproduzione riservata|continua a leggere|iscriviti"
    r"|leia (?:mais|também)|inscreva-se|\bassine (?:já|agora|a |o |nossa)|todos os direitos|clique aqui"
    r"|читать (?:далее|полностью)|подпи(?:шитесь|сывайтесь|ска на)|читайте также|все права (?:защищены"
    r"|принадлежат)"
    r"|اقرأ (?:أيضا|أيضًا|المزيد)|جميع الحقوق محفوظة|और पढ़ें|ये भी पढ़ें|यह भी पढ़ें|続きを読む"
    r"|会員登録|無断転載|無断(?:複製|転用)|(?:禁止|未经.{0,6}|请勿)转载|转载请|版权所有|点击(?:查看|阅读|进入|这里|下方)"
    r"|무단\s*전재|저작권자|재배포\s*금지"
)
# One of these words or signs stands in all that the pattern above finds: a cheap look first.
_TRIGGERS = words(
    "watch sponsored cookies support old reporting writing editing compiled originally leia"
    "  ये यह "
    "appeared sign subscribe subscribed subscriber newsletter newsletters click tap read full emails"
    " delivered rights published copyright © photo file follow download story enlarge toggle caption"
    " image getty watch comments comment related see more advertisement sponsored cookie cookies terms"
    " privacy share e-mail email page our become loading javascript abonnez abonné abonnés abonnement"
    " abonnieren abonnenten lire savoir droits suscríbete suscríbase suscripción leer sigue siga haga"
    " derechos weiterlesen lesen mehr rechte hier leggi riproduzione continua continue iscriviti leia"
    " inscreva inscreva-se assine direitos clique читать подпишитесь подписывайтесь подписка читайте"
    " права اقرأ جميع और get breaking"
)
_SIGNS = ("続き", "会員", "無断", "转载", "版权", "点击", "무단", "저작", "재배포")
# One of these runs of signs stands in every sentence that the pattern finds: hardly any other has one.
_LATIN_HINTS = (
    "appeared first on", "reporting", "writing", "editing", "compiled", "originally ", "sign up", "subscribe",
    "watch ", "advertisement", "loading", "become a", "support ", "sponsored", "follow ", "most read",
    "related", "click ", "tap ", "newsletter", "read more", "continue reading", "read the full", "full story",
    "breaking news", "delivered ", "in your inbox", "all rights reserved", "may not be published",
    "copyright ", "file photo", "file - ", "download ", "story continues", " is more than ", "enlarge this",
    "caption",
    "photo:", "(photo by", "image credit", "image:", "getty images", "view comments", "leave a comment",
    "see also:", "more on this", "cookie", "agree to ", "our terms of", "terms of ", "privacy policy",
    "our privacy", "share this", "share on ", "email ", "e-mail ", "page ", "our daily", "our weekly",
    "our free", "javascript", "abonn", "lire ", "en savoir plus", "leer m", "sigue leyendo", "siga leyendo",
    "haga clic", "todos los derechos", "weiterlesen", "lesen sie ", "mehr ", "alle rechte", "hier klicken",
    "leggi ", "riproduzione", "continua a", "iscriviti", "leia ", "inscreva-se", "assine ",
    "todos os direitos", "clique aqui",
)  # fmt: skip
_OTHER_HINTS = (
    "©", "réservé", "suscríb", "читать ", "подпи", "читайте", "все права", "اقرأ", "جميع", "और पढ़ें", "ये भी",
    "यह भी", *_SIGNS,
)  # fmt: skip
_TAIL_WORDS = words(
    "post more continue related also comment comments follow copyright © (c) c share advertisement"
    " full source page"
)
_TAIL_HINTS = tuple(_TAIL_WORDS - {"c"})
# One of these stands in all that the pattern below finds, where it does not follow the end of a sentence.
_TAIL_RUNS = (
    "the post ", "read more", "see more", "view more", "continue reading", "advertisement", "page ", "more:",
    "source:", "related", "also:", "also read:", "©", "(c)", "copyright ",
)  # fmt: skip
_TAIL_NEXT = re.compile(
    r"[.!?…\"”'’)\]]\s*(?:more |view |leave |comment|follow |copyright |share this|read |full )"
)
_TAIL_BEGUN = ("more ", "view ", "leave ", "comment", "follow ", "copyright ", "share this", "read ", "full ")
# What may follow a text: after the end of a sentence, or where it can be nothing else.
_TAIL = re.compile(
    r"\s*(?:(?:the post .{3,200} (?:appeared first|first appeared) on .{2,60})"
    r"|(?:read|see|view) more(?: (?:at|on|from) .{2,40})?|continue reading|advertisement|page \d+ of \d+"
    r"|(?:more|source|related(?: (?:stories|articles|content))?|see also|read also|also read):.{3,100}"
    r"|(?:©|\(c\)|copyright (?:©|\(c\)|\d{4})).{4,220}"
    r"|(?:(?<=[.!?…\"”'’)\]])|^)\s*(?:more .{3,60}|(?:view |leave (?:a )?)?comments?|follow .{2,60}"
    r"|copyright .{4,220}|share this.{0,60}|read (?:the )?(?:full|original|whole) (?:story|article).{0,40}"
    r"|full (?:story|article).{0,30}))\W*$"
)
_NOTICES = frozenset({"copyright", "©", "c"})
_NOISY = frozenset({"advertisement", "story", "caption", "tweet", "share", "playback", "prev"})
_NOISE_RUNS = (
    "Share", "Story ", "ADVERTISEMENT", "Advertisement", "Caption", "caption", "Media playback", "mage ",
    "SHARE",
)  # fmt: skip
# Buttons and captions of a page that ran into the text, in the case that pages write them in.
_NOISE = re.compile(
    r"\bADVERTISEMENT\b|\bAdvertisement\b|\bStory continues below\b|\bStory highlights\b|\bCaption\s*$"
    r"|(?:\bEnlarge this image )?\b(?:hide|toggle) caption\b"
    r"|\bMedia playback is (?:not supported|unsupported) on (?:your|this) device(?: Media caption)?"
    r"|\b[Ii]mage (?:copyright|source) [\w .,/'’-]{2,40}? [Ii]mage caption\b"
    r"|\b[Ii]mage (?:copyright|source) Getty Images\b"
    r"|\b(?:LISTEN TO ARTICLE \d+:\d\d )?SHARE THIS ARTICLE\b(?: (?:Share|Tweet|Post|Email)\b)*"
    r"|\bShare(?: on)?"
    r"(?: (?:Facebook|Tweet|Twitter|Post|Email|E-mail|Print|Pin|WhatsApp|LinkedIn|Reddit|Copy link)\b){2,}"
    r"|\b(?:Next|Prev) [Ii]mage \d+ [Oo]f \d+\b"
)
_NAME = r"(?:[A-ZÀ-ÝČŠŽŁ][\w.'’\-]*|de|van|von|der|al|bin|la|le|di)"
_BYLINE_CAPS = re.compile(
    r"^(?:By|BY|Por|Par|Von|Di|Da|De|От|Автор:)\s+(?:(?:[A-ZÀ-Ý][A-ZÀ-Ý.'’\-]+|and|y|et|und|e"
    r"|[A-Z]\.)[\s,]+){1,8}(?=\S)"
)
_BYLINE_AGENCY = re.compile(
    r"^(?:By\s+|BY\s+)?(?:"
    + _NAME
    + r"\s+){0,6}?(?:,\s*)?(?:The |THE )?"
    + r"(?:Associated Press|ASSOCIATED PRESS|Reuters|REUTERS|AFP|Bloomberg News)"
    + r"(?:\s+(?:Writer|writer|WRITER))?\s*(?=[A-Z]|$|[-–—,|])"
)
_WRITERS = ("Associated Press", "ASSOCIATED PRESS", "Reuters", "REUTERS", "AFP", "Bloomberg News")
_BYLINE_SHORT = re.compile(
    r"^(?:By|BY|Por|Par|Von|Di|Da|De|文|記者)\s+"
    + _NAME
    + r"(?:(?:\s+|\s*,\s*|\s+(?:and|y|et|und|e)\s+)"
    + _NAME
    + r"){0,7}\W*$"
)
_BRACKETED = re.compile(
    r"^(?P<place>[^()（）\[\]<>.!?]{0,45}?(?:[.][^()（）\[\]<>.!?]{0,30})?)\s*[(（\[]\s*(?P<who>[^()（）\]]{2,40})\s*[)）\]]\s*(?:[.]\s*)?(?:[-–—_:=]+"
    r"|/{2}|\s)\s*(?:[-–—]\s*)?"
)
_CAPS = re.compile(
    r"^(?:[A-ZÀ-ÝА-ЯЁ][A-ZÀ-ÝА-ЯЁ'’.\-]{1,}(?:[ /,]+[A-ZÀ-ÝА-ЯЁ][A-ZÀ-ÝА-ЯЁ'’.\-]*){0,4})"
    r"(?:\s*,\s*[A-ZÀ-Ý][\w.]{1,12}(?:\s+[A-Z][\w.]{1,12})?)?(?:\s*,?\s*(?:\d{1,2}\.?\s+\w{3,10}"
    r"|\w{3,10}\.?\s+\d{1,2})(?:,?\s+\d{4})?)?\s*\.?\s*(?:--+|[-–—:_])[-–—]*\s+(?![a-z])"
)
_DATED = re.compile(
    r"^[A-ZÀ-ÝА-ЯЁ][\w'’ .\-/]{1,40},\s*(?:\d{1,2}\.?\s+\w{3,10}"
    r"|\w{3,10}\.?\s+\d{1,2})\.?(?:,?\s+\d{4})?\s*"
    r"(?:[-–—:./]+\s*)(?:(?P<who>[A-ZА-ЯЁ][\w ]{1,20})[.]?\s*[-–—:]?\s*)?(?:[-–—]\s+)?"
)
_DIGIT = re.compile(r"\d")
_EAST = re.compile(
    r"^(?:【(?P<a>[^】]{1,30})】|\[(?P<b>[^\]]{1,30})\]|[（(](?P<c>[^）)]{1,20})[）)]"
    r"|(?P<d>[\w]{2,12}社)?[\u4e00-\u9fff]{2,12}\d{1,2}月\d{1,2}日(?P<e>[電电])"
    r"|(?P<f>[\w·=]{2,24}=[\w]{2,12})\s*[)=]?)\s*"
)


def body(text: str) -> Body:
    """A text of one line in sentences, without promotions, byline and dateline."""
    agency = ""
    lower = text.lower()
    found = set(_parted(lower).split())
    if not found.isdisjoint(_NOTICES):
        agency = copyrighted(text)
    if not found.isdisjoint(_ASIDES):
        text = _ASIDE.sub(" ", text).strip()
    if "@" in text[-60:]:
        text = _ADDRESS.sub("", text)
    if text[:1] == "(":
        text = _RENEWED.sub("", text)
    text, closing = signed(_without_tail(text, found))
    text, dated = dateline(text)
    agency = agency or dated or closing
    sentences = _sentences(text)
    if not found.isdisjoint(_TRIGGERS) or (not lower.isascii() and any(sign in lower for sign in _SIGNS)):
        whole = len(sentences) == 1 and len(text) >= 200
        hints = [] if whole else _hints(lower)
        sentences = [one for one in sentences if one and not (hints and _promotes(one, hints))]
    else:
        sentences = [one for one in sentences if one]
    if not sentences:
        return Body([], agency, byline=False)
    first, named, byline = _opening(sentences[0])
    if not first and len(sentences) > 1:
        sentences = sentences[1:]
        first, again, _ = _opening(sentences[0])
        named = named or again
    sentences[0] = first
    return Body([one for one in sentences if one], named or agency, byline)


def _sentences(text: str) -> list[str]:
    """The text parted behind each sentence; pieces may be empty."""
    if not text.isascii() and _FULL_STOP.search(text):
        return _SENTENCE.split(text)
    found, start = [], 0
    for end in _END.finditer(text):  # begins with the sign that it looks for, which is found much faster
        found.append(text[start : end.start() + 1])
        start = end.end()
    found.append(text[start:])
    return found


def _parted(text: str) -> str:
    for mark in ".,:()":  # several plain replacements are faster than one translation
        if mark in text:
            text = text.replace(mark, " ")
    return text


def _hints(lower: str) -> list[str]:
    """What a text holds of what promotions are told by."""
    found = [hint for hint in _LATIN_HINTS if hint in lower]
    return found if lower.isascii() else found + [hint for hint in _OTHER_HINTS if hint in lower]


def _promotes(sentence: str, hints: Collection[str]) -> bool:
    """Is a sentence the site's? `hints` are those of the text: a sentence without one is none."""
    if len(sentence) >= 260:
        return False
    lower = sentence.lower()
    return any(hint in lower for hint in hints) and bool(_PROMOTION.search(lower))


def _until_cut(text: str) -> str:
    """A text that breaks off, without the line that a site puts behind it: "… Download our app"."""
    end = max(text.rfind("…"), text.rfind("..."))
    behind = len(text) - end
    return text[:end].rstrip("[ ") if end >= _CUT_AFTER and _MARK < behind <= _BEHIND_CUT else text


def _without_tail(text: str, found: set[str]) -> str:
    """The text without ellipses, inline noise and the usual endings."""
    if "…" in text or "..." in text or "[" in text:
        text = _ELLIPSIS.sub(" ", _until_cut(text)).strip()
    if not found.isdisjoint(_NOISY) and any(run in text for run in _NOISE_RUNS):
        text = _NOISE.sub(" ", text).strip()
    if found.isdisjoint(_TAIL_WORDS):
        return text
    for _ in range(3):
        end = text[-240:].lower()
        tail = _TAIL.search(end) if _may_end(end) else None
        if tail is None or len(end) != len(text[-240:]):
            break
        text = text[: max(len(text) - 240, 0) + tail.start()].rstrip()
    return text


def _may_end(end: str) -> bool:
    """A cheap look whether the end of a text, in lower case, may hold a tail."""
    begun = (
        any(run in end for run in _TAIL_RUNS)
        or end.lstrip().startswith(_TAIL_BEGUN)
        or _TAIL_NEXT.search(end)
    )
    return bool(begun) and any(hint in end for hint in _TAIL_HINTS)


def _opening(first: str) -> tuple[str, str, bool]:
    """The first sentence without byline and dateline, the agency they named, whether there was a byline."""
    byline, agency = False, ""
    if first.startswith(("By ", "BY ", "Por ", "Par ", "Von ", "Di ", "Da ", "De ", "От ", "Автор")):
        if _BYLINE_SHORT.match(first) and len(first) < 90:
            return "", canonical(first.partition(" ")[2].removeprefix("The ")), True
        found = _BYLINE_CAPS.match(first)
        if found:
            first, byline = first[found.end() :], True
    found = _BYLINE_AGENCY.match(first) if any(name in first for name in _WRITERS) else None
    if found:
        agency, first, byline = (
            canonical(found.group().split()[-1]) or "AP",
            first[found.end() :].lstrip(" -–—,|"),
            True,
        )
    for _ in range(2):  # an outlet's own dateline before the agency's
        rest, named = _without_dateline(first)
        agency = named or agency
        if len(rest) == len(first):
            break
        first = rest
    return first, agency, byline


def _without_dateline(first: str) -> tuple[str, str]:
    """A sentence without `LONDON, Nov 3 (Reuters) - ` and its kin; the agency that stood there."""
    head = first[:90]
    if "(" in head or "（" in head or "[" in head:
        found = _BRACKETED.match(head)
        if found:
            named = bracketed(found["who"])
            place = found["place"]
            if named or (place.isupper() and found.group().rstrip()[-1:] in "-–—:_"):
                return first[found.end() :], named
    if not head.isascii():
        found = _EAST.match(head)
        if found:
            named = next((name for part in found.groups() if part for name in [_eastern(part)] if name), "")
            if named or found["e"]:
                return first[found.end() :], named
    found = _CAPS.match(head) if head[:1].isupper() and not head[1:2].islower() else None
    if found:
        return first[found.end() :], ""
    if "," in head[:50] and _DIGIT.search(head) and any(mark in head for mark in "-–—./:"):
        found = _DATED.match(head)
        if found:
            who = canonical(found["who"] or "")
            cut = found.end() if who or not found["who"] else found.start("who")
            return first[cut:], who
    return first, ""


def _eastern(part: str) -> str:
    """The agency in an East Asian dateline, which parts place and name by `=` or a blank."""
    return next(
        (name for piece in re.split(r"[\s=＝・·/]", part) if (name := canonical(piece))), ""
    ) or canonical(part)
