"""All sources at a glance: what a list of them says, and in which order."""

from msgspec.structs import replace

from aggregator.core import survey
from aggregator.core.diary import entered
from aggregator.core.errors import Kind
from aggregator.core.model import Failure, Source, SourceState

NOW = 1_790_000_000.0
DAY = 86_400.0
WELL = SourceState(polls=9, last_poll=NOW, last_success=NOW)
FAILS = replace(WELL, error=Failure(Kind.TIMEOUT, "No answer within 20 seconds."), error_count=3)
PAUSED = replace(WELL, error=Failure(Kind.RATE_LIMITED, "Asked to wait."))
SILENT = replace(WELL, conditions=(("quiet", NOW - DAY),))


def source(name: str, host: str = "news.example") -> Source:
    return Source(id=name, url=f"https://{host}/{name}.xml", name=name.title(), outlet="The Paper")


def known(name: str, state: SourceState = WELL, host: str = "news.example") -> survey.Known:
    return source(name, host), state, NOW + 900


def ids(found: list[survey.Known]) -> list[str]:
    return [each[0].id for each in found]


def test_a_failure_is_told_with_its_sentence_and_how_often_in_a_row():
    shown = survey.line(known("a", FAILS))
    assert (shown.word, shown.sentence) == ("failing", "No answer within 20 seconds. 3 times in a row.")


def test_a_source_that_does_well_needs_no_sentence():
    assert survey.line(known("a")).sentence == ""


def test_a_new_source_says_that_nobody_asked_it_yet():
    assert survey.line(known("a", SourceState())).sentence == "Not polled yet."


def test_a_condition_is_told_though_polls_go_well():
    assert "far longer" in survey.line(known("a", SILENT)).sentence


def test_a_source_that_is_gone_is_not_polled_again():
    assert survey.line(known("a", replace(WELL, gone=True))).next_poll is None


def test_chips_count_and_choose_the_same():
    everyone = [known("a"), known("b", FAILS), known("c", PAUSED), known("d", SILENT), known("e", FAILS)]
    assert survey.counts(everyone) == {"failing": 2, "paused": 1, "silent": 1, "all": 5}
    for chip, count in survey.counts(everyone).items():
        assert len(survey.chosen(everyone, chip)) == count


def test_words_are_sought_in_names_and_addresses_but_not_in_secrets():
    secret = (replace(source("b"), url="https://me:hushhush@news.example/b?token=hushhush"), WELL, NOW)
    assert ids(survey.chosen([known("alpha"), secret], words=["ALPHA", "news"])) == ["alpha"]
    assert survey.chosen([secret], words=["hushhush"]) == []


def test_sources_stand_by_host_and_name():
    everyone = [known("b", host="z.example"), known("b"), known("a")]
    assert [(each[0].id, each[0].url.split("/")[2]) for each in survey.by_host(everyone)] == [
        ("a", "news.example"),
        ("b", "news.example"),
        ("b", "z.example"),
    ]


def test_a_host_all_of_whose_sources_fail_alike_is_one_line():
    everyone = survey.by_host(
        [known(f"s{n:02}", FAILS, "down.example") for n in range(30)] + [known("well", host="up.example")]
    )
    groups, pages = survey.page(everyone, 1, 10)
    assert pages == 1
    assert [(group.host, group.many, bool(group.trouble)) for group in groups] == [
        ("down.example", 30, True),
        ("up.example", 1, False),
    ]
    assert len(groups[0].lines) == survey.NAMED


def test_a_host_in_trouble_can_be_looked_at_source_by_source():
    everyone = [known(f"s{n:02}", FAILS) for n in range(30)]
    groups, pages = survey.page(everyone, 3, 10, apart=True)
    assert (pages, len(groups), groups[0].many, groups[0].lines[-1].id) == (3, 1, 10, "s29")


def test_one_source_that_does_well_keeps_its_host_open():
    everyone = survey.by_host([known("a", FAILS), known("b", FAILS), known("c", FAILS), known("d")])
    groups, _ = survey.page(everyone, 1, 10)
    assert groups[0].trouble == ""
    assert groups[0].many == 4


def test_a_page_that_is_not_there_is_empty():
    assert survey.page([known("a")], 2, 10) == ([], 1)


def test_items_a_day_are_the_mean_of_whole_days():
    packed = b""
    for day, entries in enumerate((10, 20, 900)):
        packed = entered(packed, NOW + day * DAY, entries=entries, failed=False)
    assert survey.line(known("a", replace(WELL, diary=packed))).actual == 15


def test_before_the_first_day_is_over_nobody_knows_how_much_comes():
    packed = entered(b"", NOW, entries=5, failed=False)
    assert survey.line(known("a", replace(WELL, diary=packed))).actual is None
