"""What denies and what is contrary, over texts that are one but for it: the hardest pairs to tell apart."""

import pytest

from tests.core.matching.pairing import Pairs, agree, judged

DENIED: Pairs = {
    "spanish": (
        (
            "El Gobierno prorrogará las ayudas al alquiler en 2025",
            "La ministra de Vivienda afirmó este miércoles en el Congreso que el Gobierno prorrogará las ayudas al alquiler para jóvenes en 2025.",
        ),
        (
            "El Gobierno no prorrogará las ayudas al alquiler en 2025",
            "La ministra de Vivienda afirmó este miércoles en el Congreso que el Gobierno no prorrogará las ayudas al alquiler para jóvenes en 2025.",
        ),
    ),
    "french": (
        (
            "Le gouvernement renonce à taxer les colis étrangers",
            "Le ministre des Comptes publics a annoncé mercredi que le gouvernement renonçait à taxer les petits colis en provenance de Chine.",
        ),
        (
            "Le gouvernement ne renonce pas à taxer les colis étrangers",
            "Le ministre des Comptes publics a annoncé mercredi que le gouvernement ne renonçait pas à taxer les petits colis en provenance de Chine.",
        ),
    ),
    "german": (
        (
            "Bayern will Windräder im Ebersberger Forst bauen",
            "Die bayerische Staatsregierung will im Ebersberger Forst Windräder bauen. Das teilte das Wirtschaftsministerium am Donnerstag in München mit.",
        ),
        (
            "Bayern will keine Windräder im Ebersberger Forst bauen",
            "Die bayerische Staatsregierung will im Ebersberger Forst keine Windräder bauen. Das teilte das Wirtschaftsministerium am Donnerstag in München mit.",
        ),
    ),
    "portuguese": (
        (
            "Governo vai retomar horário de verão neste ano",
            "O ministro de Minas e Energia afirmou que o governo vai retomar o horário de verão neste ano, após recomendação do operador do sistema.",
        ),
        (
            "Governo não vai retomar horário de verão neste ano",
            "O ministro de Minas e Energia afirmou que o governo não vai retomar o horário de verão neste ano, apesar da recomendação do operador do sistema.",
        ),
    ),
    "russian": (
        (
            "Песков: Путин поедет на саммит G20",
            "Президент России Владимир Путин поедет на саммит «Большой двадцатки», сообщил журналистам пресс-секретарь Кремля Дмитрий Песков.",
        ),
        (
            "Песков: Путин не поедет на саммит G20",
            "Президент России Владимир Путин не поедет на саммит «Большой двадцатки», сообщил журналистам пресс-секретарь Кремля Дмитрий Песков.",
        ),
    ),
    "arabic": (
        (
            "الأردن يعلن رفع أسعار الخبز",
            "أعلنت وزارة الصناعة والتجارة الأردنية الخميس رفع أسعار الخبز اعتبارا من مطلع الشهر المقبل.",
        ),
        (
            "الأردن ينفي رفع أسعار الخبز",
            "نفت وزارة الصناعة والتجارة الأردنية الخميس رفع أسعار الخبز اعتبارا من مطلع الشهر المقبل.",
        ),
    ),
    "arabic, 2": (
        (
            "الهلال لن يجدد عقد مدربه",
            "أكد مصدر في نادي الهلال السعودي أن الإدارة لن تجدد عقد المدرب البرتغالي بعد نهاية الموسم.",
        ),
        (
            "الهلال يجدد عقد مدربه",
            "أكد مصدر في نادي الهلال السعودي أن الإدارة جددت عقد المدرب البرتغالي حتى نهاية الموسم بعد المقبل.",
        ),
    ),
    "korean": (
        ("정부, 전기요금 올린다", "산업통상자원부는 18일 4분기 전기요금을 인상하기로 했다고 밝혔다."),
        ("정부, 전기요금 안 올린다", "산업통상자원부는 18일 4분기 전기요금을 인상하지 않기로 했다고 밝혔다."),
    ),
    "indonesian": (
        (
            "Pemerintah akan naikkan harga BBM",
            "Menteri ESDM mengatakan pemerintah akan menaikkan harga BBM bersubsidi pada bulan depan.",
        ),
        (
            "Pemerintah tidak akan naikkan harga BBM",
            "Menteri ESDM mengatakan pemerintah tidak akan menaikkan harga BBM bersubsidi pada bulan depan.",
        ),
    ),
    "swedish": (
        (
            "Riksbanken sänker räntan",
            "Riksbanken sänker styrräntan med 0,25 procentenheter till 3,75 procent, meddelar direktionen.",
        ),
        (
            "Riksbanken sänker inte räntan",
            "Riksbanken sänker inte styrräntan utan lämnar den på 4 procent, meddelar direktionen.",
        ),
    ),
    "greek": (
        (
            "Η κυβέρνηση θα αυξήσει τον ΦΠΑ",
            "Η κυβέρνηση θα αυξήσει τον ΦΠΑ στα καύσιμα, δήλωσε ο υπουργός Οικονομικών.",
        ),
        (
            "Η κυβέρνηση δεν θα αυξήσει τον ΦΠΑ",
            "Η κυβέρνηση δεν θα αυξήσει τον ΦΠΑ στα καύσιμα, δήλωσε ο υπουργός Οικονομικών.",
        ),
    ),
    "hebrew": (
        ("הבנק המרכזי העלה את הריבית", "הוועדה המוניטרית בבנק ישראל החליטה להעלות את הריבית ברבע אחוז."),
        (
            "הבנק המרכזי לא העלה את הריבית",
            "הוועדה המוניטרית בבנק ישראל החליטה לא להעלות את הריבית ולהותירה ללא שינוי.",
        ),
    ),
    "thai": (
        ("รัฐบาลจะขึ้นค่าแรงขั้นต่ำ", "นายกรัฐมนตรีระบุว่ารัฐบาลจะขึ้นค่าแรงขั้นต่ำในเดือนตุลาคมนี้"),
        ("รัฐบาลจะไม่ขึ้นค่าแรงขั้นต่ำ", "นายกรัฐมนตรีระบุว่ารัฐบาลจะไม่ขึ้นค่าแรงขั้นต่ำในเดือนตุลาคมนี้"),
    ),
    "french, a denial denied": (
        (
            "La mairie refuse de fermer le marché couvert",
            "La mairie de Vendeuil refuse de fermer le marché couvert malgré les fissures relevées en mars, a dit le maire.",
        ),
        (
            "La mairie ne refuse pas de fermer le marché couvert",
            "La mairie de Vendeuil ne refuse pas de fermer le marché couvert malgré les fissures relevées en mars, a dit le maire.",
        ),
    ),
    "turkish, within the verb": (
        (
            "Vendova köprüsü bu yıl açılacak",
            "Ulaştırma bakanı, Vendova köprüsünün bu yıl açılacağını ve geçişlerin ilk ay ücretsiz olacağını söyledi.",
        ),
        (
            "Vendova köprüsü bu yıl açılmayacak",
            "Ulaştırma bakanı, Vendova köprüsünün bu yıl açılmayacağını ve geçişlerin ilk ay ücretsiz olacağını söyledi.",
        ),
    ),
    "czech, before the verb": (
        (
            "Vláda zvýší daň z piva",
            "Vláda zvýší daň z piva od ledna příštího roku, řekl po jednání kabinetu ministr financí.",
        ),
        (
            "Vláda nezvýší daň z piva",
            "Vláda nezvýší daň z piva od ledna příštího roku, řekl po jednání kabinetu ministr financí.",
        ),
    ),
    "chinese, a sign before another verb": (
        (
            "文德市宣布关闭湖边旧码头",
            "文德市政府周二宣布，因桩基出现裂缝，湖边旧码头将于下月关闭，游船改停北岸。",
        ),
        (
            "文德市宣布不关闭湖边旧码头",
            "文德市政府周二宣布，虽桩基出现裂缝，湖边旧码头将不关闭，游船照常停靠北岸。",
        ),
    ),
}

