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
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        "måndag tisdag onsdag torsdag fredag lördag söndag",
        "måndagen tisdagen onsdagen torsdagen fredagen lördagen söndagen",
        "mandag tirsdag onsdag torsdag fredag lørdag søndag",
        "poniedziałek wtorek środa czwartek piątek sobota niedziela",
        "poniedziałek wtorek środę czwartek piątek sobotę niedzielę",
        "pondělí úterý středa čtvrtek pátek sobota neděle",
        "pondělí úterý středu čtvrtek pátek sobotu neděli",
        "hétfő kedd szerda csütörtök péntek szombat vasárnap",
        "luni marți miercuri joi vineri sâmbătă duminică",
        "maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina",
        "pazartesi salı çarşamba perşembe cuma cumartesi pazar",
        "senin selasa rabu kamis jumat sabtu minggu",
        "понеділок вівторок середа четвер пятниця субота неділя",
        "понеділок вівторок середу четвер пятницю суботу неділю",
        "δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή",
        "שני שלישי רביעי חמישי שישי שבת ראשון",
        "الإثنين الثلاثاء الاربعاء الخميس الجمعة السبت الاحد",
        "सोम मंगल बुध बृहस्पतिवार शुक्र शनि इतवार",
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
# Numbers that are words of another kind too, in their own language or in another.
NO_NUMERALS: frozenset[str] = words("un uno um один een en to ti ni sex bir एक दो")
# Ordinals as wires write quarters and places: a number in words.
NUMERALS: dict[str, str] = {
    word: str(number)
    for listed in (
        (
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
            " sixteen seventeen eighteen nineteen twenty"
        ),
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
        "ноль одного двух трех четырех пяти шести семи восьми девяти десяти",
        "ноль один двое трое четверо пятеро шестеро семеро восьмеро",
        "нуль один два три чотири пять шість сім вісім девять десять",
        "нуль один двоє троє четверо пятеро шестеро семеро восьмеро",
        "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf",
        "noll en två tre fyra fem sex sju åtta nio tio elva tolv",
        "null en to tre fire fem seks syv åtte ni ti elleve tolv",
        "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć",
        "zero jedna dwie trzech czterech pięciu sześciu siedmiu ośmiu dziewięciu dziesięciu",
        "nula jeden dva tři čtyři pět šest sedm osm devět deset",
        "sıfır bir iki üç dört beş altı yedi sekiz dokuz",
        "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh",
        "μηδέν ένας δύο τρεις τέσσερις πέντε έξι επτά οκτώ εννέα δέκα",
        "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
        "صفر واحد اثنين ثلاث أربع خمس ست سبع ثماني تسع عشر",
        "אפס אחד שניים שלושה ארבעה חמישה שישה שבעה שמונה תשעה עשרה",
        "शून्य एक दो तीन चार पांच छह सात आठ नौ दस",
    )
    for number, word in enumerate(listed.split())
    if word not in NO_NUMERALS
}
MAGNITUDE_WORDS: frozenset[str] = words(
    "magnitude magnitud magnitudo magnitudine stärke магнитудой магнитуда магнитуды بقوة قوته तीव्रता 里氏"
    " 级地 級地 マグ グニ 규모"
)
