"""Words that carry meaning for matching, by language: the only place where they stand.

Folded as `core.matching.text.fold` does. A language that is missing here still matches: these words only
sharpen.
"""

from __future__ import annotations

import unicodedata


def words(text: str) -> frozenset[str]:
    """The words of a text that only lists them."""
    return frozenset(unicodedata.normalize("NFKC", text).casefold().split())


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
    "dead dies died dying killed killing kills kill death deaths toll injured injures injuring"
    " wounded hurt missing trapped casualties victims fatalities bodies survivors rescued arrested arrests"
    " detained evacuated homeless displaced infected cases hospitalized hospitalised drowned perished"
    " muertos muertas muerto mueren murió murieron mata matan fallecidos fallecen fallecieron heridos heridas"
    " desaparecidos víctimas detenidos morts mort mortes meurent tués tuées tué décès blessés blessées"
    " disparus victimes tote toten getötet starben sterben gestorben leben todesopfer verletzte verletzten"
    " verletzt vermisste vermisst opfer mortos mortas morreram morrem morre feridos desaparecidos vítimas"
    " morti morte morto muoiono uccisi feriti dispersi vittime погибли погибших погиб погибла погибло"
    " пострадали пострадавших раненых ранены ранения жертв жертвами قتيلا قتيل قتلى قتل مقتل مصرع وفاة"
    " جريحا جرحى إصابة مفقودين मौत मौतें मृत मारे घायल लापता 死亡 遇难 遇難 受伤 受傷 失踪 丧生 身亡 死者"
    " 負傷 不明 犠牲 사망 사망자 부상 부상자 실종 숨졌다 숨졌다고 숨져 숨지고 다쳤다 다쳤다고"
)

