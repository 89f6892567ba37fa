"""Who wrote it, read from dateline, byline, credit and copyright; and datelines of any city and date form."""

import pytest

from aggregator.core.matching import agency, clean

WIRE = {
    "en": "All ferries in the bay stopped on Monday.",
    "de": "Alle Fähren in der Bucht stehen seit Montag still.",
    "es": "Todos los barcos de la bahía se detuvieron el lunes.",
    "fr": "Tous les ferries de la baie se sont arrêtés lundi.",
    "it": "Tutti i traghetti della baia si sono fermati lunedì.",
    "pt": "Todas as balsas da baía pararam na segunda-feira.",
    "ru": "Все паромы в заливе остановились в понедельник.",
    "ar": "توقفت جميع العبارات في الخليج يوم الاثنين.",
    "hi": "खाड़ी में सभी नौकाएं सोमवार को रुक गईं।",
    "zh": "海湾内所有渡轮星期一停航。",
    "ja": "湾内の全フェリーが月曜日に運航を停止した。",
    "ko": "만내 모든 여객선이 월요일 운항을 멈췄다.",
}

DATELINES = [
    ("PORT ALDER, Mont. (AP) — {}", "en", "AP"),
    ("PORT ALDER (AP) -- {}", "en", "AP"),
    ("PORT ALDER, Nov. 3, 2031 (AP) - {}", "en", "AP"),
    ("LONDON/PARIS, Nov 3 (Reuters) - {}", "en", "Reuters"),
    ("São Paulo (AFP) – {}", "en", "AFP"),
    ("Nov. 3 (UPI) -- {}", "en", "UPI"),
    ("BEIJING, Nov. 3 (Xinhua) -- {}", "en", "Xinhua"),
    ("TOKYO, Nov. 3 (Kyodo) -- {}", "en", "Kyodo"),
    ("SEOUL, Nov. 3 (Yonhap) -- {}", "en", "Yonhap"),
    ("New Delhi [India], November 3 (ANI): {}", "en", "ANI"),
    ("New Delhi, Nov 3 (PTI) {}", "en", "PTI"),
    ("MOSCOW, November 3. /TASS/. {}", "en", "TASS"),
    ("OTTAWA — The Canadian Press — {}", "en", "CP"),
    ("(Bloomberg) -- {}", "en", "Bloomberg"),
    ("(CNN) — {}", "en", "CNN"),
    ("NEW YORK, Nov. 3, 2031 /PRNewswire/ -- {}", "en", "PR Newswire"),
    ("NEW YORK--(BUSINESS WIRE)--{}", "en", "Business Wire"),
    ("NEW YORK, Nov. 03, 2031 (GLOBE NEWSWIRE) -- {}", "en", "GlobeNewswire"),
    ("NEW YORK, NY / ACCESSWIRE / November 3, 2031 / {}", "en", "ACCESSWIRE"),
    ("SYDNEY (AAP) - {}", "en", "AAP"),
    ("Ann Low | AAP | {}", "en", "AAP"),
    ("By ANN LOW, Australian Associated Press {}", "en", "AAP"),
    ("Redacción / AFP {}", "es", "AFP"),
    ("EMDEN dpa | {}", "de", "dpa"),
    ("{} Quelle: dpa", "de", "dpa"),
    ("Milano, 15 mar. (LaPresse) - {}", "it", "LaPresse"),
    ("Москва. 14 марта. INTERFAX.RU - {}", "ru", "Interfax"),
    ("تونس - وات - {}", "ar", "TAP"),
    ("القاهرة - د ب أ: {}", "ar", "dpa"),
    ("الرباط / الأناضول {}", "ar", "Anadolu"),
    ("बस्ती (एएनआई): {}", "hi", "ANI"),
    ("नयी दिल्ली, 18 अक्टूबर (भाषा) {}", "hi", "PTI"),
    ("【ブルームバーグ】{}", "ja", "Bloomberg"),
    ("(서울=로이터) {}", "ko", "Reuters"),
    ("OSLO — {}", "en", ""),
    ("Berlin (dpa) - {}", "de", "dpa"),
    ("Hamburg/Kiel (dpa/lno) - {}", "de", "dpa"),
    ("Wien (APA) - {}", "de", "APA"),
    ("FRANKFURT (dpa-AFX) - {}", "de", "dpa"),
    ("Bern (Keystone-SDA) - {}", "de", "Keystone-SDA"),
    ("Madrid, 3 nov (EFE).- {}", "es", "EFE"),
    ("MADRID, 3 Nov. (EUROPA PRESS) - {}", "es", "Europa Press"),
    ("Buenos Aires, 3 de noviembre (EFE).- {}", "es", "EFE"),
    ("Paris, 3 nov 2031 (AFP) - {}", "fr", "AFP"),
    ("(ANSA) - ROMA, 03 NOV - {}", "it", "ANSA"),
    ("Roma, 3 nov. (Adnkronos) - {}", "it", "Adnkronos"),
    ("Lisboa, 03 nov 2031 (Lusa) -- {}", "pt", "Lusa"),
    ("SÃO PAULO, SP (FOLHAPRESS) - {}", "pt", "Folhapress"),
    ("МОСКВА, 3 ноя - РИА Новости. {}", "ru", "RIA Novosti"),
    ("МОСКВА, 3 ноября. /ТАСС/. {}", "ru", "TASS"),
    ("Москва. 3 ноября. ИНТЕРФАКС - {}", "ru", "Interfax"),
    ("القاهرة (رويترز) - {}", "ar", "Reuters"),
    ("باريس (أ ف ب) - {}", "ar", "AFP"),
    ("नई दिल्ली, 3 नवंबर (पीटीआई) {}", "hi", "PTI"),
    ("新华社北京11月3日电 {}", "zh", "Xinhua"),
    ("新华社北京11月3日电（记者李明）{}", "zh", "Xinhua"),
    ("（中央社台北3日電）{}", "zh", "CNA"),
    ("【ロンドン共同】{}", "ja", "Kyodo"),
    ("【ロンドン時事】{}", "ja", "Jiji"),
    ("［ロンドン　３日　ロイター］ - {}", "ja", "Reuters"),
    ("(서울=연합뉴스) 김민수 기자 = {}", "ko", "Yonhap"),
    ("[서울=뉴시스] 김민수 기자 = {}", "ko", "Newsis"),
]


