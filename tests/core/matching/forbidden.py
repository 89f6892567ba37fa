"""What each veto has to forbid: pairs that some rule would join, by the veto that says no."""

from tests.core.matching.pairing import Pairs, filled

PIER = "Divers found a crack as wide as a hand in the oldest pillar of the pier, and all boats were sent to the north quay for as long as repairs go on."
GRAIN = "Farmers around Lake Wend brought in less grain than at any time since records began, the ministry said, blaming a wet spring and a plague of voles."
BRIDGE = "Die neue Brücke ist zu teuer, und der Rat weiß es seit Jahren, sagt aber nichts dazu, weil im Herbst gewählt wird."
TREES = "Wer Bäume fällt, soll neue pflanzen, am besten vor dem eigenen Haus und nicht im Nachbarort, meint eine Leserin."
TOLL_BRIDGE = (
    "Il ponte costa troppo e il consiglio lo sa da anni, ma nessuno ne parla mai perché in autunno si vota."
)
PLANTING = (
    "Chi taglia gli alberi ne pianti di nuovi, meglio se davanti alla propria casa, propone una lettrice."
)

FORBIDDEN: dict[str, Pairs] = {
    "figures": {
        "english, numbers drawn, at the end": filled(
            "Numbers drawn in the Lake Pick evening game",
            "WENDOVER (AP) _ The numbers in the evening drawing of the Wend lottery's Lake Pick game were: {0}",
            ("4-7-1",),
            ("0-2-9",),
        ),
        "english, quarters of one firm": filled(
            "Wend Mills posts higher profit",
            "Wend Mills said profit for the quarter rose to {0} million crowns from {1} million a year before, and that it would pay {2} crowns a share.",
            ("31", "28", "2.4"),
            ("47", "39", "3.1"),
        ),
        "english, two scores of one pair": filled(
            "Herons beat Otters in league game",
            "Ada Quill scored {0} points, Bo Tarn added {1} and the Herons beat the Otters {2} in the league.",
            ("21", "14", "88-71"),
            ("9", "17", "64-60"),
        ),
        "english, numbers in words": filled(
            "Herons beat Otters in league game",
            "Ada Quill scored {0} goals, Bo Tarn made {1} saves and the Herons beat the Otters by {2} goals in the league on a wet pitch.",
            ("three", "seven", "two"),
            ("five", "four", "three"),
        ),
        "spanish": filled(
            "Molinos Wend gana más",
            "Molinos Wend ganó {0} millones de coronas en el trimestre frente a {1} millones un año antes y pagará {2} coronas por acción.",
            ("31", "28", "2,4"),
            ("47", "39", "3,1"),
        ),
        "german": filled(
            "Wend-Mühlen verdienen mehr",
            "Die Wend-Mühlen haben im Quartal {0} Millionen Kronen verdient nach {1} Millionen ein Jahr zuvor und zahlen {2} Kronen je Aktie.",
            ("31", "28", "2,4"),
            ("47", "39", "3,1"),
        ),
        "russian": filled(
            "Прибыль Вендских мельниц выросла",
            "Прибыль Вендских мельниц за квартал составила {0} миллионов крон против {1} миллионов годом ранее, дивиденды составят {2} кроны на акцию.",
            ("31", "28", "2,4"),
            ("47", "39", "3,1"),
        ),
        "chinese": filled(
            "文德面粉公司公布季度业绩",
            "文德面粉公司本季度净利润为{0}亿元，去年同期为{1}亿元，每股派息{2}元。",
            ("31", "28", "2.4"),
            ("47", "39", "3.1"),
        ),
        "hindi": filled(
            "वेंड मिल्स का मुनाफा",
            "वेंड मिल्स ने तिमाही में {0} करोड़ रुपये का मुनाफा कमाया जो एक साल पहले {1} करोड़ था और प्रति शेयर {2} रुपये देगी।",
            ("31", "28", "2.4"),
            ("47", "39", "3.1"),
        ),
    },
    "names": {
        "english, two burglaries": filled(
            "Police look for witnesses after burglary",
            "Police in {0} look for witnesses after a burglary at a shop in {1} Street owned by {2} and ask drivers with cameras to call Sergeant {3} at once.",
            ("Wendover", "Linden", "Hobbs", "Ames"),
            ("Tarnby", "Cooper", "Vance", "Pryor"),
        ),
        "french, two appointments": filled(
            "Un nouveau directeur pour l'hôpital",
            "L'hôpital de {0} sera dirigé par {1} dès janvier, a indiqué le maire {2} mardi, en remplacement de {3} qui part à la retraite.",
            ("Vendeuil", "Aubry", "Blanc", "Caron"),
            ("Tarnac", "Duval", "Esnault", "Fabre"),
        ),
        "russian, two appointments": filled(
            "Назначен новый главврач больницы",
            "Главврачом больницы города {0} назначен доктор {1} по предложению мэра {2} после отставки доктора {3} в конце года.",
            ("Вендск", "Авдеев", "Белова", "Громова"),
            ("Тарнов", "Дьяков", "Егорова", "Жукова"),
        ),
    },
    "day": {
        "english": filled(
            "Wendover traffic on {0}",
            "Wendover drivers will meet slow traffic on {0} along the ring road and near the stadium, where lanes are narrowed, the city said.",
            ("Monday",),
            ("Thursday",),
        ),
        "spanish": filled(
            "Cortes de agua en Venda el {0}",
            "El barrio alto de Venda no tendrá agua el {0} por la reparación de una tubería maestra, informó la empresa municipal.",
            ("lunes",),
            ("jueves",),
        ),
        "german": filled(
            "Sperrung am {0} in Wendau",
            "Autofahrer in Wendau müssen am {0} mit einer Sperrung der Ringstraße rechnen, weil Kanäle gespült werden, so die Stadt.",
            ("Montag",),
            ("Donnerstag",),
        ),
        "russian": filled(
            "Отключение воды в Вендске в {0}",
            "Жители верхнего района Вендска в {0} останутся без воды из-за ремонта магистральной трубы, сообщила мэрия.",
            ("понедельник",),
            ("четверг",),
        ),
        "japanese": filled(
            "ヴェンダ市で{0}に断水",
            "ヴェンダ市は水道管の修理のため、高台地区で{0}に断水すると発表した。給水車を出す。",
            ("月曜",),
            ("木曜",),
        ),
    },
    "title figures": {
        "english, a numbered zone": filled(
            "Frost warning extended for Zone {0}",
            "The lake authority extended the frost warning for Zone {0} until further notice. Growers should cover young plants and leave no water in pipes. Straw is handed out at the old depot.",
            ("14",),
            ("31",),
        ),
        "english, a line of letters and figures": filled(
            "Ferry {0} turned back after engine trouble",
            "The evening ferry, {0}, turned back to the north quay on Monday after engine trouble, the harbour said. All on board were put up for the night, and an inspector was looking at the engine.",
            ("WL208",),
            ("WL517",),
        ),
        "spanish, a numbered draw": filled(
            "Sorteo {0} de la rifa del lago: premios",
            "La rifa del lago celebró este sábado el sorteo {0}. El premio mayor se repartió entre varios puestos del mercado. Los boletos se pagan en los próximos tres meses.",
            ("2207",),
            ("2208",),
        ),
        "chinese, a numbered ferry": filled(
            "第{0}号渡轮因大雾停航",
            "湖区管理局表示，第{0}号渡轮因大雾于周一停航，乘客可在三十日内退票。工作人员正在检查码头设施，预计次日恢复。",
            ("18",),
            ("27",),
        ),
        "english, a year apart": filled(
            "Wendover lake swim {0} draws a record field",
            "A record field set out on Sunday on the {1} lake swim of Wendover, from the old pier to the north quay. Swimmers had come from thirty towns, the club said, and tea was served to all who arrived before dusk.",
            ("2031", "12th"),
            ("2032", "13th"),
        ),
        "german, a year apart": filled(
            "Seefest {0} in Wendau: So teuer ist das Bier",
            "Auf dem Seefest in Wendau kostet das Bier in diesem Jahr bis zu {1} Kronen, teilte die Stadt mit. Der Preis liegt höher als im Vorjahr. Das Fest beginnt mit dem Anstich durch die Bürgermeisterin am Alten Hafen.",
            ("2031", "9,80"),
            ("2032", "10,40"),
        ),
        "english, the next day of a trial": filled(
            "Trial of former mayor: day {0}",
            "The trial of former mayor Guy Rennick, who is accused of taking bribes from builders between 2012 and 2016, continued on {1}. {2}",
            ("three", "Wednesday", "The court heard from his driver."),
            ("four", "Thursday", "A builder told of envelopes left in a car."),
        ),
        "english": filled(
            "Wendover council adds {0} benches to lakeside park",
            "{1}",
            ("40", "The council of Wendover wants more seats by the water."),
            ("75", "Oak and steel will be used, a planner told the paper."),
        ),
        "french": filled(
            "Vendeuil ajoute {0} bancs au parc du lac",
            "{1}",
            ("40", "La mairie veut davantage de places assises au bord de l'eau."),
            ("75", "Le chêne et l'acier seront employés, selon un urbaniste."),
        ),
        "portuguese": filled(
            "Venda instala {0} bancos no parque do lago",
            "{1}",
            ("40", "A prefeitura quer mais lugares à beira da água."),
            ("75", "Serão usados carvalho e aço, disse um arquiteto."),
        ),
        "arabic": filled(
            "بلدية وندا تضيف {0} مقعدا إلى حديقة البحيرة",
            "{1}",
            ("40", "تريد البلدية أماكن جلوس أكثر قرب الماء."),
            ("75", "سيستخدم الخشب والفولاذ بحسب مهندس."),
        ),
    },
    "title names": {
        "english, two places that are written alike": filled(
            "Man held in {0} after kiosk theft",
            "A man was held in {0} on Monday after a theft from a kiosk, police said. Nobody was hurt. He is to be heard by a judge on Wednesday.",
            ("Wendel",),
            ("Wedel",),
        ),
        "russian, two places that are written alike": filled(
            "В {0} задержали угонщика катера",
            "В {0} полиция задержала мужчину, который угнал катер с пристани, сообщили в управлении. Катер вернули владельцу. Задержанному грозит до двух лет.",
            ("Вендске",),
            ("Лендсне",),
        ),
        "english, of one word and of two, over one text": filled(
            "{0} gets a new harbour master",
            "The port of {0} has a new harbour master, chosen from forty who applied. The work begins on the first of the month, the council said on Monday.",
            ("Harlan Bay",),
            ("Wendover",),
        ),
        "portuguese, of five words and of four": filled(
            "Corpo é encontrado em {0}",
            "O corpo de um homem foi encontrado na manhã deste domingo em {0}. A polícia investiga o caso e aguarda o laudo do instituto médico para identificar a vítima.",
            ("um terreno baldio de Olinda",),
            ("uma represa de Londrina",),
        ),
        "german, over nouns that agree": filled(
            "Neuer Leiter für das Museum {0}",
            "Das Museum {0} hat einen neuen Leiter. Der Stadtrat stimmte dem Vorschlag der Findungskommission am Montag einstimmig zu.",
            ("Wittenau",),
            ("Wendstadt",),
        ),
        "korean, with an ending in the text": filled(
            "{0}시, 새 부시장 취임",
            "{0}시는 새 부시장이 4일 취임했다고 밝혔다. 새 부시장은 충혼탑 참배를 시작으로 일정에 들어갔으며 현안을 차질 없이 추진하겠다고 말했다.",
            ("제천",),
            ("나주",),
        ),
        "turkish, with an ending in the text": filled(
            "{0} yeni müzesine kavuştu",
            "{0}'ın yeni müzesi pazartesi günü kapılarını açtı ve ilk gün binden fazla ziyaretçi ağırladı, girişler yıl sonuna kadar ücretsiz olacak.",
            ("Vendova",),
            ("Tarnas",),
        ),
        "english": filled(
            "Mayor of {0} opens rebuilt lakeside library",
            "{1}",
            ("Wendover", "A ribbon was cut at noon."),
            ("Tarnby", "Children sang for the guests."),
        ),
        "spanish": filled(
            "El alcalde de {0} inaugura la biblioteca del lago",
            "{1}",
            ("Venda", "La cinta se cortó a mediodía."),
            ("Tarnes", "Los niños cantaron para los invitados."),
        ),
        "italian": filled(
            "Il sindaco di {0} inaugura la biblioteca sul lago",
            "{1}",
            ("Vendone", "Il nastro è stato tagliato a mezzogiorno."),
            ("Tarnasca", "I bambini hanno cantato."),
        ),
        "korean": filled(
            "{0} 시장 호숫가 도서관 새로 개관",
            "{1}",
            ("웬도버", "정오에 테이프를 끊었다."),
            ("타른비", "아이들이 노래를 불렀다."),
        ),
    },
    "generic title": {
        "german": (
            ("Polizei sucht Zeugen nach Überfall", "Ein Maskierter bedrohte in Celle eine Verkäuferin."),
            ("Polizei sucht Zeugen nach Überfall", "Zwei Jugendliche raubten am Bahnhof Aalen ein Handy."),
        ),
        "russian": (
            ("Один человек погиб в ДТП", "В Вендске легковушка влетела в остановку."),
            ("Один человек погиб в ДТП", "Под Тарновом столкнулись фура и трактор."),
        ),
        "hindi": (
            ("सड़क हादसे में दो की मौत", "एटा में बाइक और जीप टकराई।"),
            ("सड़क हादसे में दो की मौत", "सीहोर के पास ट्रक ने कार को रौंदा।"),
        ),
        "chinese, where pairs of signs count twice": (
            ("一男子酒后驾车被拘", "文德一名司机撞倒护栏后逃离，警方已立案。"),
            ("一男子酒后驾车被拘", "塔尔交警在收费站查获一辆货车。"),
        ),
    },
    "link": {
        "english, at the end": (
            (
                "Wendover ferry runs aground in thick fog",
                "All on board were taken off by noon, the harbour said.",
            ),
            (
                "Lake Wend farmers lose half their grain",
                f"{GRAIN} Read next: Wendover ferry runs aground in thick fog",
            ),
        ),
        "english, over no text": (
            ("Wendover ferry runs aground in thick fog", ""),
            (
                "Lake Wend farmers lose half their grain",
                f"{GRAIN} On our pages: Wendover ferry runs aground in thick fog",
            ),
        ),
        "english, one headline of many": (
            (
                "Wendover ferry runs aground in thick fog",
                "All on board were taken off by noon, the harbour said.",
            ),
            (
                "Seven things to read on Lake Wend",
                "Lake Wend farmers lose half their grain • Wendover ferry runs aground in thick fog • Tarnby opens a museum of bells",
            ),
        ),
        "german, in the middle": (
            (
                "Fähre läuft vor Wendau im Nebel auf Grund",
                "Alle Fahrgäste sind bis Mittag von Bord gebracht worden.",
            ),
            (
                "Bauern am Wendsee verlieren halbe Ernte",
                "Die Bauern am Wendsee haben so wenig Getreide eingefahren wie nie. Mehr zum Thema: Fähre läuft vor Wendau im Nebel auf Grund. Schuld sind laut Ministerium Mäuse und ein nasser Frühling.",
            ),
        ),
        "chinese": (
            ("文德号渡轮浓雾中搁浅湖岸", "船上乘客中午前全部获救，港务局说。"),
            (
                "文德湖农民粮食减产一半",
                "文德湖一带农民今年收成为有记录以来最低，农业部门归咎于多雨的春季和鼠害。相关新闻：文德号渡轮浓雾中搁浅湖岸",
            ),
        ),
    },
    "negation": {
        "english": (
            ("Wend Mills to close lakeside bakery", "Staff were told at breakfast."),
            ("Wend Mills not to close lakeside bakery", "The owner spoke to reporters."),
        ),
        "english, in two words": (
            ("Herons call friendly against Otters", "Fans queue for tickets."),
            ("Herons call off friendly against Otters", "Ice covers the pitch."),
        ),
        "spanish": (
            ("Molinos Wend cerrará la panadería del lago", "El personal lo supo temprano."),
            ("Molinos Wend nunca cerrará la panadería del lago", "Habló el dueño."),
        ),
        "french": (
            ("Les Moulins Wend fermeront la boulangerie du lac", "Le personnel l'a appris tôt."),
            ("Les Moulins Wend ne fermeront pas la boulangerie du lac", "Le patron a parlé."),
        ),
        "german": (
            ("Wend-Mühlen schließen Bäckerei am See", "Das Personal erfuhr es früh."),
            ("Wend-Mühlen schließen Bäckerei am See nicht", "Der Chef sprach am Mittag."),
        ),
        "russian": (
            ("Вендские мельницы закроют пекарню у озера", "Персонал узнал утром."),
            ("Вендские мельницы не закроют пекарню у озера", "Говорил владелец."),
        ),
        "arabic": (
            ("مطاحن وندا تغلق مخبز البحيرة القديم", "علم العاملون صباحا."),
            ("مطاحن وندا لن تغلق مخبز البحيرة القديم", "تحدث المالك."),
        ),
    },
    "direction": {
        "english, prices": (
            ("Wend Mills shares rise on grain report", "Traders were in good heart."),
            ("Wend Mills shares fall on grain report", "Traders were in low spirits."),
        ),
        "english, verdicts": (
            ("Jury convicts Wendover banker of fraud", "Judge Ames will speak in May."),
            ("Jury acquits Wendover banker of fraud", "The courtroom burst into applause."),
        ),
        "english, votes": (
            ("Wendover council backs lakeside hotel plan", "Eight were for it."),
            ("Wendover council opposes lakeside hotel plan", "Eight were against it."),
        ),
        "spanish": (
            ("Las acciones de Molinos Wend suben tras el informe", "Buen ánimo."),
            ("Las acciones de Molinos Wend caen tras el informe", "Mal ánimo."),
        ),
        "french": (
            ("Le banquier de Vendeuil condamné pour fraude", "La salle se tait."),
            ("Le banquier de Vendeuil acquitté pour fraude", "La salle applaudit."),
        ),
        "german": (
            ("Aktien der Wend-Mühlen steigen nach Erntebericht", "Gute Laune."),
            ("Aktien der Wend-Mühlen fallen nach Erntebericht", "Schlechte Laune."),
        ),
        "russian": (
            ("Суд Вендска осудил банкира за подлог", "В зале тихо."),
            ("Суд Вендска оправдал банкира за подлог", "В зале шумно."),
        ),
        "chinese": (
            ("文德面粉公司股价大幅上涨", "投资者情绪高昂。"),
            ("文德面粉公司股价大幅下跌", "投资者情绪低落。"),
        ),
        "korean": (
            ("웬드 제분 주가 곡물 보고서 뒤 상승", "분위기가 좋았다."),
            ("웬드 제분 주가 곡물 보고서 뒤 하락", "분위기가 나빴다."),
        ),
    },
    "column": {
        "english": (
            ("Letters: Wendover lakeside residents", f"Thank you for all your letters to the desk. {PIER}"),
            ("Letters: Wendover lakeside", f"Thank you for all your letters to the desk. {GRAIN}"),
        ),
        "german": (
            (
                "Presseschau: Wendauer Seeblätter kompakt",
                f"Das schreiben die Zeitungen am See heute. {BRIDGE}",
            ),
            ("Presseschau: Wendauer Seeblätter", f"Das schreiben die Zeitungen am See heute. {TREES}"),
        ),
        "italian": (
            ("Rassegna: giornali lago Vendone", f"Ecco che cosa scrivono i giornali del lago. {TOLL_BRIDGE}"),
            ("Rassegna: giornali lago", f"Ecco che cosa scrivono i giornali del lago. {PLANTING}"),
        ),
    },
}