# Pairs of which one side says the opposite of the other: headlines with one of each tell of two things,
# however much else they share.
OPPOSITES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (words(left), words(right))
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
        (
            "keep keeps kept hold holds held unchanged steady",
            "raise raises raised cut cuts hike hikes lowers",
        ),
        ("win wins won beat beats", "draw draws drew tie ties tied"),
        ("survive survives survived alive", "die dies died dead killed"),
        ("agree agrees agreed", "refuse refuses refused declines declined"),
        ("resume resumes resumed restart restarts", "suspend suspends suspended halt halts halted pauses"),
        ("buy buys bought acquires", "sell sells sold"),
        ("north northern", "south southern"),
        ("east eastern", "west western"),
        ("men man male", "women woman female"),
        # Spanish, Portuguese, Italian, French: prices and polls, verdicts, votes, games, doors
        (
            "sube suben subió subieron alza alzas aumenta aumentan aumentó crece crecen creció",
            "baja bajan bajó bajaron cae caen cayó cayeron caída disminuye desciende pierde",
        ),
        ("condena condenan condenado condenada culpable", "absuelve absuelven absuelto absuelta inocente"),
        ("aprueba aprueban aprobó aprobado acepta", "rechaza rechazan rechazó rechazado veta"),
        ("gana ganan ganó vence vencen venció victoria", "pierde pierden perdió cae derrota empata empatan"),
        ("abre abren abrió reabre", "cierra cierran cerró cierre"),
        ("hombres masculino masculina", "mujeres femenino femenina"),
        (
            "sobe sobem subiu alta avança cresce aumenta aumentam",
            "cai caem caiu queda recua baixa diminui",
        ),
        ("condena condenado condenada culpado", "absolve absolvido absolvida inocentado"),
        ("aprova aprovam aprovou aceita", "rejeita rejeitam rejeitou recusa veta"),
        ("vence vencem venceu ganha vitória", "perde perdem perdeu derrota empata"),
        (
            "sale salgono rialzo cresce crescono aumenta aumentano",
            "scende scendono calo ribasso cala calano diminuisce crolla",
        ),
        ("condannato condannata condanna condannati", "assolto assolta assolti assoluzione"),
        ("approva approvano approvato approvata", "respinge respingono respinto boccia bocciato bocciata"),
        ("vince vincono batte vittoria", "perde perdono sconfitta pareggia"),
        (
            "hausse monte montent progresse grimpe augmente augmentent bondit",
            "baisse baissent recule reculent chute diminue repli recul",
        ),
        ("condamné condamnée condamne condamnés coupable", "acquitté acquittée acquitte relaxé relaxée"),
        ("adopte adoptent adopté approuve approuvé accepte", "rejette rejettent rejeté refuse repousse"),
        ("gagne gagnent remporte bat victoire", "perd perdent défaite battu battus nul"),
        ("hommes messieurs masculin", "femmes dames féminin féminine"),
        # German, Russian
        (
            "steigt steigen stieg gestiegen erhöht erhöhen zugelegt klettert",
            "fällt fallen fiel gefallen sinkt sinken sank gesunken senkt senken verliert",
        ),
        ("verurteilt schuldig schuldspruch", "freigesprochen freispruch unschuldig"),
        ("billigt beschließt genehmigt angenommen zugestimmt", "lehnt abgelehnt ablehnt verwirft stoppt"),
        ("gewinnt gewinnen siegt sieg", "verliert verlieren niederlage unterliegt remis"),
        ("männer herren", "frauen damen"),
        (
            "вырос выросла выросли выросло растет растут рост подорожал подорожала повысил повысила",
            "упал упала упали падает падают падение снизился снизилась снизились снизил снизила подешевел",
        ),
        ("осудил осужден осуждён осудили приговорил виновным", "оправдал оправдан оправдали невиновным"),
        ("одобрил одобрила одобрили принял приняла приняли", "отклонил отклонила отклонили отверг отвергла"),
        ("победил победила победили обыграл обыграла выиграл", "проиграл проиграла уступил уступила"),
        ("открыл открыла открыли", "закрыл закрыла закрыли"),
        # Arabic, Hindi
        (
            "ارتفاع ارتفع ارتفعت يرتفع ترتفع صعود",
            "انخفاض انخفض انخفضت ينخفض تنخفض تراجع تتراجع يتراجع هبوط",
        ),
        ("إدانة يدين تدين أدان أدانت", "براءة تبرئة يبرئ تبرئ برأت"),
        ("يقر تقر أقر يوافق توافق الموافقة", "يرفض ترفض رفض رفضت"),
        ("يفوز تفوز فاز فوز", "يخسر تخسر خسر خسارة هزيمة"),
        ("बढ़ा बढ़ी बढ़े तेजी उछाल उछला चढ़ा", "गिरा गिरी गिरे गिरावट घटा घटी लुढ़का"),
        ("दोषी", "बरी निर्दोष"),
        ("मंजूरी मंजूर पारित", "खारिज नामंजूर"),
        ("जीत जीता जीती जीते", "हार हारा हारी हारे"),
        # Chinese, Japanese (as pairs of signs), Korean
        ("上涨 上升 走高 收涨 大涨 攀升 上調 上调", "下跌 下降 走低 收跌 大跌 下滑 下調 下调"),
        ("上昇 続伸 反発 値上 増加 急騰 引上", "下落 続落 反落 値下 減少 急落 引下"),
        ("有罪", "无罪 無罪"),
        ("通过 批准 可決 承認", "否决 拒绝 否決 却下"),
        ("获胜 击败 战胜 勝利 優勝", "落败 失利 输给 敗北 敗退 敗れ"),
        ("상승 급등 증가 인상 상승세 올라", "하락 급락 감소 인하 하락세 내려"),
        ("유죄", "무죄"),
        ("가결 통과 승인", "부결 기각 거부"),
        ("승리", "패배"),
    )
)

