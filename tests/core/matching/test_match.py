"""The verdict on pairs: copies in many languages and dresses, and what looks like one and is not."""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.cli import lines
from aggregator.core.matching.explain import explain, phrase
from aggregator.core.matching.thresholds import TABLE, limits
from aggregator.core.matching.veto import VETOES
from aggregator.core.model import Entry, Source, Verdict

DATA = Path(__file__).parents[4] / "shared" / "data" / "matching"

Side = tuple[str, str]


def judged(one: Side, other: Side) -> Verdict:
    sides = [
        Entry(guid=str(at), url="", title=title, summary=text)
        for at, (title, text) in enumerate((one, other))
    ]
    return explain(sides[0], Source("a", "", "A", "A"), sides[1], Source("b", "", "B", "B"))


COPIES: dict[str, tuple[Side, Side]] = {
    "english, another headline": (
        (
            "Ferries stand still in the bay",
            "PORT ALDER (AP) — All ferries in the bay stopped on Monday after divers found a crack in the main pier, the harbour master said.",
        ),
        (
            "Crack in Port Alder pier stops all ferries",
            "All ferries in the bay stopped on Monday after divers found a crack in the main pier, the harbour master said. Repairs may take weeks.",
        ),
    ),
    "spanish": (
        (
            "Los transbordadores de la bahía se detienen",
            "PUERTO ALISO (EFE).- Los transbordadores de la bahía se detuvieron el lunes después de que los buzos hallaran una grieta en el muelle principal.",
        ),
        (
            "Los transbordadores de la bahía se detienen | El Faro",
            "Los transbordadores de la bahía se detuvieron el lunes después de que los buzos hallaran una grieta en el muelle principal. Leer más",
        ),
    ),
    "french": (
        (
            "Les ferries de la baie à l'arrêt",
            "PORT-AULNE (AFP) - Tous les ferries de la baie ont cessé de circuler lundi après la découverte d'une fissure dans la jetée principale.",
        ),
        (
            "Une fissure met les ferries de la baie à l’arrêt",
            "Tous les ferries de la baie ont cessé de circuler lundi après la découverte d’une fissure dans la jetée principale, selon le port.",
        ),
    ),
    "german": (
        (
            "Fähren in der Bucht stehen still",
            "Erlenhafen (dpa) - Alle Fähren in der Bucht sind am Montag eingestellt worden, nachdem Taucher einen Riss im Hauptpier gefunden hatten.",
        ),
        (
            "EILMELDUNG: Fähren in der Bucht stehen still",
            "Alle Fähren in der Bucht sind am Montag eingestellt worden, nachdem Taucher einen Riss im Hauptpier gefunden ...",
        ),
    ),
    "portuguese": (
        (
            "Balsas da baía param após rachadura",
            "Todas as balsas da baía pararam na segunda-feira depois que mergulhadores encontraram uma rachadura no píer principal.",
        ),
        (
            "Balsas da baía param após rachadura - Jornal do Porto",
            "PORTO AMIEIRO - Todas as balsas da baía pararam na segunda-feira depois que mergulhadores encontraram uma rachadura no píer principal.",
        ),
    ),
    "italian": (
        (
            "Traghetti fermi nella baia",
            "(ANSA) - PORTO ONTANO, 3 NOV - Tutti i traghetti della baia si sono fermati lunedì dopo che i sommozzatori hanno trovato una crepa nel molo principale.",
        ),
        (
            "Crepa nel molo: traghetti fermi nella baia",
            "Tutti i traghetti della baia si sono fermati lunedì dopo che i sommozzatori hanno trovato una crepa nel molo principale.",
        ),
    ),
    "russian": (
        (
            "Паромы в заливе остановлены",
            "ОЛЬХОВЫЙ ПОРТ, 3 ноя — РИА Новости. Все паромы в заливе остановлены в понедельник после того, как водолазы нашли трещину в главном причале.",
        ),
        (
            "Паромы в заливе остановлены из-за трещины",
            "Все паромы в заливе остановлены в понедельник после того, как водолазы нашли трещину в главном причале.",
        ),
    ),
    "arabic": (
        (
            "توقف جميع العبارات في الخليج",
            "توقفت جميع العبارات في الخليج يوم الاثنين بعد أن عثر غواصون على شق في الرصيف الرئيسي للميناء.",
        ),
        (
            "عاجل: توقف جميع العبارات في الخليج",
            "توقفت جميع العبارات في الخليج يوم الاثنين بعد أن عثر غواصون على شق في الرصيف الرئيسي للميناء، بحسب الإدارة.",
        ),
    ),
    "hindi": (
        (
            "खाड़ी में सभी नौका सेवाएं बंद",
            "गोताखोरों को मुख्य घाट में दरार मिलने के बाद सोमवार को खाड़ी में सभी नौका सेवाएं बंद कर दी गईं।",
        ),
        (
            "खाड़ी में सभी नौका सेवाएं बंद",
            "गोताखोरों को मुख्य घाट में दरार मिलने के बाद सोमवार को खाड़ी में सभी नौका सेवाएं बंद कर दी गईं। मरम्मत जारी है।",
        ),
    ),
    "chinese": (
        ("海湾渡轮全部停航", "新华社港城11月3日电 潜水员在主码头发现裂缝后，海湾内所有渡轮星期一全部停航。"),
        ("海湾渡轮全部停航", "潜水员在主码头发现裂缝后，海湾内所有渡轮星期一全部停航，维修可能需要数周。"),
    ),
    "japanese": (
        (
            "湾内のフェリー、全便運休",
            "【共同】潜水士が主桟橋に亀裂を発見したため、湾内の全てのフェリーが月曜日に運航を停止した。",
        ),
        (
            "湾内のフェリー、全便運休 - 港新聞",
            "潜水士が主桟橋に亀裂を発見したため、湾内の全てのフェリーが月曜日に運航を停止した。復旧の見通しは立っていない。",
        ),
    ),
    "korean": (
        (
            "만내 여객선 전면 중단",
            "잠수부들이 주 부두에서 균열을 발견한 뒤 만내 모든 여객선 운항이 월요일 전면 중단됐다고 항만 당국이 밝혔다.",
        ),
        (
            "[속보] 만내 여객선 전면 중단",
            "잠수부들이 주 부두에서 균열을 발견한 뒤 만내 모든 여객선 운항이 월요일 전면 중단됐다고 항만 당국이 밝혔다.",
        ),
    ),
    "the headline is the first sentence": (
        ("All ferries in the bay stopped on Monday after divers found a crack", "By ANNA PORT"),
        (
            "Ferries stand still",
            "All ferries in the bay stopped on Monday after divers found a crack in the main pier.",
        ),
    ),
    "a toll that rose": (
        (
            "Ferry sinks off Port Alder, 12 dead",
            "PORT ALDER (AP) - A ferry with 150 passengers sank in heavy seas off Port Alder on Monday, killing at least 12 people, police said.",
        ),
        (
            "UPDATE 1-Ferry sinks off Port Alder, 19 dead",
            "PORT ALDER (AP) - A ferry with 150 passengers sank in heavy seas off Port Alder on Monday, killing at least 19 people, police said.",
        ),
    ),
    "a magnitude that was revised": (
        (
            "Quake of magnitude 5.9 hits the Alder islands",
            "A quake of magnitude 5.9 struck 31 km off the Alder islands on Monday at a depth of 10 km, the survey said.",
        ),
        (
            "Quake of magnitude 6.1 hits the Alder islands",
            "A quake of magnitude 6.1 struck 31 km off the Alder islands on Monday at a depth of 10 km, the survey said.",
        ),
    ),
}

