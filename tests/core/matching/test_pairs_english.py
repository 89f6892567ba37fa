"""English: copies in many dresses, and what looks like a copy and is none."""

import pytest
from pairing import Pairs, agree

BRIDGE = (
    "Engineers closed the Harlow Bridge to all traffic on Tuesday after an inspection found corroded cables"
    " on its northern span, the transport ministry said."
)
DETOUR = (
    "Some 40,000 drivers who cross the river every day were told to use the tunnel at Marden instead,"
    " and ferries will run until midnight."
)
COST = "Minister Ruth Calloway said repairs would cost about $85 million and could last until spring."

COPIES: Pairs = {
    "another headline": (
        ("Harlow Bridge shut over corroded cables", f"HARLOW (AP) — {BRIDGE} {DETOUR}"),
        ("Inspectors' find closes river crossing", f"{BRIDGE} {COST}"),
    ),
    "cut in the middle of a word": (
        ("Harlow Bridge shut over corroded cables", f"{BRIDGE} {DETOUR}"),
        ("River crossing closed", BRIDGE[:95] + "..."),
    ),
    "dateline, credit and copyright": (
        (
            "Bridge shut over cables",
            f"HARLOW, March 4 (Reuters) - {BRIDGE} (Reporting by Ann Low; Editing by Tim Roe)",
        ),
        (
            "Corroded cables close bridge",
            f"{BRIDGE} Copyright 2031 The Associated Press. All rights reserved.",
        ),
    ),
    "site's name, slug and case": (
        ("UPDATE 2-Harlow Bridge shut over corroded cables", BRIDGE),
        ("Harlow Bridge Shut Over Corroded Cables | Coast Tribune", f"{BRIDGE} {DETOUR}"),
    ),
    "a byline for a text": (
        ("Harlow Bridge shut over corroded cables", "By RUTH MARLOW"),
        ("Harlow Bridge shut over corroded cables", f"HARLOW (AP) — {BRIDGE}"),
    ),
    "the first sentence for a headline": (
        ("Engineers closed the Harlow Bridge to all traffic on Tuesday", "By Ruth Marlow, Associated Press"),
        ("River crossing closed", f"{BRIDGE} {DETOUR}"),
    ),
    "the second sentence for a text": (
        ("Harlow Bridge shut over corroded cables", f"{BRIDGE} {DETOUR}"),
        ("Harlow Bridge shut over corroded cables", f"{DETOUR} {COST}"),
    ),
    "no text at all": (
        ("Harlow Bridge shut to 40,000 drivers over corroded cables", ""),
        ("Harlow Bridge shut to 40,000 drivers over corroded cables - CBS 8", f"{BRIDGE} {DETOUR}"),
    ),
    "promotions before and behind": (
        ("Bridge shut", f"Sign up for our morning newsletter. {BRIDGE} Follow us on Facebook for more."),
        ("Corroded cables close bridge", f"ADVERTISEMENT {BRIDGE} Read more at the Coast Tribune."),
    ),
    "markup and entities": (
        (
            "Bridge &amp; tunnel: Harlow&#8217;s long wait",
            f"<p>HARLOW&nbsp;&mdash; {BRIDGE}</p><p>{DETOUR}</p>",
        ),
        ("Bridge & tunnel: Harlow's long wait", f"{BRIDGE} {DETOUR}"),
    ),
    "a few words changed by a desk": (
        ("Harlow Bridge shut over corroded cables", BRIDGE),
        (
            "Harlow Bridge closed",
            BRIDGE.replace("closed", "shut").replace("on Tuesday", "Tuesday") + f" {COST}",
        ),
    ),
    "a toll that rose": (
        (
            "Mine collapse kills 14 in Oro Valley",
            "ORO VALLEY (AFP) - At least 14 miners were killed when a shaft collapsed at a gold mine in Oro Valley on Sunday, officials said. Dozens were missing.",
        ),
        (
            "UPDATE 3-Mine collapse kills 31 in Oro Valley",
            "ORO VALLEY (AFP) - At least 31 miners were killed when a shaft collapsed at a gold mine in Oro Valley on Sunday, officials said. Rescue teams dug on.",
        ),
    ),
    "a toll in words that rose": (
        (
            "Bus plunge kills nine near Tamar",
            "Nine people were killed and twelve injured when a bus plunged off a mountain road near Tamar on Friday, police said, adding that the driver had lost control.",
        ),
        (
            "Bus plunge kills eleven near Tamar",
            "Eleven people were killed and twelve injured when a bus plunged off a mountain road near Tamar on Friday, police said, adding that the driver had lost control.",
        ),
    ),
    "a magnitude that was revised": (
        (
            "Magnitude 6.8 quake off Sorrel Islands",
            "A 6.8-magnitude earthquake struck off the Sorrel Islands on Monday, the geological survey said, and a tsunami warning was issued for the coast.",
        ),
        (
            "Magnitude 7.0 quake off Sorrel Islands",
            "A 7.0-magnitude earthquake struck off the Sorrel Islands on Monday, the geological survey said, and a tsunami warning was issued for the coast.",
        ),
    ),
    "a correction": (
        (
            "CORRECTED-Harlow Bridge shut over corroded cables",
            f"(Corrects cost in third paragraph) {BRIDGE} {COST}",
        ),
        ("Harlow Bridge shut over corroded cables", f"{BRIDGE} {COST.replace('85', '58')}"),
    ),
    "quotes and dashes written otherwise": (
        (
            "‘We were lucky’ – Harlow’s bridge keeper",
            f"“We were lucky,” said the bridge keeper, Tom Ardle — “another winter and the cables would have snapped.” {BRIDGE}",
        ),
        (
            "'We were lucky' - Harlow's bridge keeper",
            f'"We were lucky," said the bridge keeper, Tom Ardle - "another winter and the cables would have snapped." {BRIDGE}',
        ),
    ),
    "a photo credit before the text": (
        ("Harlow Bridge shut", f"Workers on the Harlow Bridge. (Photo by Jo Reed/Getty Images) {BRIDGE}"),
        ("Corroded cables close bridge", f"{BRIDGE} {DETOUR}"),
    ),
}

