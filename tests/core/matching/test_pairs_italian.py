"""Italian: copies in many dresses, and what looks like a copy and is none."""

import pytest
from pairing import Pairs, agree

WIRE = (
    "Gli ingegneri hanno chiuso martedì il ponte di Arlana a tutto il traffico dopo che un'ispezione ha trovato"
    " cavi corrosi nella campata nord, ha reso noto il ministero dei Trasporti."
)
MORE = "Circa 40mila automobilisti che attraversano ogni giorno il fiume dovranno usare il tunnel di Marden."

COPIES: Pairs = {
    "un altro titolo": (
        (
            "Chiuso il ponte di Arlana per cavi corrosi",
            f"(ANSA) - ARLANA, 04 MAR - {WIRE} {MORE} (ANSA).",
        ),
        ("Un'ispezione ferma il passaggio sul fiume", f"{WIRE} RIPRODUZIONE RISERVATA"),
    ),
    "adnkronos": (
        ("Chiuso il ponte di Arlana", f"Arlana, 4 mar. (Adnkronos) - {WIRE}"),
        ("Cavi corrosi, ponte chiuso", f"{WIRE} Leggi anche: Il tunnel di Marden"),
    ),
    "ultim'ora e nome del sito": (
        ("ULTIM'ORA - Chiuso il ponte di Arlana per cavi corrosi", ""),
        ("Chiuso il ponte di Arlana per cavi corrosi - Corriere della Sera", WIRE),
    ),
    "più vittime": (
        (
            "Crollo in miniera, 14 morti",
            "Almeno 14 minatori sono morti domenica nel crollo di una galleria in una miniera d'oro a Velia, secondo le autorità. Decine i dispersi.",
        ),
        (
            "Crollo in miniera, 31 morti",
            "Almeno 31 minatori sono morti domenica nel crollo di una galleria in una miniera d'oro a Velia, secondo le autorità. I soccorsi continuano.",
        ),
    ),
    "testo tagliato": (
        ("Ponte chiuso ad Arlana", WIRE[:100] + "..."),
        ("Cavi corrosi bloccano il traffico", f"{WIRE} {MORE}"),
    ),
}

OTHERS: Pairs = {
    "due partite": (
        (
            "Serie A: Arlana-Marden 2-1",
            "L'Arlana ha battuto il Marden 2-1 sabato sera con i gol di Ricci e Lama.",
        ),
        (
            "Serie A: Arlana-Velia 3-0",
            "L'Arlana ha battuto il Velia 3-0 mercoledì sera con i gol di Ricci e Sala.",
        ),
    ),
    "rialzo e ribasso": (
        (
            "Borsa in rialzo dell'1,2%",
            "La Borsa ha chiuso lunedì in rialzo dell'1,2% grazie alle banche, in attesa dell'inflazione.",
        ),
        (
            "Borsa in ribasso dello 0,8%",
            "La Borsa ha chiuso martedì in ribasso dello 0,8% a causa delle banche, in attesa dell'inflazione.",
        ),
    ),
    "condannato e assolto": (
        (
            "Ex sindaco di Marden condannato per corruzione",
            "Il tribunale di Marden ha condannato martedì l'ex sindaco per soldi ricevuti da un costruttore.",
        ),
        (
            "Ex sindaco di Marden assolto dalla corruzione",
            "La corte ha assolto venerdì l'ex sindaco per mancanza di prove.",
        ),
    ),
    "una negazione": (
        (
            "Calvi sarà candidata alla presidenza",
            "La ministra Rosa Calvi ha annunciato domenica che correrà alle elezioni del prossimo anno.",
        ),
        (
            "Calvi non sarà candidata alla presidenza",
            "La ministra Rosa Calvi ha escluso giovedì di correre e vuole finire il suo lavoro.",
        ),
    ),
    "due oroscopi": (
        (
            "Oroscopo di oggi, lunedì 4 marzo",
            "Le previsioni segno per segno. Ariete: una buona notizia vi attende al lavoro.",
        ),
        (
            "Oroscopo di oggi, martedì 5 marzo",
            "Le previsioni segno per segno. Ariete: riposate ed evitate le liti.",
        ),
    ),
    "contesto comune": (
        (
            "L'opposizione chiede spiegazioni",
            f"L'opposizione ha chiesto venerdì che la ministra riferisca in Parlamento. {WIRE}",
        ),
        (
            "La compagnia dei traghetti raddoppia la flotta",
            f"La compagnia di Tamar comprerà sei navi, ha detto domenica. {WIRE}",
        ),
    ),
    "due scosse": (
        (
            "Terremoto di magnitudo 3.1 a Tamar",
            "Una scossa di magnitudo 3.1 è stata registrata martedì a Tamar, a una profondità di 10 km.",
        ),
        (
            "Terremoto di magnitudo 4.4 a Velia",
            "Una scossa di magnitudo 4.4 è stata registrata martedì a Velia, a una profondità di 35 km.",
        ),
    ),
}


@pytest.mark.parametrize("case", COPIES)
def test_copies_are_recognised(case: str) -> None:
    assert agree(*COPIES[case])


@pytest.mark.parametrize("case", OTHERS)
def test_what_only_looks_alike_stays_apart(case: str) -> None:
    assert not agree(*OTHERS[case])
