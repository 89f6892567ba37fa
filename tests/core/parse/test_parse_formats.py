"""Every format that is read: RSS 0.9x to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1."""

import json

import pytest

from aggregator.core.errors import Kind, ParseError
from aggregator.core.model import Enclosure, Entry, Feed
from aggregator.core.parse import NeedsLiberal, document, liberal, quick

NOW = 1_790_000_000.0  # 2026-09-21
URL = "https://example.org/feeds/all.xml"
MONDAY = 1_767_600_000.0  # 2026-01-05 08:00 UTC


def read(text: str | bytes, url: str = URL, content_type: str = "") -> Feed:
    body = text.encode() if isinstance(text, str) else text
    return quick(document(body, content_type, url), NOW)


def first(text: str | bytes) -> Entry:
    return read(text).entries[0]


def rss(items: str, head: str = "", root: str = "") -> str:
    return f"<rss version='2.0' {root}><channel><title>Harbour News</title>{head}{items}</channel></rss>"


def atom(entries: str, head: str = "", root: str = "") -> str:
    return f"<feed xmlns='http://www.w3.org/2005/Atom' {root}><title>Harbour</title>{head}{entries}</feed>"


FULL_RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"
  xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
  <title>Harbour News</title><link>https://example.org/</link><language>en-GB</language>
  <atom:link rel="self" href="https://example.org/feeds/all.xml"/>
  <atom:link rel="hub" href="https://hub.example.org/"/>
  <ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency>
  <skipHours><hour>0</hour><hour>24</hour><hour>3</hour></skipHours><skipDays><day>Sunday</day></skipDays>
  <image><url>https://example.org/logo.png</url><title>Not the feed's title</title><link>https://x.example/</link></image>
  <item>
    <title>Ferry runs again</title>
    <link>https://example.org/ferry?utm_source=rss</link>
    <guid isPermaLink="false">ferry-1</guid>
    <description>The ferry &lt;b&gt;sails&lt;/b&gt; again.</description>
    <content:encoded><![CDATA[<p>The ferry <b>sails</b> again.</p><p>It had been docked.</p>]]></content:encoded>
    <pubDate>Mon, 05 Jan 2026 09:00:00 +0100</pubDate>
    <dc:creator>Ann Writer</dc:creator>
    <dc:source>Coast Press Agency</dc:source><dc:rights>(c) Coast Press Agency</dc:rights>
    <category>Transport</category><category domain="x">Sea &amp; Coast</category><category>Transport</category>
    <media:content url="https://example.org/small.jpg" medium="image" width="200"/>
    <media:content url="https://example.org/large.jpg" medium="image" width="1200"><media:credit>Bo Lens/CPA</media:credit></media:content>
    <enclosure url="https://example.org/ferry.mp3" type="audio/mpeg" length="1234"/>
  </item>
</channel></rss>"""


def test_an_rss_item_is_read_whole():
    assert first(FULL_RSS) == Entry(
        guid="ferry-1",
        url="https://example.org/ferry?utm_source=rss",
        title="Ferry runs again",
        summary="The ferry sails again.",
        content_html="<p>The ferry <b>sails</b> again.</p><p>It had been docked.</p>",
        published=MONDAY,
        authors=("Ann Writer",),
        categories=("Transport", "Sea & Coast"),
        image="https://example.org/large.jpg",
        enclosures=(Enclosure("https://example.org/ferry.mp3", "audio/mpeg", 1234),),
        language="en",
        canonical_url="http://example.org/ferry",
        credit="Ann Writer; (c) Coast Press Agency; Coast Press Agency; Bo Lens/CPA",
    )


def test_what_a_feed_says_of_itself_is_read():
    feed = read(FULL_RSS)
    assert (feed.format, feed.title, feed.home, feed.language) == (
        "rss2.0",
        "Harbour News",
        "https://example.org/",
        "en",
    )
    assert feed.ttl == 3600.0  # the longer of ttl and the syndication module
    assert (feed.skip_hours, feed.skip_days) == ((0, 3), (6,))
    assert (feed.hub, feed.self_url) == ("https://hub.example.org/", URL)
    assert (feed.dropped, feed.liberal) == (0, False)


def test_rss_1_0_has_its_items_beside_the_channel():
    feed = read("""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://example.org/"><title>Harbour</title><link>https://example.org/</link>
        <dc:language>pt-BR</dc:language></channel>
      <item rdf:about="https://example.org/1"><title>One</title><link>https://example.org/1</link>
        <dc:date>2026-01-05T08:00:00Z</dc:date></item></rdf:RDF>""")
    assert (feed.format, feed.title) == ("rss1.0", "Harbour")
    one = feed.entries[0]
    assert (one.guid, one.title, one.published, one.language) == (
        "https://example.org/1",
        "One",
        MONDAY,
        "pt",
    )


def test_rss_0_90_is_read():
    feed = read("""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>Old</title></channel>
        <item><title>One</title><link>https://example.org/1</link></item></rdf:RDF>""")
    assert (feed.format, feed.entries[0].url) == ("rss0.90", "https://example.org/1")