OTHERS: dict[str, tuple[Side, Side]] = {
    "earnings of two firms": (
        (
            "Alder Freight: 3Q Earnings Snapshot",
            "Alder Freight on Monday reported third-quarter profit of $12.5 million. The company said it had net income of 31 cents per share.",
        ),
        (
            "Bay Foods: 3Q Earnings Snapshot",
            "Bay Foods on Monday reported third-quarter profit of $71.2 million. The company said it had net income of 12 cents per share.",
        ),
    ),
    "two games": (
        (
            "Harriers beat Owls 31-20",
            "PORT ALDER (AP) - Ann Low scored 14 points and the Harriers beat the Owls 31-20 on Friday night.",
        ),
        (
            "Harriers beat Owls 17-12",
            "PORT ALDER (AP) - Ann Low scored 9 points and the Harriers beat the Owls 17-12 on Sunday night.",
        ),
    ),
    "two forecasts": (
        (
            "Port Alder weather: rain expected Monday",
            "The forecast for Port Alder on Monday calls for highs near 12 degrees and a 90 percent chance of rain.",
        ),
        (
            "Port Alder weather: rain expected Tuesday",
            "The forecast for Port Alder on Tuesday calls for highs near 17 degrees and a 60 percent chance of rain.",
        ),
    ),
    "another name in the frame": (
        (
            "Leo daily horoscope for Monday",
            "Here is your daily horoscope for Leo. The stars suggest a day of change ahead for you.",
        ),
        (
            "Virgo daily horoscope for Monday",
            "Here is your daily horoscope for Virgo. The stars suggest a day of change ahead for you.",
        ),
    ),
    "convicted and acquitted": (
        (
            "Jury convicts harbour master of fraud",
            "A jury in Port Alder on Monday convicted the harbour master in the pier fraud case.",
        ),
        (
            "Jury acquits harbour master of fraud",
            "A jury in Oak Bay on Friday acquitted the harbour master of all charges in a case over fuel.",
        ),
    ),
    "a denial": (
        (
            "Ferry union to strike on pier safety",
            "The ferry union said members will walk out over pier safety this week.",
        ),
        (
            "Ferry union will not strike on pier safety",
            "Leaders of the union ruled out a walkout on Sunday after a long meeting with the port.",
        ),
    ),
    "a column": (
        (
            "Morning Briefing",
            "Good morning. Here is what you need to know today. Ferries stopped in the bay and the council voted.",
        ),
        (
            "Morning Briefing",
            "Good morning. Here is what you need to know today. A storm is near and the mayor went abroad.",
        ),
    ),
    "shared background": (
        (
            "Harbour master steps down over pier",
            "The harbour master of Port Alder stepped down on Friday. The crack in the main pier, found by divers last week, has stopped all ferries in the bay and cost the city millions.",
        ),
        (
            "Hotels plead for help",
            "Hotels on the islands asked the government for help on Sunday. The crack in the main pier, found by divers last week, has stopped all ferries in the bay and cost the city millions.",
        ),
    ),
    "a generic headline": (
        (
            "Man charged with murder",
            "A 31-year-old from Oak Bay appeared in court on Monday over the death of a neighbour.",
        ),
        (
            "Man charged with murder",
            "Police in Elm County said a driver was held after a fatal dispute at a fuel station.",
        ),
    ),
    "one event in other words": (
        (
            "Crack found in pier stops ferries",
            "Divers who looked at the main pier on Monday morning saw a gap as wide as a hand, and the port closed at noon.",
        ),
        (
            "Port Alder closes pier",
            "Thousands of commuters were stranded after officials shut down boat traffic across the bay, citing safety.",
        ),
    ),
    "a translation": (
        (
            "Les ferries de la baie à l'arrêt",
            "Tous les ferries de la baie ont cessé de circuler lundi après la découverte d'une fissure.",
        ),
        (
            "Ferries in the bay at a standstill",
            "All ferries in the bay stopped running on Monday after the discovery of a crack.",
        ),
    ),
    "chinese, another story": (
        ("海湾渡轮全部停航", "潜水员在主码头发现裂缝后，海湾内所有渡轮星期一全部停航。"),
        ("海湾新码头明年动工", "市政府宣布将在海湾北岸修建新的客运码头，预计明年春天动工。"),
    ),
    "german, other direction": (
        (
            "Hafenaktien steigen nach Quartalszahlen",
            "Die Aktien des Hafens sind am Montag gestiegen, nachdem der Betreiber Zahlen vorgelegt hatte.",
        ),
        (
            "Hafenaktien fallen nach Quartalszahlen",
            "Die Papiere des Betreibers gaben am Freitag deutlich nach, Anleger zeigten sich enttäuscht.",
        ),
    ),
    "nothing but a word": (("Ferries", ""), ("Ferries", "")),
    "nothing at all": (("", ""), ("", "")),
    "digits": (("1 2 3", "4 5 6"), ("1 2 3", "7 8 9")),
}


