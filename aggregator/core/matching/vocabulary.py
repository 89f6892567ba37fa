"""Words that carry meaning for matching, by language: the only place where they stand.

Folded as `core.matching.text.fold` does. A language that is missing here still matches: these words only
sharpen.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text that only lists them."""
    return frozenset(text.split())


# Words that are on every page: they weigh little, and tell a language where none was declared.
COMMON: dict[str, frozenset[str]] = {
    language: words(listed)
    for language, listed in {
        "en": (
            "a about after again all also an and are as at be been before but by can could for from"
            " had has have he her his how i in into is it its more new no not now of on one or our out"
            " over said says she so some than that the their them they this to up was we were what"
            " when where which who why will with would you your"
        ),
        "es": (
            "a al con como cómo de del desde el ella en entre era es esta este fue ha han la las lo"
            " los más no o para pero por qué que se según ser si sin sobre su sus también tras un una"
            " uno y ya"
        ),
        "fr": (
            "à au aux avec ce ces cette comme contre dans de des du elle en entre est et être il ils"
            " la le les leur mais ne nous on ont ou où par pas plus pour qu que qui sa se selon ses"
            " son sont sur un une vous"
        ),
        "de": (
            "ab als am an auch auf aus bei bis das dass dem den der des die doch ein eine einem einen"
            " einer er es für hat im in ist mit nach nicht noch nur oder sein seine sich sie sind so"
            " über um und unter von vor war was wegen wie wird zu zum zur"
        ),
        "pt": (
            "a ao aos as após às até com como da das de desde do dos e é ela ele em entre era foi há"
            " isso já mais mas na nas não no nos o os ou para pela pelo por que se sem ser seu seus"
            " sobre sua são também um uma"
        ),
        "it": (
            "a ad ai al alla alle anche che chi ci come con da dal dalla dei del della delle di dopo"
            " e è era gli ha hanno i il in la le lo ma nel nella non o per più se si sono su sul sulla"
            " tra un una uno"
        ),
        "nl": (
            "aan als bij dat de den die door een en er het hij in is maar met na naar niet nog om ook"
            " op over te tot uit van voor was wat werd wordt ze zich zijn"
        ),
        "sv": (
            "att av den det detta de du efter ej en ett från för han har hon i inte med men när och"
            " om på sig som till under var vi är över"
        ),
        "pl": "a ale by być co czy dla do i ich jak jest już na nie o od po przez się są to w we z za że",
        "tr": "bir bu da daha de çok için ile gibi göre olarak olan oldu ve ya",
        "id": "akan dan dari dengan di dalam ini itu juga ke oleh pada untuk yang",
        "ru": (
            "а без бы был была были было в во для до его ее если же за и из или их к как на не ни но"
            " о об он она они от по под при с со так то у что чтобы это"
        ),
        "uk": "а або без був була були в від для до за з і й його її із на не по про та те у це що як",
        "ar": "إلى أن أو إن التي الذي بعد بين ثم على عن في قال كان كانت لا لم ما مع من هذا هذه هو هي و",
        "fa": "از است این با به برای تا در را که می و های یک",
        "hi": "और एक का कि की के को था थी थे ने पर भी में यह से है हैं हो",
        "ko": "및 등 그 이 수 것 할 있다 했다 밝혔다 대한 위해 따르면",
    }.items()
}
STOP: frozenset[str] = frozenset().union(*COMMON.values()) | {"s", "t", "d", "l", "c", "n"}

# Counts that rise while news goes on: a higher one is a newer version of the same copy.
TOLL: frozenset[str] = words(
    "dead dies died killed killing kills kill death deaths toll injured injuring wounded hurt missing"
    " trapped casualties victims fatalities bodies survivors rescued arrested arrests detained"
    " evacuated homeless displaced infected cases hospitalized hospitalised muertos muertas muerto"
    " fallecidos heridos desaparecidos víctimas detenidos morts mort tués blessés disparus victimes"
    " tote toten todesopfer verletzte verletzten vermisste opfer mortos feridos desaparecidos vítimas"
    " morti feriti dispersi vittime погибли погибших погиб пострадали пострадавших раненых жертв قتيلا"
    " قتلى جريحا جرحى मौत मृत घायल 사망 부상 실종"
)

