"""Words that turn a sentence around, by language.

Folded as `core.matching.text.fold` does. Unspaced languages are listed by pairs of characters, as their
tokens are.
"""

from __future__ import annotations

from aggregator.core.matching.vocabulary import words

# A word that turns the sentence around, whatever the language.
NEGATION: frozenset[str] = words(
    # English
    "no not never without refuse refuses refused refusing fail fails failed fails deny denies denied"
    " won't wont can't cant cannot doesn't doesnt didn't didnt isn't isnt wasn't wasnt aren't arent"
    " don't dont hasn't haven't unable unlikely reject rejects rejected halts halted cancel cancels"
    " cancelled canceled scraps scrapped postpones postponed averted hasnt havent shouldnt shouldn't"
    " wouldnt wouldn't neither nor"
    # Spanish, French, German, Portuguese, Italian
    " nunca jamás rechaza niega niegan cancela cancelan aplaza tampoco descarta descartan descartó negó"
    " canceló ne pas jamais refuse nie renonce annule aucun aucune dément exclut"
    " nicht kein keine keinen keiner keinem nie niemals lehnt dementiert verzichtet abgesagt"
    " não nega nega adia nenhum nenhuma descarta negou cancelou"
    " non rifiuta nega smentisce annulla rinuncia nessun nessuno nessuna mai esclude"
    # Dutch, Swedish, Danish, Norwegian
    " niet geen nooit weigert schrapt inte ingen inga aldrig avvisar ikke ingen aldri aldrig"
    # Russian, Ukrainian, Polish, Czech, Croatian
    " не нет никогда отказался отказалась отказались отказывается опроверг опровергла опровергли отменил"
    " отменила отменили исключил исключила исключили ні немає ніколи відмовився відмовилась заперечив"
    " заперечила скасував скасувала nie nigdy odmawia odmówił zaprzecza odwołano není nebude nemá nikdy"
    " odmítl nije neće nisu"
    # Greek, Turkish, Indonesian, Vietnamese
    " δεν μη μην όχι αρνείται διαψεύδει değil yok hayır reddetti yalanladı tidak bukan batal membantah"
    " tolak menolak không chưa chẳng bác"
    # Arabic, Persian, Hebrew, Hindi, Bengali, Urdu
    " لا لم لن ليس ليست ينفي تنفي نفى نفت ننفي يستبعد تستبعد نیست نمی‌شود نشد نخواهد نہیں"
    " לא אין אינו אינה בלי מכחיש הכחיש नहीं नही इनकार रद्द बिना ना না নয় নেই"
    # Chinese, Japanese, Korean
    " 不会 不會 没有 沒有 并未 未能 否认 否認 拒绝 取消 无法 不再 不得 尚未 从未 不予 不是"
    " ない せず 否定 拒否 中止 見送 撤回 않기로 않는다 않아 않을 않았다 않겠다 않은 않고 않다 않도록 안 못"
    " 못한다 없다 없이 없어 부인 거부 취소 아니다 아니라"
)

# Words that deny in one language and mean something else in others: only where it is declared.
DENIES_HERE: dict[str, frozenset[str]] = {
    "ro": words("nu"),
    "fi": words("ei eivät en emme älä"),
    "et": words("ei"),
    "hu": words("nem ne sem"),
    "lt": words("ne nebus nėra"),
    "lv": words("ne nav nebūs"),
    "ms": words("tak"),
    "id": words("tak"),
    "nb": words("ei"),
    "sv": words("ej"),
    "bg": words("няма"),
}
# And words of the list above that mean something else where this language is declared.
DENIES_ELSEWHERE: dict[str, frozenset[str]] = {
    "pt": words("no"),
    "gl": words("no"),
    "it": words("ne"),
    "tr": words("ne no"),
    "pl": words("no"),
    "cs": words("no"),
    "ro": words("ne mai"),
    "sl": words("no"),
}

# The same in more than one token: phrases, and words of unspaced scripts longer than a pair.
DENIALS: tuple[str, ...] = (
    *("call off", "calls off", "called off", "rule out", "rules out", "ruled out"),
    *("turns down", "turned down", "backs out", "pulls out", "sagt ab", "sagen ab"),
    *("ไม ม่", "มิ ไ", "ยก กเ เล ลิ ิก"),
)

# What denies as a part of a word: before it (Slavic and Baltic verbs, German and English adjectives), and
# within it (Turkish verbs). Only a word that the other title has without it counts.
DENYING_PREFIXES: tuple[str, ...] = ("ne", "un", "не")
DENYING_INFIXES: tuple[str, ...] = ("may", "mey", "ma", "me", "mı", "mi", "mu", "mü")
# Signs that turn the sign behind them around, where a pair of signs is all that a token is; and pairs with
# them that are words of their own.
DENYING_SIGNS: frozenset[str] = frozenset("不未无無没沒非")
NO_DENIALS: frozenset[str] = words(
    "不同 不少 不断 不斷 不仅 不僅 不到 不足 不久 不满 不滿 不幸 不过 不過 不安 不动 不動 未来 未來 未成"
    " 无人 無人 无线 無線 无锡 非常 非洲 非法 没收 沒收 没入 南非 是非 不明 无论 無論 非公 北非 西非"
    " 不法 不正 不審"
)
