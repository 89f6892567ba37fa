"""A notice that takes a story back: its story says so and stays to be seen; a headline about a killing is none."""

from __future__ import annotations

import pytest
from test_story import FERRY, arrival

from aggregator.core.matching.clean import withdraws
from aggregator.core.matching.story import Grouping
from aggregator.core.model import Stated

TITLE = "Ferries stop in the bay after crack in main pier of Port Alder"


@pytest.mark.parametrize(
    "title",
    [
        "KILL: Ferries stop in the bay",
        "KILL",
        "MANDATORY KILL - Ferries stop in the bay",
        "URGENT: MANDATORY KILL: Ferries stop",
        "STORY WITHDRAWN",
        "Story removed: Ferries stop in the bay",
        "WITHDRAWN-Ferries stop in the bay",
        "[RETRACTED] Ferries stop in the bay",
        "Article has been removed.",
        "Eds: story withdrawn",
        "ZURÜCKGEZOGEN: Fähren stehen still",
        "Meldung zurückgezogen",
        "Noticia anulada: ferris detenidos",
        "Dépêche annulée",
        "【撤稿】港口渡轮停航",
        "記事取り消し",
        "[전문취소] 여객선 운항 중단",
    ],
)
def test_a_notice_takes_its_story_back(title: str) -> None:
    assert withdraws(title)


@pytest.mark.parametrize(
    "title",
    [
        "Man kills two in ferry port",
        "Kill: a film review",
        "KILL BILL RETURNS TO CINEMAS",
        "KILL - THE FILM REVIEW",
        "Kill switch ordered for ferries",
        "Mandatory killing of birds ordered",
        "Story removed from paper after threats",
        "Story of a withdrawn offer",
        "Withdrawn troops come home",
        "Withdrawn: how a drug vanished",
        "WITHDRAWN TROOPS COME HOME",
        "Zurückgezogen lebt er am See",
        "Noticias de la bahía: ferris detenidos",
        "高校教师论文被撤稿",
        "記事を書いた記者に賞",
        "",
    ],
)
def test_a_headline_takes_nothing_back(title: str) -> None:
    assert not withdraws(title)


def test_the_text_may_say_it() -> None:
    assert withdraws(TITLE, "(Eds: This story has been withdrawn, no substitute will follow.)")
    assert not withdraws(TITLE, "This story was written after the offer was withdrawn.")


def test_the_story_of_a_notice_is_withheld_and_stays() -> None:
    grouping = Grouping()
    grouping.arrive(first := arrival("a", TITLE, FERRY))
    notice = arrival("b", f"KILL: {TITLE}", FERRY, seen=1e9 + 60)
    assert Stated(first.id, "withheld") in grouping.arrive(notice)
    story = grouping.story(first.id)
    assert (story.status, story.copies) == ("withheld", (first.id, notice.id))
    later = arrival("c", f"CORRECTED-{TITLE}", FERRY, seen=1e9 + 70)
    assert not [one for one in grouping.arrive(later) if isinstance(one, Stated)]
    assert grouping.story(first.id).status == "withheld"


def test_a_corrected_story_may_be_withheld_by_a_revision() -> None:
    grouping = Grouping()
    grouping.arrive(first := arrival("a", f"CORRECTED-{TITLE}", FERRY))
    assert grouping.story(first.id).status == "corrected"
    notice = arrival("a", f"STORY WITHDRAWN: {TITLE}", FERRY, seen=1e9 + 60)
    assert Stated(first.id, "withheld") in grouping.arrive(notice)


def test_a_notice_that_founds_a_story_withholds_it() -> None:
    grouping = Grouping()
    grouping.arrive(notice := arrival("a", f"MANDATORY KILL: {TITLE}", FERRY))
    assert grouping.story(notice.id).status == "withheld"