@pytest.mark.parametrize(("form", "language", "who"), DATELINES, ids=[form for form, _, _ in DATELINES])
def test_a_dateline_comes_off_and_names_its_agency(form: str, language: str, who: str) -> None:
    wire = WIRE[language]
    body = clean.body(clean.plain(form.format(wire)))
    assert ("".join(body.sentences), body.agency) == (wire, who)


@pytest.mark.parametrize(
    "text",
    [
        "Prices (in euros) rose on Monday.",
        "The firm (formerly Oak Bay) said on Monday that it would close.",
        "Harlow, a town of 3,000 - and of nine churches - voted on Monday.",
        "PA: a father of two was found on Monday.",
        "Evan Vucci/AP The video appeared on Monday.",
        "NATO - the alliance of 32 states - met on Monday.",
        "Alder said on Monday: it will rain.",
        "He spoke of earnings per share on Tuesday.",
        "Aid was delivered to the islands on Monday.",
        "The bill was sponsored by two senators from Oak Bay.",
        "Alder is to become a member of the union.",
        "He asked people to sign up to the plan in more than 60 towns.",
        "The judge ruled on copyright law and on the comments.",
        "Fans follow the band from town to town.",
        "The state-sponsored hackers stole cookies and mail.",
    ],
)
def test_what_is_no_dateline_and_no_promotion_stays(text: str) -> None:
    assert " ".join(clean.body(text).sentences) == text


