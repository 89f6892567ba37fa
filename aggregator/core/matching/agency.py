"""Who wrote it: agency names in their many forms, as one canonical name each.

An agency is read from the credit line, a byline, a dateline or a copyright notice, and kept as a fact.
"""

from __future__ import annotations

import re

NAMES: dict[str, tuple[str, ...]] = {
    "AP": (
        "ap",
        "a.p.",
        "associated press",
        "the associated press",
        "apnews",
        "asociated press",
        "美联社",
        "美聯社",
        "ap通信",
        "एपी",
    ),
    "Reuters": (
        "reuters",
        "thomson reuters",
        "ロイター",
        "路透社",
        "路透",
        "рейтер",
        "رويترز",
        "रॉयटर्स",
        "로이터",
    ),
    "AFP": (
        "afp",
        "agence france-presse",
        "agence france presse",
        "afp/getty images",
        "法新社",
        "فرانس برس",
        "ا ف ب",
        "أ ف ب",
        "أ.ف.ب",
        "афп",
        "एएफपी",
    ),
    "dpa": ("dpa", "deutsche presse-agentur", "dpa-afx", "dpa/tmn", "德新社", "د ب أ", "د.ب.أ"),
    "PA": ("pa", "press association", "pa media", "pa news agency"),
    "UPI": ("upi", "united press international"),
    "ANSA": ("ansa",),
    "EFE": ("efe", "agencia efe", "埃菲社"),
    "TASS": ("tass", "itar-tass", "тасс", "итар-тасс", "塔斯社"),
    "RIA Novosti": ("ria novosti", "ria", "риа новости", "риа"),
    "Interfax": ("interfax", "интерфакс", "interfax.ru", "interfax-ukraine", "інтерфакс-україна"),
    "Xinhua": ("xinhua", "xinhua news agency", "新华社", "新華社", "新华网", "شينخوا"),
    "Kyodo": ("kyodo", "kyodo news", "共同", "共同通信", "共同通信社"),
    "Jiji": ("jiji", "jiji press", "時事", "時事通信"),
    "Yonhap": ("yonhap", "yonhap news agency", "연합뉴스", "聯合ニュース"),
    "Newsis": ("newsis", "뉴시스"),
    "ANI": ("ani", "asian news international", "एएनआई"),
    "PTI": ("pti", "press trust of india", "पीटीआई", "भाषा"),
    "UNI": ("united news of india", "वार्ता", "यूनीवार्ता"),
    "IANS": ("ians", "indo-asian news service", "आईएएनएस"),
    "AAP": ("aap", "australian associated press"),
    "CP": ("cp", "the canadian press", "canadian press", "la presse canadienne", "presse canadienne"),
    "Bloomberg": ("bloomberg", "bloomberg news", "ブルームバーグ", "彭博社", "블룸버그"),
    "Lusa": ("lusa", "agência lusa", "agencia lusa"),
    "Agência Brasil": ("agência brasil", "agencia brasil"),
    "Estadão Conteúdo": ("estadão conteúdo", "agência estado"),
    "Folhapress": ("folhapress",),
    "Europa Press": ("europa press", "ep"),
    "Adnkronos": ("adnkronos",),
    "askanews": ("askanews",),
    "Italpress": ("italpress",),
    "LaPresse": ("lapresse",),
    "awp": ("awp",),
    "epd": ("epd", "evangelischer pressedienst"),
    "AGI": ("agi",),
    "APA": ("apa", "austria presse agentur"),
    "Keystone-SDA": ("sda", "ats", "keystone-sda", "keystone-ats"),
    "Belga": ("belga",),
    "ANP": ("anp",),
    "NTB": ("ntb",),
    "TT": ("tt",),
    "Ritzau": ("ritzau",),
    "STT": ("stt",),
    "PAP": ("pap",),
    "ČTK": ("čtk", "ctk"),
    "MTI": ("mti",),
    "Anadolu": ("aa", "anadolu agency", "anadolu ajansı", "anadolu", "الأناضول"),
    "DHA": ("dha", "demirören haber ajansı"),
    "İHA": ("iha", "i\u0307ha", "ihlas haber ajansı"),
    "Antara": ("antara",),
    "Bernama": ("bernama",),
    "CNA": ("cna", "中央社"),
    "China News Service": ("中新社", "中新网", "中新網", "china news service"),
    "WAM": ("wam", "وام"),
    "QNA": ("qna", "قنا"),
    "SPA": ("spa", "واس"),
    "MENA": ("mena", "أ ش أ", "أ.ش.أ"),
    "INA": ("واع",),
    "TAP": ("وات",),
    "Petra": ("بترا",),
    "SANA": ("sana", "سانا"),
    "IRNA": ("irna",),
    "Ukrinform": ("ukrinform", "укрінформ", "укринформ"),
    "UNIAN": ("unian", "уніан", "униан"),
    "AMNA": ("απε-μπε", "ana-mpa"),
    "VNA": ("ttxvn", "ttxvn/vietnam+", "vietnam+"),
    "HINA": ("hina",),
    "Tanjug": ("tanjug",),
    "Agerpres": ("agerpres",),
    "CNN": ("cnn", "cnn indonesia"),
    "KNA": ("kna",),
    "SID": ("sid",),
    "PR Newswire": ("pr newswire", "prnewswire"),
    "Business Wire": ("business wire", "businesswire"),
    "GlobeNewswire": ("globe newswire", "globenewswire"),
    "ACCESSWIRE": ("accesswire",),
}

CANONICAL: dict[str, str] = {form: name for name, forms in NAMES.items() for form in forms}

# Two-letter forms and words of a language say an agency only between brackets or alone on a credit line.
AMBIGUOUS = frozenset(
    {
        "pa",
        "cp",
        "ep",
        "aa",
        "tt",
        "ats",
        "sid",
        "spa",
        "mena",
        "sana",
        "ria",
        "cna",
        "共同",
        "واس",
        "قنا",
        "وام",
        "واع",
        "وات",
        "بترا",
        "भाषा",
        "वार्ता",
        "एपी",
        "iha",
        "hina",
    }
)
_LONG = sorted((form for form in CANONICAL if form not in AMBIGUOUS), key=len, reverse=True)
_IN_TEXT = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(form) for form in _LONG) + r")(?!\w)")
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:\d{4}\s*)?(?:by\s+)?(?:the\s+)?([^.,;|]{2,40})", re.IGNORECASE
)


def canonical(name: str) -> str:
    """The canonical name of an agency written as `name`, "" if it is none that we know."""
    return CANONICAL.get(name.strip(" .,:-–—/").casefold(), "")


def bracketed(inside: str) -> str:
    """The agency named between a dateline's brackets: `(AP)`, `(Reuters/AFP)`, `(dpa/lno)`."""
    found = canonical(inside)
    if not found and "/" in inside:
        found = next((name for part in inside.split("/") if (name := canonical(part))), "")
    return found


def credited(credit: str) -> str:
    """The agency of a credit line such as "By JOHN SMITH, Associated Press", "" where none is named."""
    if not credit:
        return ""
    whole = bracketed(credit)
    if whole:
        return whole
    found = _IN_TEXT.search(credit.casefold())
    return CANONICAL[found.group()] if found else ""


def copyrighted(text: str) -> str:
    """The agency of a copyright notice within `text`."""
    found = _COPYRIGHT.search(text)
    return credited(found.group(1)) if found else ""