# Pairs of which one side says the opposite of the other: headlines with one of each tell of two things,
# however much else they share.
OPPOSITES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(left.split()), frozenset(right.split()))
    for left, right in (
        (
            (
                "rise rises rose rising risen up higher gain gains gained jump jumps jumped surge surges"
                " surged climb climbs climbed soar soars soared rally rallies rallied advance advances"
                " advanced increase increases increased grow grows grew rebound rebounds"
            ),
            (
                "fall falls fell falling fallen down lower slide slides slid drop drops dropped plunge"
                " plunges plunged sink sinks sank tumble tumbles tumbled decline declines declined slump"
                " slumps slumped decrease decreases decreased shrink shrinks shrank lose loses lost"
                " retreat retreats"
            ),
        ),
        ("convict convicts convicted guilty", "acquit acquits acquitted cleared innocent exonerated"),
        ("win wins won victory", "lose loses lost loss defeat defeated"),
        (
            (
                "approve approves approved pass passes passed adopt adopts adopted accept accepts"
                " accepted backs backed"
            ),
            (
                "reject rejects rejected defeat defeats defeated veto vetoes vetoed refuse refuses"
                " refused deny denies denied opposes opposed"
            ),
        ),
        (
            "grant grants granted allow allows allowed permit permits permitted uphold upholds upheld",
            (
                "deny denies denied block blocks blocked ban bans banned strike strikes overturn"
                " overturns overturned reverse reverses reversed bars barred"
            ),
        ),
        ("open opens opened reopen reopens reopened", "close closes closed shut shuts shutdown"),
        ("arrested arrest arrests detained jailed", "released release releases freed"),
        ("confirm confirms confirmed admit admits admitted", "deny denies denied"),
        (
            "hire hires hired appoint appoints appointed",
            "fire fires fired dismiss dismisses dismissed sack sacked resigns resigned",
        ),
        ("start starts started begin begins began", "end ends ended stop stops stopped"),
        ("raise raises raised hike hikes hiked", "cut cuts lower lowers lowered slash slashes slashed"),
        ("beat beats", "miss misses missed"),
        ("first", "second third"),
        ("sube suben subió alza", "baja bajan bajó cae caen cayó"),
        ("hausse monte progresse", "baisse recule chute"),
        ("steigt steigen stieg gestiegen", "fällt fallen fiel gefallen sinkt sinken sank"),
        ("sobe sobem subiu alta", "cai caem caiu queda"),
        ("sale salgono rialzo", "scende scendono calo ribasso"),
        ("вырос выросли растет рост", "упал упали падает падение снизился снизились"),
        ("condena condenado condenan", "absuelve absuelto absuelven"),
        ("condamné condamne", "acquitté acquitte relaxé"),
        ("verurteilt", "freigesprochen"),
    )
)

# A word that turns the sentence around. English, then others.
NEGATION: frozenset[str] = words(
    "no not never without refuse refuses refused refusing fail fails failed fails deny denies denied"
    " won't wont can't cant cannot doesn't doesnt didn't didnt isn't isnt wasn't wasnt aren't arent"
    " don't dont hasn't haven't unable unlikely reject rejects rejected halts halted nunca jamás"
    " rechaza niega ne pas jamais refuse nicht kein keine keinen nie lehnt não nunca nega non mai"
    " rifiuta не нет никогда отказался لا لم لن नहीं"
)

# Titles of columns: they come every day, and the same title says nothing about the text.
COLUMN: frozenset[str] = words(
    "briefing briefs brief horoscope horoscopes crossword sudoku quiz puzzle lottery podcast photos"
    " pictures gallery slideshow cartoon cartoons roundup headlines recap newsletter letters editorial"
    " opinion obituaries calendar listings scoreboard standings schedule tv weather forecast daily"
    " morning evening weekly today tonight day week digest watch live updates blog facts glance"
    " horóscopo lotería sorteo horoskop météo wetter meteo oroscopo loterie гороскоп погода 星座 占い 天気"
    " 运势"
)

WEEKDAYS: dict[str, int] = {
    word: day
    for words in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "lunes martes miércoles jueves viernes sábado domingo",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        "понедельник вторник среда четверг пятница суббота воскресенье",
    )
    for day, word in enumerate(words.split())
}
MONTHS: frozenset[str] = words(
    "january february march april may june july august september october november december jan feb"
    " mar apr jun jul aug sep sept oct nov dec"
)
# Words of any day's news: two stories that share only these do not tell of the same event.
EVERYDAY: frozenset[str] = words(
    "amid announce announced announces back big call calls case cases chief child children cities city"
    " coming country day days deal end face faces family fear fears find finds following get gets give"
    " going government group head help high hit hits home hour hours house how international issue just"
    " keep key know latest lead leader leaders leads life like live local long look made major make makes"
    " making man many may men million minister month months morning much national need never news next"
    " night officials old only open opens other part people plan plans police president prime put report"
    " reported reports says saying second see seen set sets several should show shows since start starts"
    " state states still stories story take takes taking tell tells these think those time times today"
    " told tonight top town two update updates video want wants warn warns watch way week weeks while win"
    " wins without woman women work world year years yesterday young"
)
# Ordinals as wires write quarters and places: a number in words.
NUMERALS: dict[str, str] = {
    word: str(number)
    for words in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "zeroth first second third fourth fifth sixth seventh eighth ninth tenth",
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    )
    for number, word in enumerate(words.split())
    if word not in {"un", "uno"}
}
MAGNITUDE_WORDS: frozenset[str] = words("magnitude magnitud magnitudo stärke магнитудой magnitudine")
