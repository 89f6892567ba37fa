"""What looks like a copy and is none, as feeds carry it, written before the rules were read."""

from tests.core.matching.pairing import Pairs

OTHERS: Pairs = {
    "english, a frame of one name": (
        (
            "Harlan Falls names new fire chief",
            "The city of Harlan Falls has named a new fire chief after a nationwide search. The appointment takes effect on the first of the month, the city manager said in a statement on Monday.",
        ),
        (
            "Tolleson names new fire chief",
            "The city of Tolleson has named a new fire chief after a nationwide search. The appointment takes effect on the first of the month, the city manager said in a statement on Monday.",
        ),
    ),
    "english, a title that says little": (
        (
            "What we know so far",
            "Rescue teams are searching the rubble of the hotel in Manado for guests who were asleep.",
        ),
        (
            "What we know so far",
            "The suspect bought the rifle legally in March, investigators in Dayton said.",
        ),
    ),
    "english, one firm's boilerplate": (
        (
            "Corvale Systems opens office in Lisbon",
            "Corvale Systems today opened its first office in Portugal. About Corvale Systems: Corvale Systems (NYSE: CVL) is a global leader in cloud-based scheduling for hospitals, serving more than 3,000 customers in 40 countries. For more information visit www.corvale.example.",
        ),
        (
            "Corvale Systems appoints chief revenue officer",
            "Corvale Systems today appointed Lena Brandt as chief revenue officer. About Corvale Systems: Corvale Systems (NYSE: CVL) is a global leader in cloud-based scheduling for hospitals, serving more than 3,000 customers in 40 countries. For more information visit www.corvale.example.",
        ),
    ),
    "english, the next day": (
        (
            "Trial of former mayor: day three",
            "The trial of former mayor Guy Rennick, who is accused of taking bribes from developers between 2012 and 2016, continued on Wednesday. The court heard from his driver.",
        ),
        (
            "Trial of former mayor: day four",
            "The trial of former mayor Guy Rennick, who is accused of taking bribes from developers between 2012 and 2016, continued on Thursday. A builder told of envelopes left in a car.",
        ),
    ),
    "english, two notices of one share": (
        (
            "Tellum Energy shares gap up on heavy volume",
            "Shares of Tellum Energy gap up 2.4% during trading on Monday. The company traded as low as $11.02 and last traded at $11.40. The stock had previously closed at $11.13.",
        ),
        (
            "Oakmere REIT shares gap down on light volume",
            "Shares of Oakmere REIT gap down 3.1% during trading on Tuesday. The company traded as low as $23.77 and last traded at $23.80. The stock had previously closed at $24.56.",
        ),
    ),
    "english, shared background": (
        (
            "Court sets date for Brennick appeal",
            "The appeals court will hear the case of Tom Brennick on May 3. Brennick, a former youth football coach, was convicted in 2021 of defrauding more than 200 families in a holiday-home scheme that prosecutors called the largest in the county's history.",
        ),
        (
            "Brennick victims to share seized yacht money",
            "The sale of a yacht in Cannes will bring victims some two million pounds. Brennick, a former youth football coach, was convicted in 2021 of defrauding more than 200 families in a holiday-home scheme that prosecutors called the largest in the county's history.",
        ),
    ),
    "german, a frame of one name": (
        (
            "Neuer Leiter für das Museum Wittenau",
            "Das Museum Wittenau hat einen neuen Leiter. Der Stadtrat stimmte dem Vorschlag der Findungskommission am Montag einstimmig zu.",
        ),
        (
            "Neuer Leiter für das Museum Halberstedt",
            "Das Museum Halberstedt hat einen neuen Leiter. Der Stadtrat stimmte dem Vorschlag der Findungskommission am Montag einstimmig zu.",
        ),
    ),
    "german, a title that says little": (
        ("Frau bei Unfall schwer verletzt", "Auf der B 212 bei Nordenham ist eine Radfahrerin gestürzt."),
        ("Frau bei Unfall schwer verletzt", "In Gera prallte ein Kleinwagen gegen eine Straßenbahn."),
    ),
    "german, a column": (
        (
            "Das bringt der Tag: Dienstag",
            "Guten Morgen! Diese Themen werden heute wichtig. Im Bundestag geht es um die Rente. Bahnreisende brauchen Geduld. Das Wetter: wechselhaft. Den Newsletter können Sie hier bestellen.",
        ),
        (
            "Das bringt der Tag: Freitag",
            "Guten Morgen! Diese Themen werden heute wichtig. Die EZB berät. In Kiel beginnt der Prozess gegen einen Arzt. Das Wetter: wechselhaft. Den Newsletter können Sie hier bestellen.",
        ),
    ),
    "german, two notices": (
        (
            "Amtliche Unwetterwarnung für Kreis Steinfurt",
            "Der Deutsche Wetterdienst warnt vor Sturmböen in Kreis Steinfurt. Die Warnung gilt bis 18 Uhr. Es können Bäume entwurzelt und Dächer beschädigt werden. Halten Sie Abstand zu Gebäuden und Gerüsten.",
        ),
        (
            "Amtliche Unwetterwarnung für Landkreis Cham",
            "Der Deutsche Wetterdienst warnt vor schwerem Gewitter in Landkreis Cham. Die Warnung gilt bis 21 Uhr. Es können Bäume entwurzelt und Dächer beschädigt werden. Halten Sie Abstand zu Gebäuden und Gerüsten.",
        ),
    ),
    "german, two notices of one share": (
        (
            "Lentzke-Aktie gewinnt am Dienstagnachmittag",
            "Die Aktie von Lentzke notierte am Dienstagnachmittag im XETRA-Handel fester und stieg um 1,2 Prozent auf 34,10 EUR. Das Tageshoch lag bei 34,60 EUR. Umgesetzt wurden 120.331 Stück.",
        ),
        (
            "Lentzke-Aktie verliert am Mittwochmittag",
            "Die Aktie von Lentzke notierte am Mittwochmittag im XETRA-Handel schwächer und fiel um 0,7 Prozent auf 33,86 EUR. Das Tageshoch lag bei 34,02 EUR. Umgesetzt wurden 88.410 Stück.",
        ),
    ),
    "german, one firm's boilerplate": (
        (
            "Brauhaus Lindner baut neue Abfüllanlage",
            "Lindner investiert acht Millionen Euro in Kulmbach. Über Lindner: Das Brauhaus Lindner ist ein familiengeführtes Unternehmen mit Sitz in Kulmbach, das in sechster Generation Bier nach dem Reinheitsgebot braut und rund 400 Mitarbeiter beschäftigt.",
        ),
        (
            "Brauhaus Lindner gewinnt Umweltpreis",
            "Für sein Pfandsystem ist Lindner in Leipzig geehrt worden. Über Lindner: Das Brauhaus Lindner ist ein familiengeführtes Unternehmen mit Sitz in Kulmbach, das in sechster Generation Bier nach dem Reinheitsgebot braut und rund 400 Mitarbeiter beschäftigt.",
        ),
    ),
    "french, a frame of one name": (
        (
            "Mathis Kerouani prolonge à Lorient",
            "Le milieu de terrain Mathis Kerouani a prolongé son contrat avec Lorient jusqu'en 2027, a annoncé le club dans un communiqué. Il était arrivé en 2021 et a disputé plus de cent matches sous ses nouvelles couleurs.",
        ),
        (
            "Ousmane Delort prolonge à Angers",
            "Le milieu de terrain Ousmane Delort a prolongé son contrat avec Angers jusqu'en 2027, a annoncé le club dans un communiqué. Il était arrivé en 2021 et a disputé plus de cent matches sous ses nouvelles couleurs.",
        ),
    ),
    "spanish, a title that says little": (
        ("Mueren dos personas en un accidente", "Un camión volcó en la ruta 9 cerca de Zárate."),
        ("Mueren dos personas en un accidente", "Una avioneta cayó en un maizal de Sinaloa el jueves."),
    ),
    "italian, a frame of one name": (
        (
            "Grosseto, nominato il nuovo questore",
            "Cambio al vertice della questura di Grosseto. Il nuovo questore si insedierà la prossima settimana e ha già incontrato il prefetto e le autorità cittadine.",
        ),
        (
            "Vercelli, nominato il nuovo questore",
            "Cambio al vertice della questura di Vercelli. Il nuovo questore si insedierà la prossima settimana e ha già incontrato il prefetto e le autorità cittadine.",
        ),
    ),
    "portuguese, a frame of one name": (
        (
            "Uberaba tem novo secretário de Saúde",
            "O prefeito de Uberaba anunciou nesta segunda-feira o novo secretário de Saúde do município. O médico assume o cargo na próxima semana e prometeu reduzir as filas.",
        ),
        (
            "Chapecó tem novo secretário de Saúde",
            "O prefeito de Chapecó anunciou nesta segunda-feira o novo secretário de Saúde do município. O médico assume o cargo na próxima semana e prometeu reduzir as filas.",
        ),
    ),
    "russian, a title that says little": (
        ("Один человек погиб в ДТП", "В Туле легковушка влетела в остановку."),
        ("Один человек погиб в ДТП", "Под Омском столкнулись фура и трактор."),
    ),
    "russian, two notices of one share": (
        (
            "Нефть Brent выросла до $83,2 за баррель",
            "Цена майских фьючерсов на нефть Brent на лондонской бирже ICE выросла на 0,9%, до $83,2 за баррель, свидетельствуют данные торгов на 10:05 мск. Фьючерсы на WTI выросла на 1,0%.",
        ),
        (
            "Нефть Brent опустилась до $82,0 за баррель",
            "Цена майских фьючерсов на нефть Brent на лондонской бирже ICE опустилась на 0,6%, до $82,0 за баррель, свидетельствуют данные торгов на 17:40 мск. Фьючерсы на WTI опустилась на 0,8%.",
        ),
    ),
    "arabic, a frame of one name": (
        (
            "تعيين مدير جديد لمستشفى الزقازيق",
            "أصدر وزير الصحة قرارا بتعيين مدير جديد لمستشفى الزقازيق خلفا للمدير السابق الذي بلغ سن التقاعد، على أن يباشر مهامه مطلع الأسبوع المقبل.",
        ),
        (
            "تعيين مدير جديد لمستشفى المنصورة",
            "أصدر وزير الصحة قرارا بتعيين مدير جديد لمستشفى المنصورة خلفا للمدير السابق الذي بلغ سن التقاعد، على أن يباشر مهامه مطلع الأسبوع المقبل.",
        ),
    ),
    "arabic, two notices": (
        (
            "أسعار صرف الدولار اليوم الأحد",
            "سجل سعر صرف الدولار اليوم الأحد في البنوك 30.75 جنيها للشراء و30.85 جنيها للبيع، فيما بلغ في السوق الموازية 62 جنيها، بحسب متعاملين.",
        ),
        (
            "أسعار صرف الدولار اليوم الثلاثاء",
            "سجل سعر صرف الدولار اليوم الثلاثاء في البنوك 49.40 جنيها للشراء و49.50 جنيها للبيع، فيما بلغ في السوق الموازية 51 جنيها، بحسب متعاملين.",
        ),
    ),
    "arabic, a column": (
        (
            "أبرز عناوين الصحف الصادرة الاثنين",
            "تناولت الصحف الصادرة الاثنين عددا من الموضوعات، أبرزها: أزمة السكر وزيارة الوفد الإيطالي. نوافيكم بجولة يومية في أبرز ما كتبته الصحف.",
        ),
        (
            "أبرز عناوين الصحف الصادرة الخميس",
            "تناولت الصحف الصادرة الخميس عددا من الموضوعات، أبرزها: قانون الإيجار ومباراة القمة. نوافيكم بجولة يومية في أبرز ما كتبته الصحف.",
        ),
    ),
    "arabic, scores in Arabic digits": (
        (
            "الأهلي يهزم المقاولون ٢-٠",
            "فاز الأهلي على المقاولون ٢-٠ في الدوري الممتاز على ملعب القاهرة، وسجل الأهداف مهاجمه في الشوط الثاني، ليرفع رصيده إلى ٣٤ نقطة.",
        ),
        (
            "الأهلي يهزم المقاولون ٣-١",
            "فاز الأهلي على المقاولون ٣-١ في الدوري الممتاز على ملعب القاهرة، وسجل الأهداف مهاجمه في الشوط الثاني، ليرفع رصيده إلى ٥٢ نقطة.",
        ),
    ),
    "hindi, a frame of one name": (
        (
            "देवरिया के नए जिलाधिकारी ने संभाला कार्यभार",
            "देवरिया के नए जिलाधिकारी ने सोमवार को कार्यभार संभाल लिया। उन्होंने कहा कि विकास कार्यों में लापरवाही बर्दाश्त नहीं की जाएगी।",
        ),
        (
            "बलिया के नए जिलाधिकारी ने संभाला कार्यभार",
            "बलिया के नए जिलाधिकारी ने सोमवार को कार्यभार संभाल लिया। उन्होंने कहा कि विकास कार्यों में लापरवाही बर्दाश्त नहीं की जाएगी।",
        ),
    ),
    "hindi, a title that says little": (
        ("सड़क हादसे में दो की मौत", "एटा में बाइक और जीप टकराई।"),
        ("सड़क हादसे में दो की मौत", "सीहोर के पास ट्रक ने कार को रौंदा।"),
    ),
    "hindi, figures in Devanagari digits": (
        (
            "६ विकेट से जीता मेरठ",
            "मेरठ ने लीग के मुकाबले में विरोधी टीम को ६ विकेट से हराया और अंक तालिका में १२ अंक के साथ आगे बढ़ गया। कप्तान ने नाबाद ४८ रन बनाए।",
        ),
        (
            "३ विकेट से जीता मेरठ",
            "मेरठ ने लीग के मुकाबले में विरोधी टीम को ३ विकेट से हराया और अंक तालिका में १६ अंक के साथ आगे बढ़ गया। कप्तान ने नाबाद ७१ रन बनाए।",
        ),
    ),
    "chinese, a frame of one name": (
        (
            "衡阳任命新一任公安局局长",
            "衡阳市人大常委会日前召开会议，表决通过了人事任免事项，任命了新一任公安局局长，并举行了宪法宣誓仪式。",
        ),
        (
            "赣州任命新一任公安局局长",
            "赣州市人大常委会日前召开会议，表决通过了人事任免事项，任命了新一任公安局局长，并举行了宪法宣誓仪式。",
        ),
    ),
    "chinese, a title that says little": (
        ("一男子酒后驾车被拘", "徐州一名司机撞倒护栏后逃离。"),
        ("一男子酒后驾车被拘", "珠海交警在收费站查获一辆货车。"),
    ),
    "chinese, two notices": (
        (
            "桂林发布暴雨黄色预警信号",
            "桂林市气象台5日15时发布暴雨黄色预警信号：预计未来6小时内，我市大部分地区将出现强降水，请有关单位和人员做好防范准备，注意防御可能引发的城市内涝。",
        ),
        (
            "韶关发布暴雨橙色预警信号",
            "韶关市气象台8日21时发布暴雨橙色预警信号：预计未来6小时内，我市大部分地区将出现强降水，请有关单位和人员做好防范准备，注意防御可能引发的城市内涝。",
        ),
    ),
    "chinese, a column": (
        (
            "早安·周二｜两会今日开幕",
            "各位读者早上好，以下是今天的要闻。全国两会开幕。北方大部降温。祝您度过愉快的一天。",
        ),
        (
            "早安·周五｜油价今起上调",
            "各位读者早上好，以下是今天的要闻。成品油价格上调。沪深交易所发布新规。祝您度过愉快的一天。",
        ),
    ),
    "japanese, two notices": (
        (
            "鹿児島市に大雨警報",
            "気象台は5日午前6時、鹿児島市に大雨警報を発表した。土砂災害や低い土地の浸水、河川の増水に警戒するよう呼び掛けている。",
        ),
        (
            "和歌山市に大雨警報",
            "気象台は8日午後9時、和歌山市に大雨警報を発表した。土砂災害や低い土地の浸水、河川の増水に警戒するよう呼び掛けている。",
        ),
    ),
    "japanese, a column": (
        (
            "きょうの主な予定（5日）",
            "【政治】参院予算委【経済】国際決済銀行の会合【社会】連続強盗事件の初公判\u3000予定は変更されることがあります。",
        ),
        (
            "きょうの主な予定（8日）",
            "【政治】衆院本会議【経済】家計調査の発表【社会】高校入試の合格発表\u3000予定は変更されることがあります。",
        ),
    ),
    "korean, a frame of one name": (
        (
            "제천시, 신임 부시장 취임",
            "제천시는 신임 부시장이 4일 취임했다고 밝혔다. 신임 부시장은 충혼탑 참배를 시작으로 공식 일정에 들어갔으며 현안 사업을 차질 없이 추진하겠다고 말했다.",
        ),
        (
            "나주시, 신임 부시장 취임",
            "나주시는 신임 부시장이 4일 취임했다고 밝혔다. 신임 부시장은 충혼탑 참배를 시작으로 공식 일정에 들어갔으며 현안 사업을 차질 없이 추진하겠다고 말했다.",
        ),
    ),
    "korean, a title that says little": (
        ("음주운전 40대 입건", "대구 수성구에서 신호등을 들이받은 혐의."),
        ("음주운전 40대 입건", "속초에서 경찰차를 피해 달아나다 붙잡혔다."),
    ),
    "dutch, a column": (
        (
            "Dit moet je weten over dinsdag",
            "Goedemorgen! Dit is het belangrijkste nieuws van vandaag. De Kamer debatteert over stikstof. Op de A2 wordt gewerkt. Fijne dag!",
        ),
        (
            "Dit moet je weten over vrijdag",
            "Goedemorgen! Dit is het belangrijkste nieuws van vandaag. Het IMF presenteert ramingen. Ajax speelt thuis. Fijne dag!",
        ),
    ),
    "polish, a frame of one name": (
        (
            "Ełk: nowy komendant policji",
            "Komenda policji w mieście Ełk ma nowego komendanta. Uroczyste wprowadzenie odbyło się w poniedziałek z udziałem władz samorządowych.",
        ),
        (
            "Kłodzko: nowy komendant policji",
            "Komenda policji w mieście Kłodzko ma nowego komendanta. Uroczyste wprowadzenie odbyło się w poniedziałek z udziałem władz samorządowych.",
        ),
    ),
    "indonesian, a frame of one name": (
        (
            "Kebakaran landa pasar di Sukabumi",
            "Kebakaran melanda sebuah pasar tradisional di Sukabumi pada Minggu dini hari. Tidak ada korban jiwa dalam peristiwa itu. Penyebab kebakaran masih diselidiki polisi.",
        ),
        (
            "Kebakaran landa pasar di Palopo",
            "Kebakaran melanda sebuah pasar tradisional di Palopo pada Minggu dini hari. Tidak ada korban jiwa dalam peristiwa itu. Penyebab kebakaran masih diselidiki polisi.",
        ),
    ),
    "ukrainian, a frame of one name": (
        (
            "У Умані призначили нового начальника поліції",
            "У Умані представили нового начальника районного управління поліції. Він має понад двадцять років досвіду, повідомили в поліції області.",
        ),
        (
            "У Ковелі призначили нового начальника поліції",
            "У Ковелі представили нового начальника районного управління поліції. Він має понад двадцять років досвіду, повідомили в поліції області.",
        ),
    ),
    "english, results of two firms": (
        (
            "Dorwin shares fall 3 percent after quarterly results",
            "Dorwin Inc reported second quarter profit of $48.1 million, or 62 cents a share, compared with $51.7 million a year earlier. Revenue rose to $390.2 million. Analysts on average had expected earnings of 65 cents a share, according to data compiled by FactBrook.",
        ),
        (
            "Halcett shares gain 4 percent after quarterly results",
            "Halcett Inc reported second quarter profit of $112.9 million, or 88 cents a share, compared with $97.0 million a year earlier. Revenue rose to $804.5 million. Analysts on average had expected earnings of 81 cents a share, according to data compiled by FactBrook.",
        ),
    ),
    "english, two quakes": (
        (
            "Magnitude 5.4 quake strikes southern Peru",
            "An earthquake of magnitude 5.4 struck 61 km west of southern Peru on Sunday, the European-Mediterranean Seismological Centre said. The quake was at a depth of 33 km, it added. There were no immediate reports of damage or casualties.",
        ),
        (
            "Magnitude 6.1 quake strikes Banda Sea",
            "An earthquake of magnitude 6.1 struck 204 km south of Banda Sea on Sunday, the European-Mediterranean Seismological Centre said. The quake was at a depth of 112 km, it added. There were no immediate reports of damage or casualties.",
        ),
    ),
    "spanish, two quakes": (
        (
            "Sismo de magnitud 4,6 sacude Puerto Escondido, Oaxaca",
            "Un sismo de magnitud 4,6 se registró este jueves a las 08:14 hora local con epicentro a 39 kilómetros al sureste de Puerto Escondido, informó el Servicio Sismológico. No se reportan daños ni víctimas. Se recomienda a la población mantener la calma.",
        ),
        (
            "Sismo de magnitud 5,1 sacude Coalcomán, Michoacán",
            "Un sismo de magnitud 5,1 se registró este sábado a las 22:40 hora local con epicentro a 17 kilómetros al suroeste de Coalcomán, informó el Servicio Sismológico. No se reportan daños ni víctimas. Se recomienda a la población mantener la calma.",
        ),
    ),
    "spanish, two forecasts": (
        (
            "Clima hoy en Monterrey: pronóstico para este lunes",
            "El pronóstico para Monterrey este lunes indica cielo despejado con una máxima de 34 grados y una mínima de 21. La probabilidad de lluvia es de 5 por ciento y los vientos soplarán del norte. Recuerda hidratarte y usar protector solar.",
        ),
        (
            "Clima hoy en Guadalajara: pronóstico para este jueves",
            "El pronóstico para Guadalajara este jueves indica cielo medio nublado con una máxima de 29 grados y una mínima de 16. La probabilidad de lluvia es de 40 por ciento y los vientos soplarán del oeste. Recuerda hidratarte y usar protector solar.",
        ),
    ),
    "french, two horoscopes": (
        (
            "Horoscope du mardi 6 février : votre signe du jour",
            "Bélier : Un projet avance enfin. Taureau : Gardez votre calme. Gémeaux : On vous écoute. Retrouvez chaque matin les prévisions de notre astrologue pour votre signe, amour, travail et forme.",
        ),
        (
            "Horoscope du mercredi 14 février : votre signe du jour",
            "Bélier : Soirée douce à deux. Taureau : Vos comptes réclament de l'attention. Gémeaux : Prenez l'air. Retrouvez chaque matin les prévisions de notre astrologue pour votre signe, amour, travail et forme.",
        ),
    ),
    "french, two places": (
        (
            "Vannes : un homme interpellé après une tentative de cambriolage",
            "Un homme de 33 ans a été interpellé dans la nuit de vendredi à samedi à Vannes après une tentative de cambriolage dans un bureau de tabac. Placé en garde à vue, il a été présenté au parquet de Vannes. Son complice est toujours recherché.",
        ),
        (
            "Montluçon : un adolescent interpellé après une tentative de cambriolage",
            "Un adolescent de 16 ans a été interpellé dimanche soir à Montluçon après une tentative de cambriolage dans une pharmacie du centre. Placé en garde à vue, il a été présenté au parquet de Cusset. Son complice est toujours recherché.",
        ),
    ),
    "french, two games": (
        (
            "Ligue 2 : Grandvillars s'impose 2-1 à Aubagne",
            "Grandvillars s'est imposé 2-1 sur la pelouse de Aubagne, samedi soir, lors de la 14e journée de Ligue 2. Kévin Ndong a inscrit le but décisif à la 83e minute. Au classement, les visiteurs pointent à la 6e place.",
        ),
        (
            "National : Louvroil s'impose 1-0 à Saint-Avit",
            "Louvroil s'est imposé 1-0 sur la pelouse de Saint-Avit, vendredi, lors de la 11e journée de National. Mehdi Astruc a inscrit le but décisif à la 57e minute. Au classement, les visiteurs pointent à la 12e place.",
        ),
    ),
    "portuguese, two horoscopes": (
        (
            "Horóscopo do dia: previsões para 3 de maio",
            "Áries: Dia bom para negócios. Touro: Cuide da garganta. Gêmeos: Uma visita anima a noite. Confira o que os astros reservam para o seu signo no amor, no dinheiro e na saúde.",
        ),
        (
            "Horóscopo do dia: previsões para 8 de maio",
            "Áries: Fuja de fofocas. Touro: O amor pede paciência. Gêmeos: Boas notícias de longe. Confira o que os astros reservam para o seu signo no amor, no dinheiro e na saúde.",
        ),
    ),
    "portuguese, two days of a market": (
        (
            "Bolsa sobe e dólar cai com exterior favorável",
            "O Ibovespa subiu 1,12% nesta terça-feira, aos 128.410 pontos, em meio a exterior favorável. O dólar caiu 0,44%, cotado a R$ 4,95. O volume financeiro somou R$ 21,3 bilhões.",
        ),
        (
            "Bolsa cai e dólar sobe com temor sobre a China",
            "O Ibovespa caiu 0,97% nesta sexta-feira, aos 126.702 pontos, em meio a temor sobre a China. O dólar subiu 0,81%, cotado a R$ 5,03. O volume financeiro somou R$ 24,8 bilhões.",
        ),
    ),
    "portuguese, two places": (
        (
            "Homem é preso suspeito de matar a esposa em Caruaru (PE)",
            "Um homem de 45 anos foi preso na noite de domingo suspeito de matar a esposa, de 39 anos, em Caruaru (PE). Segundo a Polícia Militar, o crime aconteceu na frente dos filhos. O suspeito foi levado para a delegacia, onde ficou em silêncio.",
        ),
        (
            "Homem é preso suspeito de matar a esposa em Toledo (PR)",
            "Um homem de 31 anos foi preso na manhã de quinta-feira suspeito de matar a esposa, de 28 anos, em Toledo (PR). Segundo a Polícia Militar, o crime aconteceu depois de uma discussão. O suspeito foi levado para a delegacia, onde ficou em silêncio.",
        ),
    ),
    "italian, two horoscopes": (
        (
            "Oroscopo di oggi, martedì 5 marzo 2024: le previsioni segno per segno",
            "Ariete: giornata in salita. Toro: Venere vi protegge. Gemelli: attenti alle spese. Ecco cosa dicono le stelle per amore, lavoro e salute, segno per segno.",
        ),
        (
            "Oroscopo di oggi, venerdì 8 marzo 2024: le previsioni segno per segno",
            "Ariete: finalmente una risposta. Toro: serve pazienza in famiglia. Gemelli: incontri interessanti. Ecco cosa dicono le stelle per amore, lavoro e salute, segno per segno.",
        ),
    ),
    "italian, two days of a market": (
        (
            "Borsa: Milano chiude in rialzo, Ftse Mib +0,71%",
            "(ANSA) - MILANO, 05 MAR - Piazza Affari chiude la seduta in rialzo. L'indice Ftse Mib ha terminato le contrattazioni a 33.163 punti (+0,71%). In evidenza Leonardo e Unicredit, deboli Stm e Campari. Lo spread tra Btp e Bund è a 141 punti.",
        ),
        (
            "Borsa: Milano chiude in calo, Ftse Mib -0,28%",
            "(ANSA) - MILANO, 07 MAR - Piazza Affari chiude la seduta in calo. L'indice Ftse Mib ha terminato le contrattazioni a 33.018 punti (-0,28%). In evidenza Eni e Saipem, deboli Mps e Tim. Lo spread tra Btp e Bund è a 138 punti.",
        ),
    ),
    "italian, two places": (
        (
            "Incidente sul lavoro a Treviglio, muore operaio di 54 anni",
            "Un operaio di 54 anni è morto questa mattina in un incidente sul lavoro a Treviglio. L'uomo, dipendente di una ditta edile, è caduto da un'impalcatura mentre era impegnato in un cantiere. Inutili i soccorsi del 118. Sul posto i carabinieri e gli ispettori della Ats di Bergamo.",
        ),
        (
            "Incidente sul lavoro a Nocera Inferiore, muore operaio di 38 anni",
            "Un operaio di 38 anni è morto nel pomeriggio in un incidente sul lavoro a Nocera Inferiore. L'uomo, padre di due figli, è rimasto schiacciato da un muletto mentre era impegnato in un cantiere. Inutili i soccorsi del 118. Sul posto i carabinieri e gli ispettori della Asl di Salerno.",
        ),
    ),
    "russian, two horoscopes": (
        (
            "Гороскоп на 5 марта 2024 года для всех знаков зодиака",
            "Овен: день подходит для начинаний. Телец: не спорьте с начальством. Близнецы: встретите старого друга. Астролог рассказала, чего ждать каждому знаку зодиака и кому повезёт в деньгах и любви.",
        ),
        (
            "Гороскоп на 9 марта 2024 года для всех знаков зодиака",
            "Овен: лучше остаться дома. Телец: придут хорошие новости. Близнецы: остерегайтесь сквозняков. Астролог рассказала, чего ждать каждому знаку зодиака и кому повезёт в деньгах и любви.",
        ),
    ),
    "russian, two days of a market": (
        (
            "Официальный курс доллара на четверг вырос до 90,74 рубля",
            "Банк России установил официальный курс доллара США на четверг в размере 90,74 рубля, повысив на 21 копейки. Курс евро снизился на 34 копейки и составил 98,55 рубля.",
        ),
        (
            "Официальный курс доллара на субботу снизился до 90,49 рубля",
            "Банк России установил официальный курс доллара США на субботу в размере 90,49 рубля, понизив на 25 копейки. Курс евро вырос на 12 копейки и составил 99,01 рубля.",
        ),
    ),
    "hindi, two days of an exchange": (
        (
            "सेंसेक्स 305 अंक चढ़ा, निफ्टी 22,100 के पार",
            "बीएसई का 30 शेयरों वाला सेंसेक्स मंगलवार को 305 अंक चढ़ा 72,831 अंक पर बंद हुआ। एनएसई निफ्टी 88 अंक की तेजी के साथ 22,140 अंक पर रहा। टाटा स्टील के शेयरों में सबसे अधिक तेजी दर्ज की गई।",
        ),
        (
            "सेंसेक्स 412 अंक टूटा, निफ्टी 21,950 के नीचे",
            "बीएसई का 30 शेयरों वाला सेंसेक्स बुधवार को 412 अंक टूटा 72,419 अंक पर बंद हुआ। एनएसई निफ्टी 119 अंक की गिरावट के साथ 21,930 अंक पर रहा। पावर ग्रिड के शेयरों में सबसे अधिक गिरावट दर्ज की गई।",
        ),
    ),
    "japanese, two days of a market": (
        (
            "東京株安、終値275円安 利益確定の売り優勢",
            "5日の東京株式市場の日経平均株価は反落し、終値は前日比275円安の40,097円だった。利益確定の売り優勢。東証プライムの出来高は18億株だった。",
        ),
        (
            "東京株高、終値90円高 半導体関連に買い",
            "8日の東京株式市場の日経平均株価は反発し、終値は前日比90円高の39,688円だった。半導体関連に買い。東証プライムの出来高は20億株だった。",
        ),
    ),
    "japanese, two quakes": (
        (
            "岩手県沿岸南部で震度4の地震 津波の心配なし",
            "5日午前8時14分ごろ、岩手県沿岸南部で震度4を観測する地震があった。気象庁によると、震源地は岩手県沖で、震源の深さは約50キロ、地震の規模を示すマグニチュードは5.1と推定される。この地震による津波の心配はない。",
        ),
        (
            "鹿児島県十島村で震度3の地震 津波の心配なし",
            "7日午後9時40分ごろ、鹿児島県十島村で震度3を観測する地震があった。気象庁によると、震源地はトカラ列島近海で、震源の深さは約20キロ、地震の規模を示すマグニチュードは3.8と推定される。この地震による津波の心配はない。",
        ),
    ),
    "korean, two horoscopes": (
        (
            "[오늘의 운세] 2024년 3월 5일 화요일",
            "쥐띠: 귀인의 도움을 받는다. 소띠: 말조심이 필요한 하루. 호랑이띠: 재물운이 따른다. 지윤철학원 제공. 매일 아침 업데이트되는 띠별 운세를 확인하세요.",
        ),
        (
            "[오늘의 운세] 2024년 3월 8일 금요일",
            "쥐띠: 새 일을 시작하기 좋다. 소띠: 건강에 유의하라. 호랑이띠: 먼 곳에서 소식이 온다. 지윤철학원 제공. 매일 아침 업데이트되는 띠별 운세를 확인하세요.",
        ),
    ),
    "korean, two draws": (
        (
            "로또 1110회 1등 17명, 당첨금 각 15억원",
            "동행복권은 제1110회 로또복권 추첨에서 '3, 7, 11, 20, 22, 41'가 1등 당첨번호로 뽑혔다고 9일 밝혔다. 2등 보너스 번호는 '24'이다. 당첨번호 6개를 모두 맞힌 1등 당첨자는 17명으로 15억원씩 받는다.",
        ),
        (
            "로또 1111회 1등 8명, 당첨금 각 34억원",
            "동행복권은 제1111회 로또복권 추첨에서 '3, 13, 30, 33, 43, 45'가 1등 당첨번호로 뽑혔다고 16일 밝혔다. 2등 보너스 번호는 '4'이다. 당첨번호 6개를 모두 맞힌 1등 당첨자는 8명으로 34억원씩 받는다.",
        ),
    ),
    "dutch, two places": (
        (
            "Man (34) gewond bij steekpartij in Almelo",
            "Bij een steekpartij in Almelo is zaterdagnacht een 34-jarige man gewond geraakt. Dat gebeurde rond 02.15 uur in het centrum. Het slachtoffer is naar het ziekenhuis gebracht. De politie heeft nog niemand aangehouden.",
        ),
        (
            "Man (19) gewond bij steekpartij in Roosendaal",
            "Bij een steekpartij in Roosendaal is woensdagmiddag een 19-jarige man gewond geraakt. Dat gebeurde rond 16.40 uur in een flat aan de Burgerhoutsestraat. Het slachtoffer is naar het ziekenhuis gebracht. De politie heeft een verdachte aangehouden.",
        ),
    ),
    "polish, two horoscopes": (
        (
            "Horoskop dzienny na wtorek 5 marca",
            "Baran: Dobry dzień na zmiany. Byk: Unikaj kłótni. Bliźnięta: Ktoś o tobie myśli. Sprawdź, co gwiazdy przygotowały dla twojego znaku zodiaku w miłości, pracy i zdrowiu.",
        ),
        (
            "Horoskop dzienny na piątek 8 marca",
            "Baran: Odpocznij. Byk: Pieniądze przyjdą później. Bliźnięta: Czas na decyzję. Sprawdź, co gwiazdy przygotowały dla twojego znaku zodiaku w miłości, pracy i zdrowiu.",
        ),
    ),
    "turkish, two quakes": (
        (
            "Malatya'de 3,6 büyüklüğünde deprem",
            "Afet ve Acil Durum Yönetimi Başkanlığının internet sitesinde yer alan bilgilere göre, saat 04.12'de merkez üssü Malatya'nin Kale ilçesi olan 3,6 büyüklüğünde deprem kaydedildi. Deprem yerin 7 kilometre derinliğinde meydana geldi.",
        ),
        (
            "Kayseri'de 4,0 büyüklüğünde deprem",
            "Afet ve Acil Durum Yönetimi Başkanlığının internet sitesinde yer alan bilgilere göre, saat 21.50'de merkez üssü Kayseri'nin Sarız ilçesi olan 4,0 büyüklüğünde deprem kaydedildi. Deprem yerin 11 kilometre derinliğinde meydana geldi.",
        ),
    ),
    "hebrew, two horoscopes": (
        (
            "ההורוסקופ היומי: יום שלישי",
            "טלה: יום טוב להתחלות. שור: היזהרו בכסף. תאומים: פגישה מפתיעה. התחזית האסטרולוגית היומית לכל המזלות.",
        ),
        (
            "ההורוסקופ היומי: יום שישי",
            "טלה: נוחו קצת. שור: שיחה חשובה מחכה. תאומים: אהבה באוויר. התחזית האסטרולוגית היומית לכל המזלות.",
        ),
    ),
    "thai, two draws": (
        (
            "ผลสลากกินแบ่งรัฐบาล งวดวันที่ 1 มีนาคม 2567",
            "กองสลากออกรางวัลสลากกินแบ่งรัฐบาล งวดประจำวันที่ 1 มีนาคม 2567 รางวัลที่ 1 ได้แก่ 253603 เลขท้าย 2 ตัว 79 เลขหน้า 3 ตัว 479 603 ผู้ถูกรางวัลสามารถขึ้นเงินได้ที่สำนักงานสลาก",
        ),
        (
            "ผลสลากกินแบ่งรัฐบาล งวดวันที่ 16 มีนาคม 2567",
            "กองสลากออกรางวัลสลากกินแบ่งรัฐบาล งวดประจำวันที่ 16 มีนาคม 2567 รางวัลที่ 1 ได้แก่ 997626 เลขท้าย 2 ตัว 78 เลขหน้า 3 ตัว 576 231 ผู้ถูกรางวัลสามารถขึ้นเงินได้ที่สำนักงานสลาก",
        ),
    ),
}