CONTRARY: Pairs = {
    "english": (
        (
            "Jury convicts former sheriff in jail death of inmate",
            "A jury on Thursday convicted former Randolph County sheriff Wade Tillery of manslaughter in the death of an inmate who was left in a restraint chair for 46 hours. Tillery, 58, showed no emotion. Sentencing was set for May.",
        ),
        (
            "Jury acquits former sheriff in jail death of inmate",
            "A jury on Thursday acquitted former Randolph County sheriff Wade Tillery of manslaughter in the death of an inmate who was left in a restraint chair for 46 hours. Tillery, 58, wept. He may seek his old job.",
        ),
    ),
    "spanish": (
        (
            "El paro sube en 14.200 personas en octubre",
            "El número de parados registrados subió en 14.200 personas en octubre, según los datos del Ministerio de Trabajo, por la agricultura y los servicios.",
        ),
        (
            "El paro baja en 27.300 personas en mayo",
            "El número de parados registrados bajó en 27.300 personas en mayo, según los datos del Ministerio de Trabajo, por la hostelería y los servicios.",
        ),
    ),
    "spanish, 2": (
        (
            "La Bolsa de Madrid abre al alza",
            "El IBEX 35 abrió este martes con una subida del 0,31 %, hasta los 10.122 puntos, animado por los bancos.",
        ),
        (
            "La Bolsa de Madrid abre a la baja",
            "El IBEX 35 abrió este miércoles con una caída del 0,42 %, hasta los 10.080 puntos, lastrado por los bancos.",
        ),
    ),
    "italian": (
        (
            "Istat: sale la fiducia dei consumatori a gennaio",
            "A gennaio l'Istat stima un aumento dell'indice del clima di fiducia dei consumatori, da 95,8 a 96,4.",
        ),
        (
            "Istat: cala la fiducia dei consumatori a marzo",
            "A marzo l'Istat stima una diminuzione dell'indice del clima di fiducia dei consumatori, da 97,0 a 96,5.",
        ),
    ),
    "russian": (
        (
            "Суд признал экс-мэра Находки виновным в получении взятки",
            "Приморский краевой суд признал бывшего мэра Находки Бориса Гладких виновным в получении взятки от подрядчика, ремонтировавшего набережную.",
        ),
        (
            "Суд оправдал экс-мэра Находки по делу о взятке",
            "Приморский краевой суд оправдал бывшего мэра Находки Бориса Гладких, которого обвиняли в получении взятки от подрядчика, ремонтировавшего набережную.",
        ),
    ),
    "arabic": (
        (
            "محكمة كويتية تدين نائبا سابقا بغسل الأموال",
            "أدانت محكمة الجنايات في الكويت الأحد النائب السابق فهد الراشد بغسل الأموال في القضية المعروفة بصندوق الجيش.",
        ),
        (
            "محكمة كويتية تبرئ نائبا سابقا من غسل الأموال",
            "برأت محكمة الجنايات في الكويت الأحد النائب السابق فهد الراشد من تهمة غسل الأموال في القضية المعروفة بصندوق الجيش.",
        ),
    ),
    "hindi": (
        ("पेट्रोल के दाम बढ़े, जानें आज का भाव", "तेल विपणन कंपनियों ने शनिवार को पेट्रोल के दाम 25 पैसे प्रति लीटर बढ़ा दिए।"),
        ("पेट्रोल के दाम घटे, जानें आज का भाव", "तेल विपणन कंपनियों ने मंगलवार को पेट्रोल के दाम 40 पैसे प्रति लीटर घटा दिए।"),
    ),
    "chinese": (
        (
            "法院一审认定市政府原副秘书长受贿罪成立",
            "南宁市中级人民法院13日对柳江市政府原副秘书长黄继明涉嫌受贿案一审宣判，判处其有期徒刑十一年。",
        ),
        (
            "法院一审宣告市政府原副秘书长无罪",
            "南宁市中级人民法院13日对柳江市政府原副秘书长黄继明涉嫌受贿案一审宣判，宣告其无罪。",
        ),
    ),
    "japanese": (
        (
            "元市議に有罪判決\u3000名古屋地裁",
            "政務活動費をだまし取ったとして詐欺罪に問われた元春日井市議、大野浩二被告の判決で、名古屋地裁は15日、懲役2年、執行猶予4年を言い渡した。",
        ),
        (
            "元市議に無罪判決\u3000名古屋地裁",
            "政務活動費をだまし取ったとして詐欺罪に問われた元春日井市議、大野浩二被告の判決で、名古屋地裁は15日、無罪を言い渡した。",
        ),
    ),
    "dutch": (
        (
            "AEX stijgt na cijfers ASML",
            "De Amsterdamse beurs is woensdag met winst gesloten, de AEX won 0,8 procent op 861 punten.",
        ),
        (
            "AEX daalt na cijfers ASML",
            "De Amsterdamse beurs is woensdag met verlies gesloten, de AEX verloor 0,8 procent op 847 punten.",
        ),
    ),
    "polish": (
        (
            "Sąd skazał byłego prezesa spółki",
            "Sąd Okręgowy w Katowicach skazał w środę byłego prezesa spółki węglowej Marka Pilcha, oskarżonego o wyrządzenie szkody majątkowej.",
        ),
        (
            "Sąd uniewinnił byłego prezesa spółki",
            "Sąd Okręgowy w Katowicach uniewinnił w środę byłego prezesa spółki węglowej Marka Pilcha, oskarżonego o wyrządzenie szkody majątkowej.",
        ),
    ),
    "turkish": (
        ("Dolar güne yükselişle başladı", "Dolar/TL, güne 32,10 seviyesinden yükselişle başladı."),
        ("Dolar güne düşüşle başladı", "Dolar/TL, güne 31,95 seviyesinden düşüşle başladı."),
    ),
}

