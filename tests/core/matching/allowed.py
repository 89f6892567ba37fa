"""Near neighbours of what vetoes forbid, which are copies all the same, by the veto that must keep still."""

from tests.core.matching.pairing import Pairs, filled

PIER = "Divers found a crack as wide as a hand in the oldest pillar of the pier, and all boats were sent to the north quay for as long as repairs go on."
LONG = "The rebuilt market hall of Wendover opened to traders in the morning after four years of work that began when part of its glass roof came down in a gale. Stallholders moved in with fish, cheese and flowers while a brass band played on the gallery and schoolchildren handed out programmes. The architect said that the iron columns had been kept, cleaned and painted in the green that was found under nine layers of grey. The work cost {0} million crowns, of which the county paid half."

ALLOWED: dict[str, Pairs] = {
    "figures": {
        "english, a toll that rose": filled(
            "Landslide above Lake Wend kills {0}",
            "A landslide above Lake Wend buried a camp on Sunday night, killing {0} people and leaving {1} missing, rescuers said.",
            ("8", "20"),
            ("13", "9"),
        ),
        "french, a toll that rose": filled(
            "Glissement de terrain au lac de Vendeuil : {0} morts",
            "Un glissement de terrain au-dessus du lac de Vendeuil a enseveli un camp dimanche, faisant {0} morts et {1} disparus, selon les secours.",
            ("8", "20"),
            ("13", "9"),
        ),
        "german, a toll that rose": filled(
            "Erdrutsch am Wendsee: {0} Tote",
            "Bei einem Erdrutsch am Wendsee sind in der Nacht zum Sonntag {0} Menschen getötet worden, {1} weitere werden vermisst, wie die Retter mitteilten.",
            ("8", "20"),
            ("13", "9"),
        ),
        "japanese, a toll that rose": filled(
            "ヴェンダ湖で土砂崩れ、死者{0}人",
            "ヴェンダ湖の上流で土砂崩れが起き、キャンプ場が埋まった。死者は{0}人、行方不明は{1}人と救助隊が発表した。",
            ("8", "20"),
            ("13", "9"),
        ),
        "english, a magnitude revised by .5": filled(
            "Quake of magnitude {0} shakes Lake Wend",
            "A quake of magnitude {0} shook villages around Lake Wend before dawn, the observatory said, and cracked the walls of two churches.",
            ("5.6",),
            ("6.1",),
        ),
        "spanish, a magnitude revised by .3": filled(
            "Sismo de magnitud {0} sacude el lago Venda",
            "Un sismo de magnitud {0} sacudió los pueblos del lago Venda antes del alba, informó el observatorio, y agrietó los muros de dos iglesias.",
            ("5,6",),
            ("5,9",),
        ),
        "english, one corrected figure in a long text": filled(
            "Wendover opens rebuilt market hall", LONG, ("18",), ("81",)
        ),
        "english, a figure written in two ways": filled(
            "Wendover hires lifeguards",
            "The town of Wendover hired {0} lifeguards for the lake on Friday after a summer in which bathers had to be pulled out every week.",
            ("seven",),
            ("7",),
        ),
    },
    "names": {
        "english, one name spelled otherwise": filled(
            "Police look for witnesses after burglary",
            "Police in Wendover look for witnesses after a burglary at a shop in Linden Street owned by {0} and ask drivers with cameras to call Sergeant Ames at once.",
            ("Hobbs",),
            ("Hobbes",),
        ),
        "german, with and without first names": filled(
            "Neuer Chef für Stadtwerke Wendau",
            "Neuer Chef der Stadtwerke Wendau wird zum Jahreswechsel {0}, wie Bürgermeister {1} mitteilte, der bisherige Leiter Corvin geht in den Ruhestand.",
            ("Ahlers", "Brink"),
            ("Jan Ahlers", "Uwe Brink"),
        ),
        "russian, letters with and without dots": filled(
            "Назначен новый главврач больницы Вендска",
            "Главврачом больницы города Вендск назначен доктор {0} по предложению мэра Беловой после отставки доктора Громовой в конце года.",
            ("Королев",),
            ("Королёв",),
        ),
    },
    "day": {
        "english, in datelines only": filled(
            "Crack found in Wendover pier",
            "WENDOVER, {0} (AP) - " + PIER,
            ("Monday",),
            ("Tuesday",),
        ),
        "english, one title has no day": (
            ("Wendover pier shut on Monday", PIER),
            ("Wendover pier shut", PIER),
        ),
        "english, one text says today": filled(
            "Wendover pier shut",
            "{0}, divers in Wendover found a crack as wide as a hand in the oldest pillar of the pier, and all boats were sent to the north quay.",
            ("On Monday",),
            ("Today",),
        ),
        "german, the same day": filled(
            "Sperrung am Montag in Wendau",
            "Autofahrer in Wendau müssen am Montag mit einer Sperrung der Ringstraße rechnen, weil Kanäle gespült werden, {0} die Stadt.",
            ("so",),
            ("sagte",),
        ),
        "spanish, in datelines only": filled(
            "Grieta en el muelle de Venda",
            "VENDA, {0} (EFE).- Los buzos hallaron una grieta del ancho de una mano en el pilar más viejo del muelle y los barcos van al muelle norte.",
            ("lunes",),
            ("martes",),
        ),
    },
    "title figures": {
        "english, what is counted was counted again": filled(
            "Wendover shipyard fails with {0} workers",
            "The Wendover shipyard Harms & Quill asked a court on Tuesday for protection from its creditors, which puts {0} workers at risk. Its manager Bo Tarn blamed the price of steel and a customer in Norway. Wages are paid until March, and the union Lake Metal wants the Wend state to step in.",
            ("360",),
            ("340",),
        ),
        "english, a toll": filled(
            "Landslide above Lake Wend leaves {0} dead",
            "A landslide above Lake Wend buried a camp on Sunday night while its guests slept, rescuers said{1}.",
            ("8", ""),
            ("13", " at dawn"),
        ),
        "hindi, a toll": filled(
            "वेंड झील पर भूस्खलन में {0} की मौत",
            "वेंड झील के ऊपर रविवार रात भूस्खलन से एक शिविर दब गया जिसमें {0} लोगों की मौत हो गई, बचाव दल ने बताया।",
            ("8",),
            ("13",),
        ),
        "english, only one title has a figure": (
            ("Wendover council adds 40 benches to lakeside park", PIER),
            ("Wendover council adds benches to lakeside park", PIER),
        ),
        "german, in figures and in words": filled(
            "{0} neue Bänke für den Park am Wendsee",
            "Der Rat von Wendau lässt {1} neue Bänke im Park am See aufstellen, weil sich Besucher über fehlende Sitze beklagt hatten.",
            ("Sieben", "sieben"),
            ("7", "7"),
        ),
    },
    "title names": {
        "english, a name written in two ways": filled(
            "Mayor {0} opens rebuilt lakeside library",
            "A ribbon was cut at noon and the old reading room was full for the first time in years, with children on every sill.",
            ("Mikhailov",),
            ("Mikhaylov",),
        ),
        "english, the one who is named is known to the other": (
            (
                "Mayor opens rebuilt library",
                "Ada Quill, mayor of Wendover, cut a ribbon at noon and the old reading room was full for the first time in years.",
            ),
            (
                "Quill opens rebuilt library",
                "Ada Quill, mayor of Wendover, cut a ribbon at noon and the old reading room was full for the first time in years.",
            ),
        ),
        "italian, a synonym over the same text": filled(
            "Il sindaco {0} la biblioteca sul lago",
            "Il nastro è stato tagliato a mezzogiorno e la vecchia sala di lettura di Vendone era piena per la prima volta da anni.",
            ("inaugura",),
            ("riapre",),
        ),
    },
    "generic title": {
        "english, one text is a caption that says nothing": (
            ("Wendover pier shut after crack found", "A diver."),
            ("Wendover pier shut after crack found", PIER),
        ),
        "english, a title that says much": (
            ("Divers find crack in oldest pillar of Wendover pier", "A hand fits in, boats are sent away."),
            ("Divers find crack in oldest pillar of Wendover pier", "The north quay takes everyone for now."),
        ),
        "german, a phrase is shared": (
            ("Polizei sucht Zeugen nach Überfall", "Ein Maskierter bedrohte in Celle eine Verkäuferin."),
            ("Polizei sucht Zeugen nach Überfall", "In Celle bedrohte ein Maskierter eine Verkäuferin."),
        ),
    },
    "link": {
        "english, the first sentence as a headline": (
            (
                "Divers found a crack as wide as a hand in the oldest pillar",
                "All boats go to the north quay.",
            ),
            ("Wendover pier shut", PIER),
        ),
        "english, behind what was left of a dateline": (
            (
                "Divers found a crack as wide as a hand in the oldest pillar",
                "All boats go to the north quay.",
            ),
            ("Wendover pier shut", f"Wend Herald: {PIER}"),
        ),
        "english, further on in one text": (
            (
                "All boats were sent to the north quay",
                "Divers found a crack as wide as a hand, and all boats were sent to the north quay for as long as repairs go on.",
            ),
            ("Wendover pier shut", PIER),
        ),
    },
    "negation": {
        "english, both deny": (
            ("Wend Mills won't close lakeside bakery", "Staff were told at breakfast."),
            ("Wend Mills will not close lakeside bakery", "Staff heard it early."),
        ),
        "english, one text whatever the title": (
            ("Wendover pier not safe for boats", PIER),
            ("Wendover pier unsafe for boats", PIER),
        ),
        "german, both deny": (
            ("Wend-Mühlen schließen Bäckerei am See nicht", "Der Chef sprach früh."),
            ("Wend-Mühlen schließen die Bäckerei am See nicht", "Das Personal jubelt."),
        ),
        "russian, both deny": (
            ("Вендские мельницы не закроют пекарню у озера", "Говорил владелец."),
            ("Вендские мельницы не закроют старую пекарню у озера", "Персонал рад."),
        ),
    },
    "direction": {
        "english, two words for up": (
            ("Wend Mills shares rise on grain report", "Traders were in good heart."),
            ("Wend Mills shares jump on grain report", "Traders cheered."),
        ),
        "english, one text whatever the title": (
            ("Divers open up on Wendover pier", PIER),
            ("Divers close to Wendover pier", PIER),
        ),
        "spanish, two words for down": (
            ("Las acciones de Molinos Wend bajan tras el informe", "Mal ánimo."),
            ("Las acciones de Molinos Wend caen tras el informe", "Poco ánimo."),
        ),
        "german, two words for up": (
            ("Aktien der Wend-Mühlen steigen nach Erntebericht", "Gute Laune."),
            ("Aktien der Wend-Mühlen gestiegen nach Erntebericht", "Gute Stimmung."),
        ),
        "chinese, the same word": (
            ("文德面粉公司股价大幅上涨", "投资者情绪高昂。"),
            ("文德面粉公司股价大幅上涨超预期", "投资者情绪很好。"),
        ),
    },
    "column": {
        "english, a column's word over one text": (
            ("Weather: pier in Wendover shut by crack", PIER),
            ("Live updates: pier in Wendover shut by crack", PIER),
        ),
        "german, one commentary printed twice": (
            (
                "Kommentar vom Wendauer See",
                "Die Brücke ist zu teuer, und der Rat weiß es seit Jahren, sagt aber nichts dazu, weil im Herbst gewählt wird.",
            ),
            (
                "Kommentar vom Wendauer See",
                "Die Brücke ist zu teuer, und der Rat weiß es seit Jahren, sagt aber nichts dazu, weil im Herbst gewählt wird. Schade.",
            ),
        ),
        "portuguese, a forecast printed twice": (
            (
                "Previsão do tempo para Venda",
                "Uma frente fria chega ao lago de Venda com ventos fortes e ondas de dois metros, e os barcos devem ficar no porto.",
            ),
            (
                "Previsão do tempo em Venda",
                "Uma frente fria chega ao lago de Venda com ventos fortes e ondas de dois metros, e os barcos devem ficar no porto.",
            ),
        ),
    },
}