def test_rss_0_91_with_its_document_type_is_read():
    feed = read("""<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
        "http://my.netscape.com/publish/formats/rss-0.91.dtd">
        <rss version="0.91"><channel><title>Old</title><item><title>Caf&eacute;</title>
        <link>https://example.org/1</link></item></channel></rss>""")
    assert (feed.format, feed.entries[0].title) == ("rss0.91", "Café")


def test_an_atom_entry_is_read_whole():
    feed = read(atom(
        """<entry xml:lang="fr"><id>tag:example.org,2026:1</id><title type="html">Le &lt;i>ferry&lt;/i></title>
        <link rel="enclosure" href="/a.mp3" type="audio/mpeg" length="9"/>
        <link rel="alternate" href="a/1"/><published>2026-01-05T08:00:00Z</published>
        <updated>2026-01-05T09:00:00+00:00</updated><author><name>Ann</name><email>a@example.org</email></author>
        <category term="sea" label="Sea"/><rights>(c) CPA</rights><source><title>Coast Press</title></source>
        <summary>Short &amp;lt; text</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Long <b>text</b></p></div></content>
        </entry>""",
        '<link href="https://example.org/"/><link rel="hub" href="https://hub.example.org/"/>',
        'xml:lang="de" xml:base="https://example.org/x/"',
    ))  # fmt: skip
    one = feed.entries[0]
    assert (feed.format, feed.language, feed.hub) == ("atom1.0", "de", "https://hub.example.org/")
    assert (one.guid, one.title, one.url) == (
        "tag:example.org,2026:1",
        "Le ferry",
        "https://example.org/x/a/1",
    )
    assert (one.published, one.updated, one.language) == (MONDAY, MONDAY + 3600, "fr")
    assert one.content_html == "<div><p>Long <b>text</b></p></div>"
    assert one.summary == "Short < text"
    assert (one.authors, one.categories) == (("Ann",), ("Sea",))
    assert one.enclosures == (Enclosure("https://example.org/a.mp3", "audio/mpeg", 9),)
    assert one.credit == "Ann; (c) CPA; Coast Press"


def test_atom_text_is_text_and_not_markup():
    one = first(
        atom("<entry><id>1</id><title>1 &lt; 2 &amp;amp; &lt;b></title><content>a &lt; b</content></entry>")
    )
    assert one.title == "1 < 2 & "[:-1]
    assert one.content_html == "a &lt; b"


def test_atom_0_3_is_read():
    feed = read("""<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Old</title>
      <entry><title mode="escaped" type="text/html">A &lt;b&gt;B&lt;/b&gt;</title><id>x</id>
      <link rel="alternate" type="text/html" href="https://example.org/1"/>
      <issued>2026-01-05T08:00:00Z</issued><modified>2026-01-05T09:00:00Z</modified></entry></feed>""")
    one = feed.entries[0]
    assert (feed.format, one.title, one.published, one.updated) == ("atom0.3", "A B", MONDAY, MONDAY + 3600)


def test_entries_take_the_author_of_an_atom_feed():
    assert first(
        atom("<entry><id>1</id><title>x</title></entry>", "<author><name>Desk</name></author>")
    ).authors == ("Desk",)


