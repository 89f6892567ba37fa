"""Pairs of what recurs and is no copy, by kind: columns, wraps, background, quotes, headlines, places."""

from tests.core.matching.pairing import Pairs

SHOAL = "The trawler Merel, which ran onto the Gant shoal in January with nine hands aboard, has leaked oil into the sound ever since and cost the county its herring season."
QUOTE = "“We counted every crate twice, and nobody who was there that night can tell me where the rest of them went,” said warehouse clerk Ines Tolk."

APART: dict[str, Pairs] = {
    "columns": {
        "letters to the editor": (
            (
                "Letters to the editor",
                "Your report on the herring fleet left out the crews who mend nets all winter for no pay.",
            ),
            (
                "Letters to the editor",
                "Why does the bus to the hospital stop running at six when visiting hours end at eight?",
            ),
        ),
        "a morning newsletter": (
            (
                "The Morning Tide: what to know today",
                "Good morning from the harbour. Today we look at the price of herring and a row over parking.",
            ),
            (
                "The Morning Tide: what to know today",
                "Good morning from the harbour. Today we look at the new ferry and a book about fog.",
            ),
        ),
        "quizzes": (
            (
                "Weekly news quiz: how closely did you follow?",
                "Which minister lost a hat at sea, and what did the dog in Gant find? Ten questions.",
            ),
            (
                "Weekly news quiz: how closely did you follow?",
                "Who won the net-mending cup, and why was the choir late? Ten questions.",
            ),
        ),
        "puzzles": (
            (
                "Mini crossword puzzle",
                "Six across: a bird that dives. Two down: a knot that slips under load.",
            ),
            ("Mini crossword puzzle", "One across: what bakers knead. Four down: a wind from the south."),
        ),
        "podcasts": (
            (
                "Podcast: Voices of the Sound",
                "In this episode a lighthouse keeper tells of forty winters alone with a radio.",
            ),
            (
                "Podcast: Voices of the Sound",
                "In this episode two sisters explain why they bought a mill that has no water.",
            ),
        ),
        "galleries": (
            (
                "Pictures of the day",
                "Fireworks over Gant, goats on a roof in Merel and more from our photographers.",
            ),
            ("Pictures of the day", "A frozen pier, a boy with an owl and more from our photographers."),
        ),
        "horoscopes": (
            ("Horoscope for the week", "Pisces: a letter brings clarity. Aries: leave the boat at home."),
            ("Horoscope for the week", "Pisces: rest before Friday. Aries: an old debt is paid."),
        ),
        "lotteries": (
            (
                "Winning numbers in the Sound Lotto",
                "The winning numbers in Monday's draw were 4, 9, 17, 22 and 31. Nobody had all five.",
            ),
            (
                "Winning numbers in the Sound Lotto",
                "The winning numbers in Thursday's draw were 2, 11, 13, 28 and 40. Nobody had all five.",
            ),
        ),
        "spanish horoscopes": (
            ("Horóscopo de la semana", "Piscis: una carta trae claridad. Aries: deja la barca en casa."),
            ("Horóscopo de la semana", "Piscis: descansa antes del viernes. Aries: se paga una vieja deuda."),
        ),
        "german lottery": (
            (
                "Lottozahlen vom Samstag",
                "Die Gewinnzahlen lauten 4, 9, 17, 22, 31 und 40. Angaben ohne Gewähr.",
            ),
            (
                "Lottozahlen vom Samstag",
                "Die Gewinnzahlen lauten 2, 11, 13, 28, 35 und 41. Angaben ohne Gewähr.",
            ),
        ),
        "french weather": (
            ("Météo du jour", "Pluie fine sur la côte le matin, éclaircies l'après-midi et vent faible."),
            ("Météo du jour", "Grand soleil partout, gelées au petit matin dans les vallées."),
        ),
        "japanese editorials": (
            ("社説 港の明日", "漁船の燃料費が上がり続けている。県は支援の仕組みを急いで整えるべきだ。"),
            ("社説 港の明日", "図書館の閉館が相次いでいる。子どもたちの居場所を守る議論が要る。"),
        ),
    },
    "market wraps": {
        "english, the exchange named alike": (
            (
                "Stocks close higher",
                "Shares on the Gant exchange rose for a third day as shippers gained 2.1 percent and banks followed.",
            ),
            (
                "Stocks close higher",
                "Shares on the Gant exchange ended up on Friday, with mills and makers of nets in front.",
            ),
        ),
        "english": (
            (
                "Stocks close higher",
                "Gant shares rose for a third day as shippers gained 2.1 percent and banks followed in brisk trade.",
            ),
            (
                "Stocks close higher",
                "The exchange in Gant ended a quiet Friday in the black, with mills and makers of nets in front.",
            ),
        ),
        "english, two days of one frame": (
            (
                "Gant shares end higher as shippers gain",
                "The Gant index rose 1.2 percent to 4,310 on Monday, led by shippers, while the crown eased to 8.41 against the dollar.",
            ),
            (
                "Gant shares end higher as shippers gain",
                "The Gant index rose 0.4 percent to 4,388 on Wednesday, led by shippers, while the crown eased to 8.57 against the dollar.",
            ),
        ),
        "german": (
            (
                "Börse Gant schließt fester",
                "Der Index gewann am Montag 1,2 Prozent auf 4310 Punkte, gefragt waren Reeder.",
            ),
            (
                "Börse Gant schließt fester",
                "Der Index gewann am Mittwoch 0,4 Prozent auf 4388 Punkte, gefragt waren Banken.",
            ),
        ),
        "chinese": (
            ("甘特股市收盘上涨", "甘特指数周一上涨1.2%，报4310点，航运股领涨，成交清淡。"),
            ("甘特股市收盘上涨", "甘特指数周三上涨0.4%，报4388点，银行股走强，成交放大。"),
        ),
    },
    "background": {
        "english": (
            (
                "County sues owner of trawler",
                f"Lawyers for the county handed in a suit of ninety pages against the ship's owner on Tuesday. {SHOAL}",
            ),
            (
                "Swans return to the sound",
                f"Bird watchers counted forty swans off the point at dawn, the first since winter. {SHOAL}",
            ),
        ),
        "english, before the news": (
            (
                "Oil barrier torn by gale",
                f"{SHOAL} On Tuesday a gale tore the floating barrier that was to hold the slick.",
            ),
            (
                "Choir sings for fishermen",
                f"{SHOAL} A choir from Gant gave its takings of Sunday night to crews without work.",
            ),
        ),
        "spanish": (
            (
                "El condado demanda al armador",
                "Los abogados presentaron el martes una demanda de noventa páginas. El pesquero Merel, que encalló en enero con nueve tripulantes, ha vertido petróleo al estrecho desde entonces y costó la temporada del arenque.",
            ),
            (
                "Vuelven los cisnes",
                "Los observadores contaron cuarenta cisnes al alba frente a la punta. El pesquero Merel, que encalló en enero con nueve tripulantes, ha vertido petróleo al estrecho desde entonces y costó la temporada del arenque.",
            ),
        ),
    },
    "quotes": {
        "english": (
            (
                "Police search Gant warehouse",
                f"Officers carried boxes of files out of a warehouse in Gant on Monday after a tip about missing copper. {QUOTE}",
            ),
            (
                "Who is Ines Tolk?",
                f"She grew up on a barge, speaks five languages and keeps bees on the roof of her house. {QUOTE} Her book is out in May.",
            ),
        ),
    },
    "generic headlines": {
        "two towns' murders": (
            (
                "Man charged with murder",
                "A baker from Gant, 44, was brought before a judge after his brother was found dead in a mill.",
            ),
            (
                "Man charged with murder",
                "Detectives in Merel say that the driver knew the teacher who died at the lock in autumn.",
            ),
        ),
        "two crashes": (
            ("Two hurt in crash", "A van and a tractor met on the Gant road in fog."),
            ("Two hurt in crash", "A tram in Merel ran into a bus at the fish market."),
        ),
        "two fires": (
            (
                "Firefighters battle warehouse blaze",
                "Smoke hung over the Gant docks as straw burned through the night.",
            ),
            (
                "Firefighters battle warehouse blaze",
                "Paint tins blew up in a hall outside Merel; nobody was inside.",
            ),
        ),
        "german": (
            (
                "Mann bei Unfall verletzt",
                "Ein Radfahrer stürzte in Gant auf nassen Schienen und brach sich den Arm.",
            ),
            ("Mann bei Unfall verletzt", "Auf der Autobahn bei Merel fuhr ein Lastwagen in ein Stauende."),
        ),
        "french": (
            ("Un homme mis en examen", "Un boulanger de Gant est soupçonné d'avoir mis le feu à son moulin."),
            ("Un homme mis en examen", "À Merel, la police a arrêté le chauffeur d'un car scolaire."),
        ),
        "russian": (
            (
                "Мужчина задержан по подозрению в краже",
                "В Ганте со двора пекарни в ночь на среду пропали две лодки, мотор и старая телега.",
            ),
            (
                "Мужчина задержан по подозрению в краже",
                "Житель Мереля, по данным следствия, вынес из краеведческого музея часы и два самовара.",
            ),
        ),
    },
    "places": {
        "english, power cuts": (
            (
                "Power cut in Gant leaves thousands in the dark",
                "A fallen mast left 4,000 homes in Gant without power on Monday night, the grid firm Lumo said, and crews worked in Gant until dawn.",
            ),
            (
                "Power cut in Merel leaves thousands in the dark",
                "A fallen mast left 7,500 homes in Merel without power on Monday night, the grid firm Lumo said, and crews worked in Merel until dawn.",
            ),
        ),
        "italian, power cuts": (
            (
                "Blackout a Ganto, migliaia al buio",
                "Un traliccio caduto ha lasciato senza luce 4.000 case a Ganto lunedì notte, ha detto la società Lumo.",
            ),
            (
                "Blackout a Merello, migliaia al buio",
                "Un traliccio caduto ha lasciato senza luce 7.500 case a Merello lunedì notte, ha detto la società Lumo.",
            ),
        ),
        "russian, power cuts": (
            (
                "Гант остался без света",
                "Из-за упавшей мачты без света остались 4000 домов в Ганте, сообщила компания «Люмо».",
            ),
            (
                "Мерель остался без света",
                "Из-за упавшей мачты без света остались 7500 домов в Мереле, сообщила компания «Люмо».",
            ),
        ),
    },
}