@pytest.mark.parametrize("case", COPIES)
def test_copies_are_recognised_from_both_sides(case: str) -> None:
    one, other = COPIES[case]
    assert judged(one, other).same
    assert judged(other, one).same


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_no_copy_stays_apart_from_both_sides(case: str) -> None:
    one, other = OTHERS[case]
    assert not judged(one, other).same
    assert not judged(other, one).same


def test_languages_never_match_across() -> None:
    entries = [
        Entry(guid="1", url="", title="Ferries stop in bay", summary="Ferries stop.", language=code)
        for code in ("en", "nl")
    ]
    source = Source("a", "", "A", "A")
    assert explain(entries[0], source, entries[1], source).vetoed_by == "language"


def test_a_verdict_tells_every_signal_its_threshold_and_the_vetoes() -> None:
    verdict = judged(*COPIES["german"])
    assert {signal.name for signal in verdict.signals} <= TABLE.keys()
    assert all(signal.passed == (signal.value >= signal.threshold) for signal in verdict.signals)
    assert verdict.vetoes == tuple(VETOES)
    assert verdict.phrase.startswith("Alle Fähren in der Bucht sind am Montag")
    assert verdict.reason == "the same title, 15 of 15 phrases shared"


def test_the_longest_shared_phrase_is_told_as_the_first_text_has_it() -> None:
    assert phrase("A Crack in the Pier", "no crack in the pier today") == "Crack in the Pier"


def test_every_threshold_has_a_reason_and_can_be_changed() -> None:
    assert all(threshold.reason for threshold in TABLE.values())
    assert limits({"text": 0.9}).text == 0.9
    with pytest.raises(KeyError):
        limits({"nonsense": 1.0})


def test_every_veto_says_what_it_is_for() -> None:
    assert all(rule.__doc__ for rule in VETOES.values())


@settings(deadline=None, max_examples=50)
@given(*[st.tuples(st.text(max_size=60), st.text(max_size=200))] * 2)
@example(("0;0:A", "0;0;¼"), ("0;0;¼", "0;0:A"))  # each title stands whole in the other's text
def test_the_verdict_does_not_depend_on_who_came_first(one: Side, other: Side) -> None:
    assert judged(one, other).same == judged(other, one).same


@pytest.mark.skipif(not DATA.exists(), reason="the labelled pairs lie beside the project")
def test_at_least_29_of_the_30_hard_pairs_are_right() -> None:
    right = 0
    with lines.opened(str(DATA / "hard-pairs.jsonl.gz")) as stream:
        for _, pair in lines.read(stream):
            assert isinstance(pair, lines.Pair)
            right += judged((pair.a.title, pair.a.text), (pair.b.title, pair.b.text)).same == pair.same
    assert right >= 29