def test_json_feed_1_1_is_read_whole():
    feed = read(json.dumps({
        "version": "https://jsonfeed.org/version/1.1", "title": "Harbour", "home_page_url": "https://example.org/",
        "feed_url": "https://example.org/feed.json", "language": "en-US",
        "hubs": [{"type": "WebSub", "url": "https://hub.example.org/"}],
        "items": [{"id": 7, "url": "/7", "title": "Salt & <b>pepper</b>", "content_html": "<p>Text<script>x</script></p>",
                   "summary": "In < short", "image": "https://example.org/7.jpg", "date_published": "2026-01-05T08:00:00Z",
                   "date_modified": "2026-01-05T10:00:00+01:00", "authors": [{"name": "Ann"}, {"url": "x"}],
                   "tags": ["a", "b & c", 3], "language": "fr",
                   "attachments": [{"url": "https://example.org/7.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5}]}],
    }))  # fmt: skip
    assert (feed.format, feed.title, feed.language, feed.hub) == (
        "jsonfeed1.1", "Harbour", "en", "https://hub.example.org/")  # fmt: skip
    assert feed.entries[0] == Entry(
        guid="7", url="https://example.org/7", title="Salt & <b>pepper</b>"[:7] + "pepper", summary="In < short",
        content_html="<p>Text</p>", published=MONDAY, updated=MONDAY + 3600, authors=("Ann",),
        categories=("a", "b & c", "3"), image="https://example.org/7.jpg",
        enclosures=(Enclosure("https://example.org/7.mp3", "audio/mpeg", 5),), language="fr",
        canonical_url="http://example.org/7", credit="Ann",
    )  # fmt: skip


def test_json_feed_1_0_has_one_author_and_plain_text():
    one = first(
        '{"version":"https://jsonfeed.org/version/1","items":[{"id":"x","content_text":"1 < 2","author":{"name":"A"}}]}'
    )
    assert (one.title, one.content_html, one.summary, one.authors) == ("1 < 2", "1 &lt; 2", "1 < 2", ("A",))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.EMPTY),
        (" \n\t", Kind.EMPTY),
        (b"\xef\xbb\xbf", Kind.EMPTY),
        ("<!DOCTYPE html><html><head><title>Gone</title></head></html>", Kind.NOT_A_FEED),
        ("<html xmlns='http://www.w3.org/1999/xhtml'><body><rss/></body></html>", Kind.NOT_A_FEED),
        ("Not found", Kind.NOT_A_FEED),
        ("<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>", Kind.NOT_A_FEED),
        ("<opml version='2.0'/>", Kind.NOT_A_FEED),
        ("<catalog/>", Kind.NOT_A_FEED),
        ("<?xml version='1.0'?>", Kind.EMPTY),
        (b"\x89PNG\r\n\x1a\n", Kind.NOT_A_FEED),
        ("{}", Kind.NOT_A_FEED),
        ("[1, 2]", Kind.NOT_A_FEED),
        ('{"items": 1}', Kind.NOT_A_FEED),
        ('{"items": [', Kind.MALFORMED),
        ("{" * 100_000, Kind.MALFORMED),
        ("[" * 100_000, Kind.MALFORMED),
    ],
)
def test_what_is_no_feed_is_named(text, kind):
    with pytest.raises(ParseError) as caught:
        read(text)
    assert caught.value.kind == kind
    assert str(caught.value).endswith(".")


def test_a_feed_without_items_is_a_feed():
    assert read(rss("")).entries == ()


# --- addresses ----------------------------------------------------------------------------------------


def test_the_original_address_is_taken_where_a_feed_service_put_its_own():
    one = first(rss("<item><link>https://feeds.example.net/~r/1</link><f:origLink>https://example.org/1</f:origLink></item>",
                    root="xmlns:f='http://rssnamespace.org/feedburner/ext/1.0'"))  # fmt: skip
    assert one.url == "https://example.org/1"


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>https://example.org/1</link>", "https://example.org/1"),
        ("<link> https://example.org/1?a=1&amp;amp;b=2 </link>", "https://example.org/1?a=1&b=2"),
        ("<link>/1</link>", "https://example.org/1"),
        ("<guid>https://example.org/1</guid>", "https://example.org/1"),
        ("<guid isPermaLink='false'>https://example.org/1</guid>", ""),
        ("<link href='https://example.org/1'/>", "https://example.org/1"),
        ("<a:link rel='alternate' href='https://example.org/1'/>", "https://example.org/1"),
        (
            "<a:link rel='self' href='https://example.org/feed'/><link>https://example.org/1</link>",
            "https://example.org/1",
        ),
        ("<link>javascript:alert(1)</link>", ""),
    ],
)
def test_the_address_of_an_item_is_found(item, url):
    made = first(rss(f"<item><title>x</title>{item}</item>", root="xmlns:a='http://www.w3.org/2005/Atom'"))
    assert made.url == url


def test_identity_is_the_guid_else_the_address_else_the_title():
    made = read(
        rss(
            """<item><title>a</title><guid> id 1 </guid><link>https://example.org/1</link></item>
        <item><title>b</title><link>https://example.org/2</link></item>
        <item><title>c</title></item><item><title>d</title><guid>"""
            + "g" * 5000
            + "</guid></item><item/>"
        )
    )
    guids = [one.guid for one in made.entries]
    assert guids[:2] == ["id 1", "https://example.org/2"]
    assert guids[2].startswith("title:")
    assert len(guids[3]) < 100
    assert len(guids) == 4  # an item that says nothing is none