OTHERS: Pairs = {
    "earnings of two firms": (
        (
            "Tarn Foods: Q2 Earnings Snapshot",
            "NEW YORK (AP) — Tarn Foods Inc. (TRN) on Wednesday reported second-quarter net income of $18.4 million. The company said it had profit of 62 cents per share. The results topped Wall Street expectations.",
        ),
        (
            "Corvel Tools: Q2 Earnings Snapshot",
            "NEW YORK (AP) — Corvel Tools Inc. (CVT) on Wednesday reported second-quarter net income of $7.1 million. The company said it had profit of 19 cents per share. The results topped Wall Street expectations.",
        ),
    ),
    "two quarters of one firm": (
        (
            "Tarn Foods profit rises in second quarter",
            "Tarn Foods said second-quarter profit rose to $18.4 million, or 62 cents a share, from $15.1 million a year earlier.",
        ),
        (
            "Tarn Foods profit rises in third quarter",
            "Tarn Foods said third-quarter profit rose to $21.9 million, or 71 cents a share, from $16.0 million a year earlier.",
        ),
    ),
    "two results of two teams": (
        (
            "Comets 4, Rovers 2",
            "HARLOW (AP) — Lee Dunn had two goals and an assist, and the Harlow Comets beat the Marden Rovers 4-2 on Saturday night.",
        ),
        (
            "Comets 3, Rovers 1",
            "MARDEN (AP) — Sam Pike had two goals and an assist, and the Harlow Comets beat the Marden Rovers 3-1 on Tuesday night.",
        ),
    ),
    "two quakes": (
        (
            "Earthquake of magnitude 5.1 strikes Tamar region",
            "An earthquake of magnitude 5.1 struck the Tamar region on Tuesday, the seismological centre said. The quake was at a depth of 10 km.",
        ),
        (
            "Earthquake of magnitude 5.4 strikes Velia region",
            "An earthquake of magnitude 5.4 struck the Velia region on Tuesday, the seismological centre said. The quake was at a depth of 35 km.",
        ),
    ),
    "two shareholder alerts": (
        (
            "SHAREHOLDER ALERT: Brant & Hale Reminds Investors of Class Action Against Tarn Foods",
            "NEW YORK, March 4 /PRNewswire/ -- Brant & Hale LLP reminds investors of the April 30 deadline to file a lead plaintiff motion in the securities class action filed against Tarn Foods Inc. If you suffered losses contact the firm.",
        ),
        (
            "SHAREHOLDER ALERT: Brant & Hale Reminds Investors of Class Action Against Corvel Tools",
            "NEW YORK, March 4 /PRNewswire/ -- Brant & Hale LLP reminds investors of the May 12 deadline to file a lead plaintiff motion in the securities class action filed against Corvel Tools Inc. If you suffered losses contact the firm.",
        ),
    ),
    "two press releases of one firm": (
        (
            "Corvel Tools Opens New Plant in Velia",
            "MARDEN, March 4 (GLOBE NEWSWIRE) -- Corvel Tools Inc., a leading maker of power tools for professionals in more than 60 countries, today announced the opening of a plant in Velia.",
        ),
        (
            "Corvel Tools Names Ida Frost Chief Financial Officer",
            "MARDEN, March 6 (GLOBE NEWSWIRE) -- Corvel Tools Inc., a leading maker of power tools for professionals in more than 60 countries, today announced the appointment of Ida Frost as chief financial officer.",
        ),
    ),
    "two lottery draws": (
        (
            "Winning numbers drawn in 'Pick 4' game",
            "MARDEN (AP) — The winning numbers in Friday evening's drawing of the Velia Lottery's \"Pick 4\" game were: 1-9-0-4 (one, nine, zero, four)",
        ),
        (
            "Winning numbers drawn in 'Pick 4' game",
            "MARDEN (AP) — The winning numbers in Saturday evening's drawing of the Velia Lottery's \"Pick 4\" game were: 7-7-2-5 (seven, seven, two, five)",
        ),
    ),
    "two horoscopes": (
        (
            "Horoscope for Thursday, March 4",
            "Moon alert: avoid shopping after noon. Aries: You will enjoy talking to friends today. Taurus: Keep an eye on your money.",
        ),
        (
            "Horoscope for Friday, March 5",
            "Moon alert: there are no restrictions today. Aries: Be careful at work. Taurus: This is a romantic day for you.",
        ),
    ),
    "two weather reports": (
        (
            "Weather: Cloudy with a chance of showers in Harlow",
            "Cloudy today with a 40 percent chance of showers. Highs in the mid 50s. West winds 5 to 10 mph.",
        ),
        (
            "Weather: Sunny with a light breeze in Harlow",
            "Mostly sunny today. Highs in the upper 60s. West winds 5 to 10 mph.",
        ),
    ),
    "two quizzes": (
        (
            "News quiz: how well did you follow the week?",
            "Test your knowledge of the week's events with ten questions. This week: a bridge, a singer and a very large cheese.",
        ),
        (
            "News quiz: how well did you follow the week?",
            "Test your knowledge of the week's events with ten questions. This week: a comet, a strike and a lost dog.",
        ),
    ),
    "two puzzles": (
        (
            "Cryptic crossword No 28,114",
            "Set by Magpie. Print version available. Solutions will appear tomorrow.",
        ),
        (
            "Cryptic crossword No 28,115",
            "Set by Heron. Print version available. Solutions will appear tomorrow.",
        ),
    ),
    "two podcasts": (
        (
            "The Daily Wave podcast",
            "In today's episode we ask why the bridge at Harlow was allowed to rust for so long. With Ruth Marlow.",
        ),
        (
            "The Daily Wave podcast",
            "In today's episode we meet the people who count whales from the air. With Ruth Marlow.",
        ),
    ),
    "two galleries": (
        (
            "The week in pictures",
            "A selection of the best photographs from around the world, from flooded fields in Velia to a carnival in Oro.",
        ),
        (
            "The week in pictures",
            "A selection of the best photographs from around the world, from a chess final in Marden to snow in Tamar.",
        ),
    ),
    "two market wraps": (
        (
            "Wall Street ends higher on chip stocks",
            "NEW YORK (Reuters) - U.S. stocks ended higher on Monday, led by chip makers, as investors awaited inflation data due later this week.",
        ),
        (
            "Wall Street ends lower on bank stocks",
            "NEW YORK (Reuters) - U.S. stocks ended lower on Tuesday, led by banks, as investors awaited inflation data due later this week.",
        ),
    ),
    "two market wraps of one direction": (
        (
            "Asian shares rise on trade hopes",
            "TOKYO (AP) — Asian shares rose Wednesday on hopes for a trade deal. The Nikkei 225 gained 0.8% to 38,112.40. Oil prices fell.",
        ),
        (
            "Asian shares rise after rate cut",
            "TOKYO (AP) — Asian shares rose Friday after the central bank cut rates. The Nikkei 225 gained 1.3% to 38,990.15. Oil prices fell.",
        ),
    ),
    "a denial": (
        (
            "Calloway says she will run for president",
            "Transport minister Ruth Calloway said on Sunday that she would run for president next year.",
        ),
        (
            "Calloway says she will not run for president",
            "Transport minister Ruth Calloway ruled out a bid on Thursday, saying that she wanted to finish her work.",
        ),
    ),
    "convicted and acquitted": (
        (
            "Former mayor convicted of bribery",
            "A court in Marden on Tuesday convicted former mayor Otto Brandt of taking bribes from a builder.",
        ),
        (
            "Former mayor acquitted of bribery",
            "A court in Velia on Friday acquitted former mayor Jan Holub of taking bribes from a bus company.",
        ),
    ),
    "approved and rejected": (
        (
            "Senate approves bill on river dams",
            "The Senate voted 54-46 on Tuesday to approve a bill that would remove four dams on the Tamar River.",
        ),
        (
            "Senate rejects bill on river dams",
            "The Senate voted 48-52 on Thursday to reject a bill that would remove four dams on the Tamar River.",
        ),
    ),
    "rates raised and kept": (
        (
            "Central bank raises rates by a quarter point",
            "The central bank raised its key rate by a quarter point to 4.75 percent on Thursday, as expected.",
        ),
        (
            "Central bank keeps rates unchanged",
            "The central bank kept its key rate unchanged at 4.75 percent on Thursday, as expected.",
        ),
    ),
    "another place in the frame": (
        (
            "Police: Man shot and killed in Harlow",
            "HARLOW — Police say a man was shot and killed late Friday in Harlow. Officers were called to the 200 block of Elm Street around 11 p.m. No arrests have been made.",
        ),
        (
            "Police: Man shot and killed in Marden",
            "MARDEN — Police say a man was shot and killed late Friday in Marden. Officers were called to the 900 block of Oak Avenue around 10 p.m. No arrests have been made.",
        ),
    ),
    "another name in the frame": (
        (
            "Actor Glenn Marsh dies at 81",
            "Glenn Marsh, the actor known for his roles in westerns, has died. He was 81. His agent said he died at home on Monday.",
        ),
        (
            "Actor Peter Lind dies at 79",
            "Peter Lind, the actor known for his roles in comedies, has died. He was 79. His agent said he died at home on Monday.",
        ),
    ),
    "a generic headline": (
        (
            "Two killed in crash",
            "A van and a lorry collided on the coastal road near Harlow early on Monday, police said.",
        ),
        (
            "Two killed in crash",
            "Both riders died when a motorcycle left the track in Velia on Saturday evening.",
        ),
    ),
    "man charged with murder": (
        (
            "Man charged with murder",
            "Detectives have charged a 44-year-old over the death of Ida Frost, who was found at her flat in Marden.",
        ),
        (
            "Man charged with murder",
            "A labourer will appear in court today accused of stabbing a shopkeeper in Tamar last month.",
        ),
    ),
    "one event in other words": (
        ("Harlow Bridge shut over corroded cables", BRIDGE),
        (
            "Commuters face months of delay as bridge is declared unsafe",
            "Tens of thousands of people were searching for another way to work this morning when the main crossing over the Har was suddenly barred to cars and lorries.",
        ),
    ),
    "shared background": (
        (
            "Calloway to face questions in parliament",
            f"Opposition leaders on Friday demanded that the transport minister explain herself to parliament. {BRIDGE}",
        ),
        (
            "Ferry firm doubles its fleet",
            f"The Tamar Ferry Company is to buy six boats to meet demand, it said on Sunday. {BRIDGE}",
        ),
    ),
    "a shared quote": (
        (
            "Calloway blames her predecessor",
            'Transport minister Ruth Calloway hit out at those who ran her department before her. "Nobody looked at those cables for nine years, and nobody asked," she said at a party meeting in Velia on Saturday.',
        ),
        (
            "Unions want inquiry into bridge",
            'Unions representing road workers called for a public inquiry on Monday, two days after the minister\'s remarks. "Nobody looked at those cables for nine years, and nobody asked," she said at the weekend.',
        ),
    ),
    "a year apart": (
        (
            "Harlow marathon draws record 21,000 runners",
            "A record 21,000 runners took part in the Harlow marathon on Sunday, which was won by Abel Tesfa in 2:08:11, organisers said.",
        ),
        (
            "Harlow marathon draws record 23,000 runners",
            "A record 23,000 runners took part in the Harlow marathon on Sunday, which was won by Musa Keter in 2:07:49, organisers said.",
        ),
    ),
    "a preview and the result": (
        (
            "Comets face Rovers in cup final",
            "HARLOW — The Comets will play the Rovers in Saturday's cup final, their fourth meeting of the season.",
        ),
        (
            "Comets win cup final against Rovers",
            "HARLOW — The Comets beat the Rovers 2-0 in Saturday's cup final, their fourth win of the season.",
        ),
    ),
    "two live blogs": (
        (
            "Election live: polls close in Velia",
            "Follow all the latest news and results from the regional elections as polls close at 6pm.",
        ),
        (
            "Election live: Brandt concedes defeat",
            "Follow all the latest news and results from the regional elections as counting nears its end.",
        ),
    ),
    "two recipes of one column": (
        (
            "Recipe of the day: lentil soup",
            "Every weekday our cook picks a dish for you that is ready in half an hour. Today: lentils with lemon.",
        ),
        (
            "Recipe of the day: apple tart",
            "Every weekday our cook picks a dish for you that is ready in half an hour. Today: apples and honey.",
        ),
    ),
    "letters to the editor": (
        (
            "Letters to the editor",
            "Your story on the bridge was wrong. I have crossed it for forty years and it never shook. Ed Lomax, Harlow",
        ),
        (
            "Letters to the editor",
            "Why is nobody asking about the cost of the new stadium? We have no money for schools. Una Price, Marden",
        ),
    ),
    "two obituaries of one form": (
        (
            "Obituary: Martha Ellis Greer",
            "Martha Ellis Greer, 88, of Harlow, died Tuesday at Harlow General Hospital. Services will be at 11 a.m. Friday at Hale Funeral Home.",
        ),
        (
            "Obituary: Roy Dean Sutter",
            "Roy Dean Sutter, 72, of Harlow, died Wednesday at Harlow General Hospital. Services will be at 2 p.m. Saturday at Hale Funeral Home.",
        ),
    ),
    "two summaries of one news bulletin": (
        (
            "AP News in Brief at 6:04 a.m. EST",
            "Judge halts order on visas. HARLOW (AP) — A federal judge halted a visa order late Thursday.",
        ),
        (
            "AP News in Brief at 11:04 p.m. EST",
            "Storm nears the coast. MARDEN (AP) — Thousands left the shore as a storm neared on Friday.",
        ),
    ),
    "stock moves of two firms": (
        (
            "Tarn Foods shares fall 3.2% on Tuesday",
            "Shares of Tarn Foods Inc. fell 3.2% to $41.18 Tuesday, on what proved to be an all-around poor trading session for the stock market.",
        ),
        (
            "Corvel Tools shares fall 1.7% on Tuesday",
            "Shares of Corvel Tools Inc. fell 1.7% to $88.02 Tuesday, on what proved to be an all-around poor trading session for the stock market.",
        ),
    ),
    "strike called and called off": (
        (
            "Rail union calls strike for Monday",
            "The rail union called a 24-hour strike for Monday in a dispute over pay and hours.",
        ),
        (
            "Rail union calls off strike for Monday",
            "The rail union called off a 24-hour strike for Monday after a late-night deal over pay and hours.",
        ),
    ),
}


@pytest.mark.parametrize("case", COPIES)
def test_copies_are_recognised(case: str) -> None:
    assert agree(*COPIES[case])


@pytest.mark.parametrize("case", OTHERS)
def test_what_only_looks_alike_stays_apart(case: str) -> None:
    assert not agree(*OTHERS[case])