# A word that turns the sentence around. English, then others.
NEGATION: frozenset[str] = words(
    "no not never without refuse refuses refused refusing fail fails failed fails deny denies denied"
    " won't wont can't cant cannot doesn't doesnt didn't didnt isn't isnt wasn't wasnt aren't arent"
    " don't dont hasn't haven't unable unlikely reject rejects rejected halts halted cancel cancels"
    " cancelled canceled scraps scrapped postpones postponed averted"
    " nunca jamás rechaza niega niegan cancela cancelan aplaza ne pas jamais refuse nie renonce annule"
    " nicht kein keine keinen nie lehnt dementiert verzichtet abgesagt não nega nega adia non rifiuta nega"
    " smentisce annulla rinuncia не нет никогда отказался отказалась отказались опроверг отменил отменили"
    " لا لم لن ليس ليست ينفي تنفي نفى नहीं इनकार रद्द 不会 不會 没有 沒有 并未 未能 否认 拒绝 取消"
    " ない せず 否定 拒否 中止 않기로 않는다 않아 않을 없다 부인 거부 취소"
)

# The same in more than one word.
DENIALS: tuple[str, ...] = (
    *(" call off ", " calls off ", " called off ", " rule out ", " rules out ", " ruled out "),
    *(" turns down ", " turned down ", " backs out ", " pulls out ", " sagt ab ", " sagen ab "),
)

# Titles of columns: they come every day, and the same title says nothing about the text.
COLUMN: frozenset[str] = words(
    "briefing briefs brief horoscope horoscopes crossword sudoku quiz puzzle lottery podcast photos"
    " pictures gallery slideshow cartoon cartoons roundup headlines recap newsletter letters editorial"
    " opinion obituaries calendar listings scoreboard standings schedule tv weather forecast daily"
    " morning evening weekly today tonight day week digest watch live updates blog facts glance"
    " recipe lotto powerball jackpot wordle trivia mailbag liveblog obituary"
    " horóscopo lotería sorteo crucigrama cuestionario galería fotos pronóstico resumen boletín pódcast"
    " horoscope météo loterie mots croisés photos chronique éditorial tirage revue"
    " horoskop wetter lottozahlen kreuzworträtsel liveticker ticker newsblog presseschau bilder kommentar"
    " loteria resultado charge previsão boletim meteo oroscopo foto previsioni editoriale rassegna"
    " superenalotto estrazioni гороскоп погода кроссворд викторина подкаст прогноз лотерея дайджест"
    " الأبراج برجك الطقس بودكاست نشرة حظك राशिफल मौसम तस्वीरें क्विज पॉडकास्ट पंचांग लॉटरी"
    " 天气 运势 星座 早报 晚报 彩票 开奖 图集 播客 社论 占い 天気 運勢 社説 動静 운세 날씨 사설 포토 퀴즈"
    " 팟캐스트 로또"
)

WEEKDAYS: dict[str, int] = {
    word: day
    for listed in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "lunes martes miércoles jueves viernes sábado domingo",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        "segunda terça quarta quinta sexta sábado domingo",
        "понедельник вторник среда четверг пятница суббота воскресенье",
        "понедельника вторника среду четверга пятницу субботу воскресенья",
        "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد",
        "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार",
        "周一 周二 周三 周四 周五 周六 周日",
        "期一 期二 期三 期四 期五 期六 期日",
        "月曜 火曜 水曜 木曜 金曜 土曜 日曜",
        "월요일 화요일 수요일 목요일 금요일 토요일 일요일",
    )
    for day, word in enumerate(unicodedata.normalize("NFKC", listed).split())
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
    for listed in (
        "zero one two three four five six seven eight nine ten eleven twelve",
        "zeroth first second third fourth fifth sixth seventh eighth ninth tenth",
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici",
        "zero um dois três quatro cinco seis sete oito nove dez onze doze",
        "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать",
        "cero primer segundo tercer cuarto",
        "zéro premier deuxième troisième quatrième",
        "null erste zweite dritte vierte",
        "null ersten zweiten dritten vierten",
        "zero primo secondo terzo quarto",
        "zero primeiro segundo terceiro quarto",
        "ноль первый второй третий четвертый",
        "ноль первом втором третьем четвертом",
    )
    for number, word in enumerate(listed.split())
    if word not in {"un", "uno", "um", "один"}
}
MAGNITUDE_WORDS: frozenset[str] = words(
    "magnitude magnitud magnitudo magnitudine stärke магнитудой магнитуда магнитуды بقوة قوته तीव्रता 里氏"
    " 级地 級地 マグ グニ 규모"
)
