"""Which folders show that a configuration changed, on real folders and links."""

from __future__ import annotations

from pathlib import Path

from aggregator.cli import places


def test_each_link_on_the_way_is_found_by_a_path_without_links(tmp_path: Path):
    real = tmp_path.resolve()
    (real / "releases" / "v1").mkdir(parents=True)
    (real / "releases" / "v1" / "a.yaml").touch()
    (real / "releases" / "latest").symlink_to("v1")
    (real / "cur").symlink_to(real / "releases" / "latest")
    (real / "a.yaml").symlink_to("cur/../v1/a.yaml")
    assert list(places.links(real / "a.yaml")) == [
        real / "a.yaml",
        real / "cur",
        real / "releases" / "latest",
    ]


def test_links_that_lead_in_a_circle_end(tmp_path: Path):
    real = tmp_path.resolve()
    (real / "one").symlink_to("two")
    (real / "two").symlink_to("one")
    assert list(places.links(real / "one" / "a.yaml")) == [real / "one", real / "two"]
    assert places.of([real / "one" / "a.yaml"], []).folders >= {real}


def test_what_holds_a_folder_is_watched_and_another_folder_of_its_name_is_another(tmp_path: Path):
    real = tmp_path.resolve()
    (real / "config").mkdir()
    before = places.of([real / "config" / "a.yaml"], [real / "config" / "more"])
    assert before.folders == {real, real / "config"}
    assert before == places.of([real / "config" / "a.yaml"], [real / "config" / "more"])
    (real / "config").rename(real / "old")
    (real / "config").mkdir()
    assert before != places.of([real / "config" / "a.yaml"], [real / "config" / "more"])