@pytest.mark.parametrize("numbers", [(1, 2), (1, 2, 2), (1, 1, 2)])
def test_items_that_share_a_guid_are_told_apart_by_their_address(numbers):
    made = read(rss("".join(f"<item><guid isPermaLink='false'>same</guid><title>{n}</title>"
                            f"<link>https://example.org/{n}</link></item>" for n in numbers)))  # fmt: skip
    assert [(one.guid, one.title) for one in made.entries] == [
        ("same", "1"),
        ("same https://example.org/2", "2"),
    ]


# --- texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("B&amp;amp;Q profits", "B&Q profits"),
        ("B&amp;Q profits", "B&Q profits"),
        ("<![CDATA[B&amp;Q <b>profits</b>]]>", "B&Q profits"),
        ("<![CDATA[Tom & Jerry]]>", "Tom & Jerry"),
        ("a<![CDATA[ < ]]>b", "a < b"),
        ("x&lt;script&gt;alert(1)&lt;/script&gt;y", "xy"),
        ("<![CDATA[x<script>alert(1)</script>y]]>", "xy"),
        ("<b>not</b> escaped", "not escaped"),
        ("\u202eright to left", "right to left"),
        ("a&#x202e;b&#8203;c", "abc"),
        ("  two\n   lines ", "two lines"),
    ],
)
def test_titles_are_plain_text(written, title):
    assert (
        first(rss(f"<item><title>{written}</title><link>https://example.org/1</link></item>")).title == title
    )


def test_an_item_without_title_is_called_by_its_text():
    one = first(rss("<item><description>" + "Some words of it. " * 20 + "</description></item>"))
    assert one.title.startswith("Some words of it. Some words")
    assert len(one.title) <= 120


def test_the_summary_stands_in_for_the_content_and_the_content_for_the_summary():
    only_summary = first(
        rss("<item><description>&lt;p&gt;One &lt;em&gt;two&lt;/em&gt;&lt;/p&gt;</description></item>")
    )
    assert (only_summary.summary, only_summary.content_html) == ("One two", "<p>One <em>two</em></p>")
    only_content = first(rss("<item><c:encoded>&lt;p&gt;One&lt;/p&gt;</c:encoded></item>",
                             root="xmlns:c='http://purl.org/rss/1.0/modules/content/'"))  # fmt: skip
    assert (only_content.summary, only_content.content_html) == ("One", "<p>One</p>")


def test_everything_is_bounded():
    long = "word " * 100_000
    many = "".join(f"<category>c{n}</category><author>a{n}</author>" for n in range(500))
    one = first(rss(f"<item><title>{long}</title><description>{long}</description>{many}"
                    f"<link>https://example.org/{'x' * 5000}</link></item>"))  # fmt: skip
    assert len(one.title) <= 500
    assert len(one.summary) <= 2000
    assert len(one.content_html) <= 200_000
    assert len(one.categories) == len(one.authors) == 32
    assert len(one.credit) <= 500
    assert one.url == ""


def test_of_too_many_items_the_newest_are_kept_and_the_rest_counted():
    items = "".join(
        f"<item><title>{n}</title><pubDate>{2000 + n % 20}-01-01</pubDate></item>" for n in range(1500)
    )
    feed = read(rss(items))
    assert (len(feed.entries), feed.dropped) == (1000, 500)
    assert min(int(one.title) % 20 for one in feed.entries) == 6
    assert [int(one.title) for one in feed.entries] == sorted(int(one.title) for one in feed.entries)


# --- pictures, names, languages -----------------------------------------------------------------------

MEDIA = (
    "xmlns:media='http://search.yahoo.com/mrss/' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'"
)


