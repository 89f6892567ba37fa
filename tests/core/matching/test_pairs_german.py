"""German: copies in many dresses, and what looks like a copy and is none."""

import pytest
from pairing import Pairs, agree

WIRE = (
    "Ingenieure haben die Harlower Brücke am Dienstag für den gesamten Verkehr gesperrt, nachdem bei einer"
    " Prüfung verrostete Seile im nördlichen Teil gefunden worden waren, teilte das Verkehrsministerium mit."
)
MORE = "Rund 40.000 Autofahrer, die täglich den Fluss queren, müssen nun den Tunnel bei Marden nehmen."

COPIES: Pairs = {
    "andere Überschrift": (
        ("Harlower Brücke wegen verrosteter Seile gesperrt", f"Harlow (dpa) - {WIRE} {MORE}"),
        ("Prüfer legen Flussquerung lahm", f"Harlow. {WIRE} (dpa)"),
    ),
    "Kürzel der Redaktion": (
        ("Harlower Brücke gesperrt", f"Harlow (dpa/lno) - {WIRE}"),
        ("Verrostete Seile: Brücke gesperrt", f"{WIRE} Weiterlesen"),
    ),
    "Eilmeldung und Name der Seite": (
        ("EIL: Harlower Brücke wegen verrosteter Seile gesperrt", ""),
        ("Harlower Brücke wegen verrosteter Seile gesperrt - DER SPIEGEL", WIRE),
    ),
    "mehr Tote": (
        (
            "Mindestens 14 Tote bei Grubenunglück",
            "Bei einem Grubenunglück in einer Goldmine in Velia sind am Sonntag mindestens 14 Bergleute ums Leben gekommen, wie die Behörden mitteilten. Dutzende wurden vermisst.",
        ),
        (
            "Mindestens 31 Tote bei Grubenunglück",
            "Bei einem Grubenunglück in einer Goldmine in Velia sind am Sonntag mindestens 31 Bergleute ums Leben gekommen, wie die Behörden mitteilten. Die Rettung läuft.",
        ),
    ),
    "abgeschnitten": (
        ("Brücke in Harlow gesperrt", WIRE[:110] + " …"),
        ("Verrostete Seile legen Verkehr lahm", f"{WIRE} {MORE}"),
    ),
    "Datum und Agentur": (
        ("Harlower Brücke gesperrt", f"Harlow, 4. März (Reuters) - {WIRE}"),
        ("Rost stoppt den Verkehr", f"HARLOW (AFP) - {WIRE}"),
    ),
}

OTHERS: Pairs = {
    "zwei Spiele": (
        (
            "Harlow gewinnt 2:1 gegen Marden",
            "Der FC Harlow hat am Samstag mit 2:1 gegen Marden gewonnen. Die Tore schossen Berg und Lang.",
        ),
        (
            "Harlow gewinnt 3:0 gegen Marden",
            "Der FC Harlow hat am Mittwoch mit 3:0 gegen Marden gewonnen. Die Tore schossen Berg und Kurz.",
        ),
    ),
    "steigt und fällt": (
        (
            "Dax steigt um 1,2 Prozent",
            "Der Dax ist am Montag um 1,2 Prozent gestiegen. Anleger warten auf Daten zur Inflation.",
        ),
        (
            "Dax fällt um 0,8 Prozent",
            "Der Dax ist am Dienstag um 0,8 Prozent gefallen. Anleger warten auf Daten zur Inflation.",
        ),
    ),
    "verurteilt und freigesprochen": (
        (
            "Früherer Bürgermeister wegen Bestechung verurteilt",
            "Das Landgericht Marden hat den früheren Bürgermeister am Dienstag zu drei Jahren Haft verurteilt.",
        ),
        (
            "Früherer Bürgermeister vom Vorwurf der Bestechung freigesprochen",
            "Das Landgericht Velia hat den früheren Bürgermeister am Freitag freigesprochen.",
        ),
    ),
    "eine Verneinung": (
        (
            "Kalb tritt zur Wahl an",
            "Verkehrsministerin Rosa Kalb will im kommenden Jahr bei der Präsidentenwahl antreten, sagte sie am Sonntag.",
        ),
        (
            "Kalb tritt nicht zur Wahl an",
            "Verkehrsministerin Rosa Kalb schloss am Donnerstag eine Kandidatur aus und will ihre Arbeit beenden.",
        ),
    ),
    "Lottozahlen": (
        (
            "Lottozahlen vom Mittwoch",
            "Die Lottozahlen der Ziehung vom Mittwoch: 3, 11, 19, 27, 38, 44. Superzahl: 5. Alle Angaben ohne Gewähr.",
        ),
        (
            "Lottozahlen vom Samstag",
            "Die Lottozahlen der Ziehung vom Samstag: 1, 8, 16, 29, 33, 47. Superzahl: 2. Alle Angaben ohne Gewähr.",
        ),
    ),
    "Polizeibericht": (
        (
            "POL-HAR: Unfall auf der B 12",
            "Harlow (ots) - Bei einem Unfall auf der B 12 ist am Montag ein 34-jähriger Fahrer schwer verletzt worden.",
        ),
        (
            "POL-MAR: Unfall auf der L 407",
            "Marden (ots) - Bei einem Unfall auf der L 407 ist am Sonntag ein 71-jähriger Radfahrer leicht verletzt worden.",
        ),
    ),
    "gemeinsamer Hintergrund": (
        (
            "Opposition fordert Erklärung von Ministerin",
            f"Die Opposition hat am Freitag verlangt, dass die Ministerin vor dem Parlament Stellung nimmt. {WIRE}",
        ),
        (
            "Reederei verdoppelt ihre Flotte",
            f"Die Reederei Tamar kauft sechs Schiffe, wie sie am Sonntag mitteilte. {WIRE}",
        ),
    ),
    "allgemeine Überschrift": (
        (
            "Mann wegen Mordes angeklagt",
            "Ein 44-Jähriger aus Marden soll seine Geschäftspartnerin in einer Garage getötet haben.",
        ),
        (
            "Mann wegen Mordes angeklagt",
            "Der Erntehelfer, der in Tamar einen Händler erstochen haben soll, kommt vor Gericht.",
        ),
    ),
}


@pytest.mark.parametrize("case", COPIES)
def test_copies_are_recognised(case: str) -> None:
    assert agree(*COPIES[case])


@pytest.mark.parametrize("case", OTHERS)
def test_what_only_looks_alike_stays_apart(case: str) -> None:
    assert not agree(*OTHERS[case])