@pytest.mark.parametrize(
    ("around", "language"),
    [
        ("{} Reporting by Ann Low; Editing by Tim Roe", "en"),
        ("{} (Reporting by Ann Low in Harlow; Editing by Tim Roe)", "en"),
        ("{} © 2031 AFP", "en"),
        ("{} Copyright © 2031, The Associated Press", "en"),
        ("{} Click here to subscribe to our newsletter.", "en"),
        ("(Photo by Ann Low/Getty Images) {}", "en"),
        ("{} (Photo: AP/Ann Low)", "en"),
        ("{} Follow us on Twitter and Facebook.", "en"),
        ("{} This article was originally published on The Conversation.", "en"),
        ("{} Lesen Sie auch: Was jetzt zu tun ist.", "de"),
        ("{} Alle Rechte vorbehalten.", "de"),
        ("{} © dpa-infocom, dpa:310303-930-4711/1", "de"),
        ("{} Leer más", "es"),
        ("{} Todos los derechos reservados.", "es"),
        ("{} Lire la suite", "fr"),
        ("{} Tous droits réservés.", "fr"),
        ("{} Leggi anche: Il tunnel riapre.", "it"),
        ("{} (ANSA).", "it"),
        ("{} Riproduzione riservata © Copyright ANSA", "it"),
        ("{} Leia mais", "pt"),
        ("{} Читать далее", "ru"),
        ("{} Читайте также: Тоннель открыт.", "ru"),
        ("{} اقرأ أيضا: النفق مفتوح.", "ar"),
        ("{} और पढ़ें", "hi"),
        ("{}（完）", "zh"),
        ("{}版权所有，未经授权禁止转载。", "zh"),
        ("{}（共同）", "ja"),
        ("{}無断転載を禁じます。", "ja"),
        ("{} 무단 전재-재배포 금지", "ko"),
        ("{} <저작권자(c) 연합뉴스, 무단 전재-재배포 금지>", "ko"),
        ("{} kim@yna.co.kr", "ko"),
    ],
)
def test_what_stands_around_a_text_comes_off(around: str, language: str) -> None:
    wire = WIRE[language]
    assert "".join(clean.body(clean.plain(around.format(wire))).sentences) == wire


@pytest.mark.parametrize(
    ("credit", "who"),
    [
        ("The Associated Press", "AP"),
        ("By ANN LOW Associated Press", "AP"),
        ("Ann Low, AP Sports Writer", "AP"),
        ("Reuters Staff", "Reuters"),
        ("Agence France-Presse", "AFP"),
        ("AFP/Ann Low", "AFP"),
        ("dpa-infocom GmbH", "dpa"),
        ("PA Media", "PA"),
        ("United Press International, Inc.", "UPI"),
        ("Redazione ANSA", "ANSA"),
        ("Agencia EFE", "EFE"),
        ("Xinhua", "Xinhua"),
        ("KYODO NEWS", "Kyodo"),
        ("Press Trust of India", "PTI"),
        ("Australian Associated Press", "AAP"),
        ("The Canadian Press", "CP"),
        ("Bloomberg News", "Bloomberg"),
        ("共同通信", "Kyodo"),
        ("연합뉴스", "Yonhap"),
        ("РИА Новости", "RIA Novosti"),
        ("Copyright 2031 The Associated Press. All rights reserved.", "AP"),
        ("Coast Gazette", ""),
        ("Ann Reuter", ""),
    ],
)
def test_a_credit_line_names_its_agency(credit: str, who: str) -> None:
    assert agency.credited(credit) == who


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("Ferries stop in the bay after crack - The New York Times", "Ferries stop in the bay after crack"),
        ("Ferries stop in the bay after crack | AP News", "Ferries stop in the bay after crack"),
        ("Ferries stop in the bay after crack — Reuters", "Ferries stop in the bay after crack"),
        ("Ferries stop in the bay after crack :: WRAL.com", "Ferries stop in the bay after crack"),
        ("UPDATE 1-REFILE-Ferries stop in the bay", "Ferries stop in the bay"),
        ("WRAPUP 4-Ferries stop in the bay", "Ferries stop in the bay"),
        ("URGENT - Ferries stop in the bay", "Ferries stop in the bay"),
        ("AP Exclusive: Ferries stop in the bay", "Ferries stop in the bay"),
        ("(LEAD) (URGENT) Ferries stop in the bay", "Ferries stop in the bay"),
        ("(2nd LD) Ferries stop in the bay", "Ferries stop in the bay"),
        ("+++ EIL +++ Fähren in der Bucht stehen still", "Fähren in der Bucht stehen still"),
        ("ULTIM'ORA: Traghetti fermi nella baia", "Traghetti fermi nella baia"),
        ("ÚLTIMA HORA | Barcos parados en la bahía", "Barcos parados en la bahía"),
        ("⚡️Паромы в заливе остановлены", "Паромы в заливе остановлены"),
        ("【独自】湾内のフェリー全便運休", "湾内のフェリー全便運休"),
        ("湾内のフェリー全便運休｜NHK", "湾内のフェリー全便運休"),
        ("[단독] 만내 여객선 전면 중단", "만내 여객선 전면 중단"),
        ("만내 여객선 전면 중단(종합)", "만내 여객선 전면 중단"),
        ("만내 여객선 전면 중단(2보)", "만내 여객선 전면 중단"),
    ],
)
def test_a_title_loses_what_a_desk_or_site_put_around_it(title: str, cleaned: str) -> None:
    assert clean.headline(title, ()).text == cleaned