COPIES: Pairs = {
    "one text under a title that denies": (
        (
            "Harbour pier is not safe, divers find",
            "Divers found a crack as wide as a hand in the oldest pillar of the pier, and all boats were sent to the north quay.",
        ),
        (
            "Harbour pier is unsafe, divers find",
            "Divers found a crack as wide as a hand in the oldest pillar of the pier, and all boats were sent to the north quay.",
        ),
    ),
    "one text under contrary titles": (
        (
            "Stocks rise after dip as traders weigh grain report",
            "Shares on the Wend exchange ended little changed on Tuesday after a day of swings, as traders weighed a report on the grain harvest.",
        ),
        (
            "Stocks fall, then recover as traders weigh grain report",
            "Shares on the Wend exchange ended little changed on Tuesday after a day of swings, as traders weighed a report on the grain harvest.",
        ),
    ),
    "a denial in a sentence that was cut from one": (
        (
            "Council will not close lakeside school",
            "The council of Wendover voted eight to three on Monday to mend the roof of the lakeside school. It did not say who will pay.",
        ),
        (
            "Lakeside school stays open",
            "The council of Wendover voted eight to three on Monday to mend the roof of the lakeside school.",
        ),
    ),
    "german, a desk's own denial": (
        (
            "Kein Ende der Sperrung am Wendsee",
            "Wegen neuer Risse bleibt die Uferstraße am Wendsee bis auf Weiteres gesperrt, teilte der Landkreis am Montag mit.",
        ),
        (
            "Uferstraße am Wendsee bleibt gesperrt",
            "Wegen neuer Risse bleibt die Uferstraße am Wendsee bis auf Weiteres gesperrt, teilte der Landkreis am Montag mit.",
        ),
    ),
}


@pytest.mark.parametrize("case", DENIED)
def test_a_denial_is_another_story(case: str) -> None:
    assert not agree(*DENIED[case])


@pytest.mark.parametrize("case", CONTRARY)
def test_the_contrary_is_another_story(case: str) -> None:
    assert not agree(*CONTRARY[case])


@pytest.mark.parametrize("case", COPIES)
def test_one_text_is_one_story_whatever_its_title_denies(case: str) -> None:
    assert agree(*COPIES[case])


def test_a_word_denies_only_where_its_language_does() -> None:
    text = (
        "Um incêndio destruiu esta madrugada um armazém de cortiça {} porto de Vendal, disseram os bombeiros."
    )
    one = ("Incêndio no porto de Vendal destrói armazém", text.format("no"))
    other = ("Incêndio em porto de Vendal destrói armazém", text.format("em"))
    assert judged(one, other, "pt").same
    assert judged(one, other).vetoed_by == "negation"
