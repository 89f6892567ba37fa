"""HTML from strangers becomes safe HTML, or plain text."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from aggregator.core.markup import MAX_HTML, cut, plain, sanitise

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src='javascript:alert(1)'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<iframe src=https://evil.example></iframe>",
    "<object data=x.swf></object><embed src=x>",
    "<form action=https://evil.example><input name=password></form>",
    "<style>body{display:none}</style>",
    "<p style='position:fixed;top:0'>x</p>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<div><!--<img src='--><img src=x onerror=alert(1)>'></div>",
    "<p id=x class=y onclick=alert(1)>x</p>",
    "<video><source onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)>x</details>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<xmp><script>alert(1)</script></xmp>",
    "<a href='https://ok.example' target=_top>x</a>",
    "<<script>script>alert(1)<</script>/script>",
]
_ALLOWED_ADDRESS = re.compile(r"https?://|mailto:", re.IGNORECASE)


def harm(text: str) -> list[str]:
    """What a browser would find in it that could hurt a reader."""
    found = []
    for node in LexborHTMLParser(f"<body>{text}</body>").css("*"):
        if node.tag in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "form",
            "input",
            "base",
            "meta",
            "link",
            "svg",
        }:
            found.append(node.tag)
        for name, value in node.attributes.items():
            if name.startswith("on") or name in {"style", "id", "class", "srcdoc", "target"}:
                found.append(f"{node.tag} {name}")
            if name in {"href", "src", "poster", "cite"} and not _ALLOWED_ADDRESS.match(value or ""):
                found.append(f"{name}={value}")
    return found


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("base", ["", "https://example.com/a"])
def test_nothing_that_could_hurt_a_reader_is_left(attack, base):
    # A page that is parsed has a head of its own: only what stands in the body counts.
    assert [each for each in harm(sanitise(attack, base)) if each not in {"head", "body"}] == []


@given(
    st.lists(
        st.sampled_from([*ATTACKS, "<b>", "</b>", "'", '"', "<", ">", "&", "x", "<!--", "-->", "=", " "])
    )
)
def test_mixed_attacks_leave_nothing_either(parts):
    assert harm(sanitise("".join(parts), "https://example.com/")) == []


def test_ordinary_markup_is_kept():
    text = '<p>One <em>two</em> <a href="https://example.com/a">three</a></p><blockquote>four</blockquote>'
    cleaned = sanitise(text)
    assert "<em>two</em>" in cleaned
    assert 'href="https://example.com/a"' in cleaned
    assert 'rel="noopener noreferrer nofollow"' in cleaned
    assert "<blockquote>four</blockquote>" in cleaned


def test_relative_addresses_are_resolved_where_the_base_is_known():
    text = '<a href="/a">x</a><img src="b.png">'
    assert 'href="https://example.com/a"' in sanitise(text, "https://example.com/news/1")
    assert 'src="https://example.com/news/b.png"' in sanitise(text, "https://example.com/news/1")
    assert "href" not in sanitise(text)
    assert "src" not in sanitise(text)


def test_a_base_that_is_no_address_does_no_harm():
    assert sanitise('<a href="/a">x</a>', "no address") == sanitise('<a href="/a">x</a>')


def test_long_markup_is_cut():
    assert len(sanitise("<b>x</b>" * MAX_HTML)) <= 2 * MAX_HTML


@given(st.text(max_size=200))
def test_sanitising_twice_changes_nothing_more(text):
    once = sanitise(text)
    assert sanitise(once) == once


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("AT&amp;amp;T and B&amp;Q", "AT&T and B&Q"),
        ("AT&T", "AT&T"),
        ("R&D; profits", "R&D; profits"),
        ("Tom &amp;quot;Big&amp;quot; Smith", 'Tom "Big" Smith'),
        ("<b>Bold</b> move", "Bold move"),
        ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
        ("Before<script>alert(1)</script> after", "Before after"),
        ("Before&lt;script&gt;alert(1)&lt;/script&gt; after", "Before after"),
        ("one<br>two<p>three</p>", "one two three"),
        ("re<b>mark</b>able", "remarkable"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("I <3 news", "I <3 news"),
        ("The <unknown> element", "The <unknown> element"),
        ("a \n\t b\u00a0 c\u2028d", "a b c d"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("\ufeffzero\u200bwidth\x00\x07", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        (
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
            "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("<!-- note -->text", "text"),
        ("<style>p{}</style>text", "text"),
        ("<img src=x alt='>'>", "'>"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("&#0;&#xD800;x", "\ufffd\ufffdx"),
        ("", ""),
    ],
)
def test_plain_text_is_what_a_reader_would_read(written, shown):
    assert plain(written) == shown


@given(st.text(max_size=300))
def test_plain_text_is_one_clean_line(text):
    made = plain(text)
    assert made == " ".join(made.split())
    assert not any(ord(c) < 32 or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" for c in made)
    assert not any("\ud800" <= c <= "\udfff" for c in made)


@given(st.text(alphabet="<>&;'\"!-/ab=#x[]", max_size=2000))
def test_any_soup_ends(text):
    assert plain(text) is not None
    assert sanitise(text) is not None


def test_hostile_lengths_take_no_time():
    for text in ("<" * MAX_HTML, "<a " * 100_000, "&" * MAX_HTML, "<a b='" * 50_000, "&lt;" * 60_000, "<!--" * 50_000,
                 "<div>" * 50_000, "<b>" * 60_000, "<table><tr><td>" * 15_000, "<ul><li>" * 25_000, "<h1><b>" * 25_000,
                 "<a href=" + " " * 150_000, "<img " + "src=" * 40_000, "<p>" * 60_000, "<script>" * 20_000):  # fmt: skip
        assert len(plain(text)) <= MAX_HTML
        assert len(sanitise(text, "https://example.com/")) <= 20 * MAX_HTML


@given(st.text(max_size=100), st.integers(2, 50))
def test_a_cut_text_is_never_longer_than_its_limit(text, limit):
    assert len(cut(text, limit)) <= limit


def test_a_text_is_cut_between_words():
    assert cut("one two three four", 15) == "one two three…"
    assert cut("short", 15) == "short"


def test_escaped_text_comes_back():
    assert plain(html.escape('Ben & Jerry\'s <new> "flavour"')) == 'Ben & Jerry\'s <new> "flavour"'


def test_many_paragraphs_in_a_row_are_no_nesting():
    assert sanitise("<p>x<br>" * 500).count("<p>") == 500


def test_what_is_nested_too_deep_is_shown_as_text():
    assert sanitise("<div>" * 500 + "a < b") == "a &lt; b"
