"""What a site adds to a wire's text: promotions, credits of pictures, buttons, what it puts behind the end.

The patterns are dear, and most texts need none of them: each is guarded by a cheap look whether it can apply.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from aggregator.core.matching.glance import Runs
from aggregator.core.matching.vocabulary import words

# A credit or a note of the desk between brackets, wherever it stands.
_ASIDE = re.compile(
    r"[(\[]\s*(?:(?:\w+ )?(?:photos?|images?|pictures?|fotos?|bild|picture|video|vidéo|фото)\b"
    r"|(?:additional )?(?:reporting|writing|editing)(?: and \w+)? by\b|edited by\b|compiled by\b"
    r"|reportage de\b|reporte de\b|redaktion:|getty images)[^()\[\]]{0,200}[)\]]\s*",
    re.IGNORECASE,
)
_ASIDE_WORDS = words(
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
_ELLIPSIS = re.compile(r"(?:\[\s*(?:…|\.{3}|&hellip;|\+\d+ chars)\s*\]|…|\.{3,})\s*")


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


# How each of its alternatives begins: first letters apart, so that most places are passed over quickly.
_NOISE_START = re.compile(
    r"ADVERTISEMENT|Advertisement|Story |Caption|Enlarge this image |hide caption|toggle caption"
    r"|Media playback|Image |image |LISTEN TO ARTICLE |SHARE THIS ARTICLE|Share|Next |Prev "
)


# --- what a word may be part of -----------------------------------------------------------------------

NOTICE, ASIDES, NOISY, TAILED, PROMOTED, ENDING, CUT = (1 << bit for bit in range(7))
FREE = 7  # bits below _FIRST that are another's, from this one on
_FIRST = 16  # the bit of the first hint
_HINTS = (*_LATIN_HINTS, *_OTHER_HINTS)
# Hints that are promotions wherever they stand, whatever is beside them.
_SURE = frozenset(
    hint for hint in _HINTS if (found := _PROMOTION.search(f"q{hint}q")) and found.group().strip("q") in hint
)
_HINT_BITS = {hint: 1 << at for at, hint in enumerate(_HINTS, _FIRST)}
_HINT_OF = {bit: hint for hint, bit in _HINT_BITS.items()}
_RUN_BITS = {
    run: _HINT_BITS.get(run, 0) | (ENDING if run in _TAIL_RUNS or run in _TAIL_BEGUN else 0)
    for run in (*_HINTS, *_TAIL_RUNS, *_TAIL_BEGUN)
}
_RUNS = Runs(_RUN_BITS)
_LISTED = {
    word: (
        (word in _NOTICES) * NOTICE
        | (word in _ASIDE_WORDS) * ASIDES
        | (word in _NOISY) * NOISY
        | (word in _TAIL_WORDS) * TAILED
        | (word in _TRIGGERS) * PROMOTED
    )
    for word in _NOTICES | _ASIDE_WORDS | _NOISY | _TAIL_WORDS | _TRIGGERS
}


def look(word: str) -> int:
    """The bits of what a word of a text may be part of, for a `Glance`."""
    lower = word.lower()
    found = CUT if "…" in word or "..." in word or "[" in word else 0
    for part in _parted(lower).split():
        found |= _LISTED.get(part, 0)
    if not lower.isascii() and any(sign in lower for sign in _SIGNS):
        found |= PROMOTED
    for run in _RUNS.within(lower):
        found |= _RUN_BITS[run]
    return found


def _parted(text: str) -> str:
    """A text with blanks for the commonest marks."""
    for mark in ".,:()":  # several plain replacements are faster than one translation
        if mark in text:
            text = text.replace(mark, " ")
    return text


def hints(lower: str, bits: int) -> list[str]:
    """What a text, in lower case, whose words have these bits holds of what promotions are told by."""
    found, bits = [], bits >> _FIRST << _FIRST
    while bits:
        lowest = bits & -bits
        bits ^= lowest
        if _HINT_OF[lowest] in lower:
            found.append(_HINT_OF[lowest])
    return found


def promotes(sentence: str, hints: Collection[str]) -> bool:
    """Is a sentence the site's? `hints` are those of the text: a sentence without one is none."""
    if len(sentence) >= 260:
        return False
    lower = sentence.lower()
    found = [hint for hint in hints if hint in lower]
    return bool(found) and (not _SURE.isdisjoint(found) or bool(_PROMOTION.search(lower)))


# --- what is cut off ----------------------------------------------------------------------------------


def without_asides(text: str, bits: int) -> str:
    """The text without credits between brackets, and without an address at its end or a note before it."""
    if bits & ASIDES and ("(" in text or "[" in text):
        text = _ASIDE.sub(" ", text).strip()
    if "@" in text[-60:]:
        text = _ADDRESS.sub("", text)
    return _RENEWED.sub("", text) if text[:1] == "(" else text


def without_noise(text: str, bits: int) -> str:
    """The text without ellipses, and without buttons and captions within it."""
    if bits & CUT and ("…" in text or "..." in text or "[" in text):
        *before, last = _ELLIPSIS.split(_until_cut(text))
        text = " ".join([*map(str.rstrip, before), last]).strip()
    return _quiet(text) if bits & NOISY and any(run in text for run in _NOISE_RUNS) else text


def _quiet(text: str) -> str:
    """`_NOISE.sub(" ", text).strip()`: tried only where it can begin, which is found much faster."""
    kept, done = [], 0
    start = _NOISE_START.search(text)
    while start:
        found = _NOISE.match(text, start.start())
        if found:
            kept.append(text[done : found.start()])
            done = found.end()
        start = _NOISE_START.search(text, found.end() if found else start.start() + 1)
    return " ".join([*kept, text[done:]]).strip()


def _until_cut(text: str) -> str:
    """A text that breaks off, without the line that a site puts behind it: "… Download our app"."""
    end = max(text.rfind("…"), text.rfind("..."))
    behind = len(text) - end
    return text[:end].rstrip("[ ") if end >= _CUT_AFTER and _MARK < behind <= _BEHIND_CUT else text


def without_tail(text: str, bits: int) -> str:
    """The text without the usual endings."""
    if not (bits & TAILED and bits & ENDING):
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