@pytest.mark.parametrize(
    ("item", "image"),
    [
        ("<media:content url='https://i.example/a.jpg' type='image/jpeg'/>", "https://i.example/a.jpg"),
        ("<media:group><media:content url='https://i.example/a.jpg' medium='image'/></media:group>", "https://i.example/a.jpg"),
        ("<media:thumbnail url='https://i.example/a.jpg'/>", "https://i.example/a.jpg"),
        ("<media:content url='https://i.example/a.mp4' medium='video'><media:thumbnail url='https://i.example/a.jpg'/>"  # noqa: ISC004
         "</media:content>", "https://i.example/a.jpg"),
        ("<media:thumbnail url='https://i.example/t.jpg' width='99'/><media:content url='https://i.example/a.jpg' medium='image'/>",
         "https://i.example/a.jpg"),
        ("<enclosure url='https://i.example/a.jpg' type='image/jpeg' length='0'/>", "https://i.example/a.jpg"),
        ("<enclosure url='https://i.example/a.png'/>", "https://i.example/a.png"),
        ("<itunes:image href='https://i.example/a.jpg'/>", "https://i.example/a.jpg"),
        ("<image><url>https://i.example/a.jpg</url></image>", "https://i.example/a.jpg"),
        ("<description>&lt;img src='/a.jpg'&gt; text</description>", "https://example.org/a.jpg"),
        ("<description>&lt;img width='1' height='1' src='/p.gif'&gt;&lt;img src=\"/b.jpg\"&gt;</description>",
         "https://example.org/b.jpg"),
        ("<description>&lt;img src='https://x.example/tracking/pixel.png'&gt;</description>", None),
        ("<media:content url='javascript:alert(1)' medium='image'/>", None),
        ("<enclosure url='https://i.example/a.mp3' type='audio/mpeg'/>", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_best_picture_is_found(item, image):
    assert first(rss(f"<item><title>x</title>{item}</item>", root=MEDIA)).image == image


def test_sound_and_film_of_media_are_enclosures():
    one = first(rss("<item><title>x</title><media:content url='https://i.example/a.mp4' type='video/mp4' fileSize='7'/>"
                    "<enclosure url='https://i.example/a.mp4' type='video/mp4'/></item>", root=MEDIA))  # fmt: skip
    assert one.enclosures == (Enclosure("https://i.example/a.mp4", "video/mp4", 7),)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("<author>ann@example.org (Ann Writer)</author>", ("Ann Writer",)),
        ("<author>Ann Writer &lt;ann@example.org&gt;</author>", ("Ann Writer",)),
        ("<author>Ann &amp;amp; Bo</author>", ("Ann & Bo",)),
        ("<author>Ann</author><author>Ann</author><author> </author>", ("Ann",)),
        ("<author><name>Ann</name></author>", ("Ann",)),
    ],
)
def test_authors_are_names(written, names):
    assert first(rss(f"<item><title>x</title>{written}</item>")).authors == names


@pytest.mark.parametrize(
    ("declared", "tag"),
    [("en-US", "en"), ("EN_gb", "en"), ("zh-Hans-CN", "zh"), ("no", "no"), ("fil", "fil"), ("und", None), ("", None),
     ("English", None), ("x-klingon", None), ("de;q=1", None)],
)  # fmt: skip
def test_languages_are_primary_tags(declared, tag):
    assert read(rss("", f"<language>{declared}</language>")).language == tag


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>60</ttl>", 3600.0),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>99999999999999999999</ttl>", 30 * 86400.0),
        ("<s:updatePeriod>daily</s:updatePeriod>", 86400.0),
        ("<s:updatePeriod>daily</s:updatePeriod><s:updateFrequency>4</s:updateFrequency>", 21600.0),
        ("<s:updatePeriod>hourly</s:updatePeriod><s:updateFrequency>0</s:updateFrequency>", 3600.0),
        ("<s:updatePeriod>sometimes</s:updatePeriod>", None),
    ],
)
def test_the_time_between_updates_is_read(head, seconds):
    assert read(rss("", head, "xmlns:s='http://purl.org/rss/1.0/modules/syndication/'")).ttl == seconds


# --- the liberal way ----------------------------------------------------------------------------------


def test_a_broken_document_is_left_to_the_liberal_parser():
    broken = "<rss version='2.0'><channel><title>T</title><item><title>One</title><link>https://example.org/1</item></channel></rss>"
    parsed = document(broken.encode(), "", URL)
    with pytest.raises(NeedsLiberal):
        quick(parsed, NOW)
    feed = liberal(parsed, NOW)
    assert feed.liberal
    assert [one.title for one in feed.entries] == ["One"]


def test_the_liberal_parser_gives_what_the_quick_one_gives():
    parsed = document(FULL_RSS.encode(), "", URL)
    slow, fast = liberal(parsed, NOW).entries[0], quick(parsed, NOW).entries[0]
    for name in ("guid", "url", "title", "summary", "content_html", "published", "authors", "categories", "image",
                 "enclosures", "language", "canonical_url"):  # fmt: skip
        assert getattr(slow, name) == getattr(fast, name), name


@pytest.mark.parametrize(
    "text", ["<rss>", "<rss><channel>", "<feed", "<rss version=2.0><x", "<channel></rss>"]
)
def test_what_is_beyond_repair_is_malformed(text):
    parsed = document(text.encode(), "", URL)
    with pytest.raises((ParseError, NeedsLiberal)):
        quick(parsed, NOW) and pytest.skip("an empty feed")
    with pytest.raises(ParseError) as caught:
        liberal(parsed, NOW)
    assert caught.value.kind == Kind.MALFORMED
