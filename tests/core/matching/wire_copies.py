"""Copies as feeds carry them, written before the rules were read: one text in the dress of two desks."""

from tests.core.matching.pairing import Pairs

COPIES: Pairs = {
    "english, another headline": (
        (
            "Dozens drown as overloaded ferry sinks in Uganda",
            "Kampala, March 12 (AFP) – At least 31 people drowned after a wooden ferry carrying traders and schoolchildren capsized in rough water near Koome Island on Lake Victoria, police said on Tuesday. Marine unit commander Apollo Tayebwa said 44 passengers had been pulled out alive, most of them clinging to jerrycans. The vessel, built to carry 50, had left Katosi landing site shortly before dawn with twice that number on board. Survivors said the captain had ignored pleas to turn back when the wind rose.",
        ),
        (
            "Search for survivors after Lake Victoria boat disaster",
            "At least 31 people drowned after a wooden ferry carrying traders and schoolchildren capsized in rough water near Koome Island on Lake Victoria, police said on Tuesday. Marine unit commander Apollo Tayebwa said 44 passengers had been pulled out alive, most of them clinging to jerrycans. The vessel, built to carry 50, had left Katosi landing site shortly before dawn with twice that number on board.",
        ),
    ),
    "english, a toll that rose": (
        (
            "Ferry capsizes off Lake Victoria island, at least 31 dead",
            "KAMPALA, March 12 (Xinhua) -- At least 31 people drowned after a wooden ferry carrying traders and schoolchildren capsized in rough water near Koome Island on Lake Victoria, police said on Tuesday. Marine unit commander Apollo Tayebwa said 44 passengers had been pulled out alive, most of them clinging to jerrycans. The vessel, built to carry 50, had left Katosi landing site shortly before dawn with twice that number on board. Survivors said the captain had ignored pleas to turn back when the wind rose.",
        ),
        (
            "UPDATE 2-Ferry capsizes off Lake Victoria island, at least 36 dead",
            "KAMPALA (Reuters) - At least 36 people drowned after a wooden ferry carrying traders and schoolchildren capsized in rough water near Koome Island on Lake Victoria, police said on Tuesday. Marine unit commander Apollo Tayebwa said 52 passengers had been pulled out alive, most of them clinging to jerrycans. The vessel, built to carry 50, had left Katosi landing site shortly before dawn with twice that number on board. Survivors said the captain had ignored pleas to turn back when the wind rose.",
        ),
    ),
    "english, boilerplate": (
        (
            "Dozens drown as overloaded ferry sinks in Uganda",
            "Get the day's top stories in your inbox. Sign up for our newsletter here. At least 31 people drowned after a wooden ferry carrying traders and schoolchildren capsized in rough water near Koome Island on Lake Victoria, police said on Tuesday. Marine unit commander Apollo Tayebwa said 44 passengers had been pulled out alive, most of them clinging to jerrycans. The vessel, built to carry 50, had left Katosi landing site shortly before dawn with twice that number on board. Survivors said the captain had ignored pleas to turn back when the wind rose.",
        ),
        (
            "Ferry capsizes off Lake Victoria island, at least 31 dead",
            "At least 31 people drowned after a wooden ferry carrying traders and schoolchildren capsized in rough water near Koome Island on Lake Victoria, police said on Tuesday. Marine unit commander Apollo Tayebwa said 44 passengers had been pulled out alive, most of them clinging to jerrycans. The vessel, built to carry 50, had left Katosi landing site shortly before dawn with twice that number on board. Survivors said the captain had ignored pleas to turn back when the wind rose. This article was originally published by our partner. Read more at www.lakeside-observer.example",
        ),
    ),
    "english, bylines": (
        (
            "Transport union calls off Monday rail strike",
            "By KATE OSTERMANN, Australian Associated Press A strike that would have halted most suburban trains on Monday has been called off after the transport union accepted a revised roster offer in talks that ended shortly before midnight. Union secretary Dana Whitcombe said members would vote on the four-year agreement within a fortnight. The operator, Metrolink South, apologised to passengers for what it called weeks of uncertainty. Timetables will return to normal from the first service.",
        ),
        (
            "Commuters spared as rail walkout is cancelled",
            "Kate Ostermann | AAP | A strike that would have halted most suburban trains on Monday has been called off after the transport union accepted a revised roster offer in talks that ended shortly before midnight. Union secretary Dana Whitcombe said members would vote on the four-year agreement within a fortnight. The operator, Metrolink South, apologised to passengers for what it called weeks of uncertainty. Timetables will return to normal from the first service. © AAP 2024",
        ),
    ),
    "english, tags": (
        (
            "Chipmaker Veltrix to cut 2,400 jobs as PC demand slumps",
            "<p>(Bloomberg) -- Veltrix Semiconductor said it would eliminate 2,400 jobs, or about 12 percent of its workforce, after a slump in personal computer demand left warehouses full of unsold processors.</p><p>Chief Executive Marion Achterberg told employees in a memo that most of the cuts would fall in Oregon and Penang.</p><p>The company expects to book charges of $310 million in the third quarter.</p><p>Shares fell 5.6 percent in after-hours trading.</p>",
        ),
        (
            "Layoffs hit Veltrix as laptop sales fade",
            "Oct. 4 (Bloomberg) — Veltrix Semiconductor said it would eliminate 2,400 jobs, or about 12 percent of its workforce, after a slump in personal computer demand left warehouses full of unsold processors. Chief Executive Marion Achterberg told employees in a memo that most of the cuts would fall in Oregon and Penang. The company expects to book charges of $310 million in the third quarter. Shares fell 5.6 percent in after-hours trading. ©2024 Bloomberg L.P.",
        ),
    ),
    "spanish, another headline": (
        (
            "Sacan a mineros atrapados desde el lunes",
            "Redacción / AFP Siete mineros que permanecían atrapados desde el lunes en un pozo de carbón inundado en el municipio de Múzquiz fueron rescatados con vida la madrugada de este jueves, informó Protección Civil. Los trabajadores presentan deshidratación y golpes leves, y fueron trasladados al hospital regional. Familiares que acampaban junto a la bocamina rompieron en aplausos y rezos. La fiscalía abrió una investigación contra el concesionario por operar sin permisos.",
        ),
        (
            "Rescatan con vida a siete mineros atrapados en Coahuila",
            "Siete mineros que permanecían atrapados desde el lunes en un pozo de carbón inundado en el municipio de Múzquiz fueron rescatados con vida la madrugada de este jueves, informó Protección Civil. Los trabajadores presentan deshidratación y golpes leves, y fueron trasladados al hospital regional. Leer más: Las tragedias mineras de Coahuila",
        ),
    ),
    "spanish, a figure that rose": (
        (
            "Cinco mineros salen con vida tras derrumbe",
            "Cinco mineros que permanecían atrapados desde el lunes en un pozo de carbón inundado en el municipio de Múzquiz fueron rescatados con vida la madrugada de este jueves, informó Protección Civil. Los trabajadores presentan deshidratación y golpes leves, y fueron trasladados al hospital regional. Familiares que acampaban junto a la bocamina rompieron en aplausos y rezos. La fiscalía abrió una investigación contra el concesionario por operar sin permisos.",
        ),
        (
            "Siete mineros salen con vida tras derrumbe",
            "Siete mineros que permanecían atrapados desde el lunes en un pozo de carbón inundado en el municipio de Múzquiz fueron rescatados con vida la madrugada de este jueves, informó Protección Civil. Los trabajadores presentan deshidratación y golpes leves, y fueron trasladados al hospital regional. Familiares que acampaban junto a la bocamina rompieron en aplausos y rezos. La fiscalía abrió una investigación contra el concesionario por operar sin permisos.",
        ),
    ),
    "spanish, tags": (
        (
            "Caos en la alta velocidad por el robo de cobre en Toledo",
            "<p>Agencias | Renfe suspendió este domingo la circulación de trenes entre Madrid y Sevilla después de que unos desconocidos robaran unos 150 metros de cable de cobre en cuatro puntos de la provincia de Toledo.</p><p>Más de 10.700 viajeros se vieron afectados y muchos pasaron la noche en los vagones.</p><p>El ministro de Transportes calificó los hechos de sabotaje grave.</p><p>El servicio se restableció parcialmente a las nueve de la mañana.</p>",
        ),
        (
            "Renfe suspende la línea de alta velocidad por robo de cable",
            "Renfe suspendió este domingo la circulación de trenes entre Madrid y Sevilla después de que unos desconocidos robaran unos 150 metros de cable de cobre en cuatro puntos de la provincia de Toledo. Más de 10.700 viajeros se vieron afectados y muchos pasaron la noche en los vagones. El ministro de Transportes calificó los hechos de sabotaje grave. El servicio se restableció parcialmente a las nueve de la mañana. Sigue toda la información de Economía en Facebook y X, o en nuestra newsletter semanal.",
        ),
    ),
    "french, boilerplate": (
        (
            "Le loup de retour en Bretagne pour la première fois depuis un siècle",
            "Cet article est réservé aux abonnés. Un loup gris a été photographié par un piège automatique dans les monts d'Arrée, une première en Bretagne depuis plus d'un siècle, a confirmé lundi l'Office français de la biodiversité. L'animal, sans doute un jeune mâle en dispersion, aurait parcouru plusieurs centaines de kilomètres. Les éleveurs réclament une réunion d'urgence avec le préfet. Aucune attaque n'a été signalée pour l'instant.",
        ),
        (
            "Un loup photographié en Bretagne",
            "Un loup gris a été photographié par un piège automatique dans les monts d'Arrée, une première en Bretagne depuis plus d'un siècle, a confirmé lundi l'Office français de la biodiversité. L'animal, sans doute un jeune mâle en dispersion, aurait parcouru plusieurs centaines de kilomètres. Les éleveurs réclament une réunion d'urgence avec le préfet. Aucune attaque n'a été signalée pour l'instant. À lire aussi : Dans le Finistère, l'autre bataille de l'eau",
        ),
    ),
    "german, a figure that changed": (
        (
            "Emder Werft zahlungsunfähig - 360 Beschäftigte betroffen",
            "Emden (dpa) - Die Emder Werft Harms & Söhne hat beim Amtsgericht Aurich Insolvenz in Eigenverwaltung beantragt, betroffen sind 360 Beschäftigte. Geschäftsführer Onno Bruns begründete den Schritt mit gestiegenen Stahlpreisen und dem Ausfall eines norwegischen Auftraggebers. Die Löhne seien bis Ende März über das Insolvenzgeld gesichert. Die IG Metall forderte das Land auf, mit Bürgschaften einzuspringen.",
        ),
        (
            "Emder Werft zahlungsunfähig - 340 Beschäftigte betroffen",
            "Die Emder Werft Harms & Söhne hat beim Amtsgericht Aurich Insolvenz in Eigenverwaltung beantragt, betroffen sind 340 Beschäftigte. Geschäftsführer Onno Bruns begründete den Schritt mit gestiegenen Stahlpreisen und dem Ausfall eines norwegischen Auftraggebers. Die Löhne seien bis Ende März über das Insolvenzgeld gesichert. Die IG Metall forderte das Land auf, mit Bürgschaften einzuspringen.",
        ),
    ),
    "german, cut shorter": (
        (
            "Traditionswerft aus Emden ist pleite",
            "Die Emder Werft Harms & Söhne hat beim Amtsgericht Aurich Insolvenz in Eigenverwaltung beantragt, betroffen sind 340 Beschäftigte.",
        ),
        (
            "Werft in Emden meldet Insolvenz an",
            "Aurich/Emden. Die Emder Werft Harms & Söhne hat beim Amtsgericht Aurich Insolvenz in Eigenverwaltung beantragt, betroffen sind 340 Beschäftigte. Geschäftsführer Onno Bruns begründete den Schritt mit gestiegenen Stahlpreisen und dem Ausfall eines norwegischen Auftraggebers. Die Löhne seien bis Ende März über das Insolvenzgeld gesichert. Die IG Metall forderte das Land auf, mit Bürgschaften einzuspringen.",
        ),
    ),
    "german, tags": (
        (
            "Werft in Emden meldet Insolvenz an",
            "<p>EMDEN dpa | Die Emder Werft Harms &amp; Söhne hat beim Amtsgericht Aurich Insolvenz in Eigenverwaltung beantragt, betroffen sind 340 Beschäftigte.</p><p>Geschäftsführer Onno Bruns begründete den Schritt mit gestiegenen Stahlpreisen und dem Ausfall eines norwegischen Auftraggebers.</p><p>Die Löhne seien bis Ende März über das Insolvenzgeld gesichert.</p><p>Die IG Metall forderte das Land auf, mit Bürgschaften einzuspringen.</p>",
        ),
        (
            "Traditionswerft aus Emden ist pleite",
            "Die Emder Werft Harms &amp; Söhne hat beim Amtsgericht Aurich Insolvenz in Eigenverwaltung beantragt, betroffen sind 340 Beschäftigte. Geschäftsführer Onno Bruns begründete den Schritt mit gestiegenen Stahlpreisen und dem Ausfall eines norwegischen Auftraggebers. Die Löhne seien bis Ende März über das Insolvenzgeld gesichert. Die IG Metall forderte das Land auf, mit Bürgschaften einzuspringen.",
        ),
    ),
    "portuguese, agencies": (
        (
            "Rompimento de barragem deixa 12 desaparecidos em Minas Gerais",
            "BELO HORIZONTE, MG (FOLHAPRESS) - O rompimento de uma barragem de rejeitos em Santa Rita do Ouro, na região central de Minas Gerais, deixou ao menos 12 pessoas desaparecidas na manhã desta segunda-feira (11), segundo o Corpo de Bombeiros. A lama atingiu o refeitório da mineradora e cerca de vinte casas do vilarejo vizinho. Sirenes de alerta não teriam sido acionadas, de acordo com moradores. O governador decretou luto oficial de três dias.",
        ),
        (
            "Barragem se rompe em Minas e lama atinge vilarejo",
            "Agência Brasil - Brasília O rompimento de uma barragem de rejeitos em Santa Rita do Ouro, na região central de Minas Gerais, deixou ao menos 12 pessoas desaparecidas na manhã desta segunda-feira (11), segundo o Corpo de Bombeiros. A lama atingiu o refeitório da mineradora e cerca de vinte casas do vilarejo vizinho. Sirenes de alerta não teriam sido acionadas, de acordo com moradores.",
        ),
    ),
    "portuguese, another headline": (
        (
            "Bombeiros buscam desaparecidos após rompimento de barragem",
            "Da Redação O rompimento de uma barragem de rejeitos em Santa Rita do Ouro, na região central de Minas Gerais, deixou ao menos 12 pessoas desaparecidas na manhã desta segunda-feira (11), segundo o Corpo de Bombeiros. A lama atingiu o refeitório da mineradora e cerca de vinte casas do vilarejo vizinho.",
        ),
        (
            "Rompimento de barragem deixa 12 desaparecidos em Minas Gerais",
            "O rompimento de uma barragem de rejeitos em Santa Rita do Ouro, na região central de Minas Gerais, deixou ao menos 12 pessoas desaparecidas na manhã desta segunda-feira (11), segundo o Corpo de Bombeiros. A lama atingiu o refeitório da mineradora e cerca de vinte casas do vilarejo vizinho. Sirenes de alerta não teriam sido acionadas, de acordo com moradores. O governador decretou luto oficial de três dias. Leia também: Relembre outras tragédias com barragens no país",
        ),
    ),
    "portuguese, broken off": (
        (
            "Copom mantém Selic e cita incerteza fiscal",
            "O Comitê de Política Monetária do Banco Central decidiu por unanimidade, nesta quarta-feira, manter a taxa básica de juros em 10,5% ao ano, interrompendo o cicl... Continue lendo",
        ),
        (
            "Selic fica em 10,5% pela segunda reunião seguida",
            "O Comitê de Política Monetária do Banco Central decidiu por unanimidade, nesta quarta-feira, manter a taxa básica de juros em 10,5% ao ano, interrompendo o ciclo de cortes iniciado em agosto do ano passado. Em comunicado, o colegiado citou a incerteza fiscal e a alta do dólar. A decisão veio em linha com a expectativa do mercado. A ata da reunião será divulgada na próxima terça-feira.",
        ),
    ),
    "italian, tags": (
        (
            "Manovra, primo sì con 201 voti",
            "<p>L'Aula della Camera ha approvato la legge di bilancio con 201 voti a favore, 117 contrari e 5 astenuti, il provvedimento passa ora al Senato per il via libera definitivo atteso entro Natale.</p><p>Il testo vale circa 30 miliardi di euro e conferma il taglio del cuneo fiscale.</p><p>Le opposizioni hanno abbandonato i banchi durante le dichiarazioni di voto.</p><p>«Una manovra seria», ha detto il ministro dell'Economia.</p>",
        ),
        (
            "Via libera della Camera alla manovra, ora il Senato",
            "L&amp;#x27;Aula della Camera ha approvato la legge di bilancio con 201 voti a favore, 117 contrari e 5 astenuti, il provvedimento passa ora al Senato per il via libera definitivo atteso entro Natale. Il testo vale circa 30 miliardi di euro e conferma il taglio del cuneo fiscale. Le opposizioni hanno abbandonato i banchi durante le dichiarazioni di voto. «Una manovra seria», ha detto il ministro dell&amp;#x27;Economia.",
        ),
    ),
    "italian, boilerplate": (
        (
            "Relitto romano con cento anfore al largo di Marzamemi",
            "Ascolta la versione audio dell'articolo Il relitto di una nave romana del secondo secolo avanti Cristo, con un carico di oltre cento anfore vinarie intatte, è stato individuato a 62 metri di profondità al largo di Marzamemi, nel Siracusano. La scoperta è della Soprintendenza del Mare con il nucleo sommozzatori dei carabinieri. Le prime anfore saranno recuperate in primavera. Il tratto di mare è stato interdetto alla pesca.",
        ),
        (
            "Scoperta nave romana carica di vino in Sicilia",
            "Il relitto di una nave romana del secondo secolo avanti Cristo, con un carico di oltre cento anfore vinarie intatte, è stato individuato a 62 metri di profondità al largo di Marzamemi, nel Siracusano. La scoperta è della Soprintendenza del Mare con il nucleo sommozzatori dei carabinieri. Le prime anfore saranno recuperate in primavera. Il tratto di mare è stato interdetto alla pesca. Riproduzione riservata © Copyright ANSA",
        ),
    ),
    "italian, cut shorter": (
        (
            "Acciaierie Valdora, accordo sulla cassa integrazione per 1.100",
            "Milano, 15 mar. (LaPresse) - Accordo raggiunto nella notte al ministero delle Imprese sulla cassa integrazione per 1.100 dipendenti delle Acciaierie Valdora di Piombino, con la sola contrarietà dell'Usb.",
        ),
        (
            "Valdora, firmato l'accordo con i sindacati",
            "Accordo raggiunto nella notte al ministero delle Imprese sulla cassa integrazione per 1.100 dipendenti delle Acciaierie Valdora di Piombino, con la sola contrarietà dell'Usb. L'intesa prevede un'integrazione al reddito e la rotazione tra i reparti. L'altoforno ripartirà entro giugno, ha assicurato l'azienda. Lunedì le assemblee in fabbrica.",
        ),
    ),
    "russian, agencies": (
        (
            "Пожар на складе в Подмосковье локализован на площади 5 тысяч кв. м",
            "МОСКВА, 14 марта. /ТАСС/. Пожар на складе бытовой химии в подмосковном Подольске локализован на площади 5 тысяч квадратных метров, сообщили в региональном управлении МЧС. По предварительным данным, пострадавших нет, 80 сотрудников успели эвакуироваться до прибытия пожарных. К тушению привлекали два вертолёта Ка-32. Прокуратура начала проверку соблюдения требований безопасности.",
        ),
        (
            "В Подмосковье потушили крупный пожар на складе",
            "МОСКВА, 14 мар - РИА Новости. Пожар на складе бытовой химии в подмосковном Подольске локализован на площади 5 тысяч квадратных метров, сообщили в региональном управлении МЧС. По предварительным данным, пострадавших нет, 80 сотрудников успели эвакуироваться до прибытия пожарных. К тушению привлекали два вертолёта Ка-32.",
        ),
    ),
    "russian, another headline": (
        (
            "Склад бытовой химии сгорел под Подольском",
            "Москва. 14 марта. INTERFAX.RU - Пожар на складе бытовой химии в подмосковном Подольске локализован на площади 5 тысяч квадратных метров, сообщили в региональном управлении МЧС. По предварительным данным, пострадавших нет, 80 сотрудников успели эвакуироваться до прибытия пожарных.",
        ),
        (
            "Пожар на складе в Подмосковье локализован на площади 5 тысяч кв. м",
            "Пожар на складе бытовой химии в подмосковном Подольске локализован на площади 5 тысяч квадратных метров, сообщили в региональном управлении МЧС. По предварительным данным, пострадавших нет, 80 сотрудников успели эвакуироваться до прибытия пожарных. К тушению привлекали два вертолёта Ка-32. Прокуратура начала проверку соблюдения требований безопасности.",
        ),
    ),
    "russian, a figure that rose": (
        (
            "Пожар на складе в Подмосковье локализован на площади 5 тысяч кв. м",
            "Пожар на складе бытовой химии в подмосковном Подольске локализован на площади 5 тысяч квадратных метров, сообщили в региональном управлении МЧС. По предварительным данным, пострадавших нет, 80 сотрудников успели эвакуироваться до прибытия пожарных. К тушению привлекали два вертолёта Ка-32. Прокуратура начала проверку соблюдения требований безопасности.",
        ),
        (
            "Пожар на складе в Подмосковье локализован на площади 7 тысяч кв. м",
            "Пожар на складе бытовой химии в подмосковном Подольске локализован на площади 7 тысяч квадратных метров, сообщили в региональном управлении МЧС. По предварительным данным, пострадавших нет, 95 сотрудников успели эвакуироваться до прибытия пожарных. К тушению привлекали два вертолёта Ка-32. Прокуратура начала проверку соблюдения требований безопасности.",
        ),
    ),
    "arabic, a toll that rose": (
        (
            "تحديث: سيول المغرب تودي بحياة أحد عشر أشخاص",
            "لقي أحد عشر أشخاص على الأقل مصرعهم وفقد خمسة آخرون إثر سيول جارفة ضربت إقليم فكيك شرقي المغرب مساء السبت، وفق ما أعلنت السلطات المحلية. وقال مسؤول في الوقاية المدنية إن المياه جرفت حافلة صغيرة كانت تقل عمالا زراعيين. وانقطعت الكهرباء عن عشرات القرى في المنطقة. وتتوقع الأرصاد استمرار الأمطار حتى الاثنين.",
        ),
        (
            "سيول المغرب تودي بحياة تسعة أشخاص",
            "لقي تسعة أشخاص على الأقل مصرعهم وفقد خمسة آخرون إثر سيول جارفة ضربت إقليم فكيك شرقي المغرب مساء السبت، وفق ما أعلنت السلطات المحلية. وقال مسؤول في الوقاية المدنية إن المياه جرفت حافلة صغيرة كانت تقل عمالا زراعيين. وانقطعت الكهرباء عن عشرات القرى في المنطقة. وتتوقع الأرصاد استمرار الأمطار حتى الاثنين.",
        ),
    ),
    "arabic, broken off": (
        (
            "القاهرة تبرم اتفاق غاز مع شركة نرويجية",
            "وقعت مصر الثلاثاء اتفاقا مع شركة نوردغاز النرويجية لاستيراد شحنات من الغاز الطبيعي المسال لمدة عشر سنوات لتغطية الطلب المتزايد على...",
        ),
        (
            "اتفاق مصري نرويجي لتوريد الغاز لعشر سنوات | صحيفة النهار الجديد",
            "وقعت مصر الثلاثاء اتفاقا مع شركة نوردغاز النرويجية لاستيراد شحنات من الغاز الطبيعي المسال لمدة عشر سنوات لتغطية الطلب المتزايد على الكهرباء في الصيف. وقال وزير البترول إن أول شحنة ستصل إلى ميناء العين السخنة في حزيران المقبل. ولم تكشف الحكومة عن قيمة الصفقة. وتراجع إنتاج حقل ظهر خلال العام الماضي.",
        ),
    ),
    "arabic, agencies": (
        (
            "تمثال عمره 4500 عام يظهر في ذي قار",
            "بغداد 3 مارس (شينخوا) -- عثرت بعثة عراقية إيطالية على تمثال سومري من حجر الديوريت يعود إلى نحو 4500 عام في موقع تل أبو طبيرة بمحافظة ذي قار جنوبي العراق، بحسب هيئة الآثار. وأوضح رئيس البعثة أن التمثال يمثل كاهنا واقفا ويداه متشابكتان. وسينقل التمثال إلى المتحف الوطني في بغداد. وتستمر أعمال التنقيب حتى نهاية الشهر.",
        ),
        (
            "العثور على تمثال سومري نادر جنوبي العراق",
            "بغداد/ واع عثرت بعثة عراقية إيطالية على تمثال سومري من حجر الديوريت يعود إلى نحو 4500 عام في موقع تل أبو طبيرة بمحافظة ذي قار جنوبي العراق، بحسب هيئة الآثار. وأوضح رئيس البعثة أن التمثال يمثل كاهنا واقفا ويداه متشابكتان.",
        ),
    ),
    "hindi, another headline": (
        (
            "खाई में गिरी बस, मुख्यमंत्री ने जताया शोक",
            "अल्मोड़ा (एएनआई): उत्तराखंड के अल्मोड़ा जिले में रविवार सुबह यात्रियों से भरी एक बस करीब दो सौ फुट गहरी खाई में गिर गई, जिससे कम से कम 14 लोगों की मौत हो गई और 22 घायल हो गए, पुलिस ने बताया। बस रामनगर से पौड़ी जा रही थी और उसमें क्षमता से अधिक यात्री सवार थे।",
        ),
        (
            "उत्तराखंड में बस खाई में गिरी, 14 यात्रियों की मौत",
            "उत्तराखंड के अल्मोड़ा जिले में रविवार सुबह यात्रियों से भरी एक बस करीब दो सौ फुट गहरी खाई में गिर गई, जिससे कम से कम 14 लोगों की मौत हो गई और 22 घायल हो गए, पुलिस ने बताया। बस रामनगर से पौड़ी जा रही थी और उसमें क्षमता से अधिक यात्री सवार थे। घायलों को हेलीकॉप्टर से ऋषिकेश एम्स पहुंचाया गया। मुख्यमंत्री ने जांच के आदेश दिए हैं।",
        ),
    ),
    "hindi, a toll that rose": (
        (
            "उत्तराखंड में बस खाई में गिरी, 17 यात्रियों की मौत",
            "उत्तराखंड के अल्मोड़ा जिले में रविवार सुबह यात्रियों से भरी एक बस करीब दो सौ फुट गहरी खाई में गिर गई, जिससे कम से कम 17 लोगों की मौत हो गई और 26 घायल हो गए, पुलिस ने बताया। बस रामनगर से पौड़ी जा रही थी और उसमें क्षमता से अधिक यात्री सवार थे। घायलों को हेलीकॉप्टर से ऋषिकेश एम्स पहुंचाया गया। मुख्यमंत्री ने जांच के आदेश दिए हैं।",
        ),
        (
            "उत्तराखंड में बस खाई में गिरी, 14 यात्रियों की मौत | दैनिक पर्वत",
            "उत्तराखंड के अल्मोड़ा जिले में रविवार सुबह यात्रियों से भरी एक बस करीब दो सौ फुट गहरी खाई में गिर गई, जिससे कम से कम 14 लोगों की मौत हो गई और 22 घायल हो गए, पुलिस ने बताया। बस रामनगर से पौड़ी जा रही थी और उसमें क्षमता से अधिक यात्री सवार थे। घायलों को हेलीकॉप्टर से ऋषिकेश एम्स पहुंचाया गया। मुख्यमंत्री ने जांच के आदेश दिए हैं।",
        ),
    ),
    "hindi, tags": (
        (
            "चीनी निर्यात पर रोक जारी रहेगी",
            "<p>केंद्र सरकार ने घरेलू बाजार में उपलब्धता बनाए रखने के लिए चीनी के निर्यात पर लगी पाबंदी को 31 अक्टूबर के बाद भी अगले आदेश तक जारी रखने का फैसला किया है।</p><p>विदेश व्यापार महानिदेशालय ने बुधवार को इसकी अधिसूचना जारी की।</p><p>यह रोक यूरोपीय संघ और अमेरिका को होने वाले कोटे पर लागू नहीं होगी।</p><p>भारत दुनिया का सबसे बड़ा चीनी उत्पादक देश है।</p>",
        ),
        (
            "सरकार ने चीनी निर्यात पर रोक की अवधि बढ़ाई",
            "केंद्र सरकार ने घरेलू बाजार में उपलब्धता बनाए रखने के लिए चीनी के निर्यात पर लगी पाबंदी को 31 अक्टूबर के बाद भी अगले आदेश तक जारी रखने का फैसला किया है। विदेश व्यापार महानिदेशालय ने बुधवार को इसकी अधिसूचना जारी की। यह रोक यूरोपीय संघ और अमेरिका को होने वाले कोटे पर लागू नहीं होगी।",
        ),
    ),
    "chinese, agencies": (
        (
            "山西一煤矿发生透水事故 6人被困",
            "新华社太原3月12日电（记者梁晓飞）3月11日22时许，山西省中阳县桃园鑫隆煤业发生透水事故，造成6人被困，当地已启动应急预案，调集十支救援队伍赶赴现场。据现场指挥部介绍，井下水位正以每小时0.3米的速度下降。事故发生时井下共有41人作业，35人已安全升井。涉事企业负责人已被控制，事故原因正在调查之中。",
        ),
        (
            "山西煤矿透水救援持续 6人仍被困井下",
            "中新网太原3月12日电 (记者 李庭耀)3月11日22时许，山西省中阳县桃园鑫隆煤业发生透水事故，造成6人被困，当地已启动应急预案，调集十支救援队伍赶赴现场。据现场指挥部介绍，井下水位正以每小时0.3米的速度下降。事故发生时井下共有41人作业，35人已安全升井。",
        ),
    ),
    "chinese, a figure that changed": (
        (
            "山西一煤矿发生透水事故 7人被困",
            "3月11日22时许，山西省中阳县桃园鑫隆煤业发生透水事故，造成7人被困，当地已启动应急预案，调集十支救援队伍赶赴现场。据现场指挥部介绍，井下水位正以每小时0.3米的速度下降。事故发生时井下共有41人作业，34人已安全升井。涉事企业负责人已被控制，事故原因正在调查之中。",
        ),
        (
            "山西一煤矿发生透水事故 6人被困_新浪新闻",
            "3月11日22时许，山西省中阳县桃园鑫隆煤业发生透水事故，造成6人被困，当地已启动应急预案，调集十支救援队伍赶赴现场。据现场指挥部介绍，井下水位正以每小时0.3米的速度下降。事故发生时井下共有41人作业，35人已安全升井。涉事企业负责人已被控制，事故原因正在调查之中。",
        ),
    ),
    "chinese, tags": (
        (
            "市场监管总局：启明召回12000辆电动车",
            "<p>国家市场监督管理总局15日发布消息，启明汽车有限公司将自4月1日起召回部分2022年款晨风牌电动汽车，共计12000辆，原因是电池包密封圈存在缺陷。缺陷可能导致电池进水短路，极端情况下存在起火风险。公司将为召回范围内的车辆免费更换密封圈。车主可拨打服务热线咨询。</p>",
        ),
        (
            "启明汽车宣布召回1.2万辆电动汽车",
            "国家市场监督管理总局15日发布消息，启明汽车有限公司将自4月1日起召回部分2022年款晨风牌电动汽车，共计12000辆，原因是电池包密封圈存在缺陷。缺陷可能导致电池进水短路，极端情况下存在起火风险。公司将为召回范围内的车辆免费更换密封圈。",
        ),
    ),
    "japanese, agencies": (
        (
            "福岡の住宅密集地で火災、5棟全焼",
            "【共同通信】11日午前3時20分ごろ、福岡市東区箱崎の住宅から火が出ていると近くの住民から119番があり、木造2階建て住宅など5棟が全焼した。福岡東署によると、火元に住む80代の女性ら2人が煙を吸って病院に搬送されたが、命に別条はないという。現場はJR箱崎駅から西へ約300メートルの住宅密集地。同署が出火原因を調べている。",
        ),
        (
            "住宅5棟焼け2人搬送\u3000福岡市東区",
            "11日午前3時20分ごろ、福岡市東区箱崎の住宅から火が出ていると近くの住民から119番があり、木造2階建て住宅など5棟が全焼した。福岡東署によると、火元に住む80代の女性ら2人が煙を吸って病院に搬送されたが、命に別条はないという。現場はJR箱崎駅から西へ約300メートルの住宅密集地。（時事通信）",
        ),
    ),
    "japanese, another headline": (
        (
            "福岡・東区で火事、80代女性ら搬送",
            "11日午前3時20分ごろ、福岡市東区箱崎の住宅から火が出ていると近くの住民から119番があり、木造2階建て住宅など5棟が全焼した。福岡東署によると、火元に住む80代の女性ら2人が煙を吸って病院に搬送されたが、命に別条はないという。…",
        ),
        (
            "福岡の住宅密集地で火災、5棟全焼 - 西日本日報",
            "11日午前3時20分ごろ、福岡市東区箱崎の住宅から火が出ていると近くの住民から119番があり、木造2階建て住宅など5棟が全焼した。福岡東署によると、火元に住む80代の女性ら2人が煙を吸って病院に搬送されたが、命に別条はないという。現場はJR箱崎駅から西へ約300メートルの住宅密集地。同署が出火原因を調べている。",
        ),
    ),
    "japanese, tags": (
        (
            "冷凍食品の三洋フーズ、静岡の工場閉鎖",
            "<p>三洋フーズは12日、静岡県焼津市の冷凍食品工場を2025年3月末で閉鎖し、約300人の希望退職者を募集すると発表した。原材料の高騰と人手不足で採算が悪化していた。割増退職金などで45億円の特別損失を計上する。同社の株価は一時、前日比6.2%安まで下落した。</p>",
        ),
        (
            "三洋フーズ、冷凍工場を閉鎖へ\u3000希望退職300人",
            "三洋フーズは12日、静岡県焼津市の冷凍食品工場を2025年3月末で閉鎖し、約300人の希望退職者を募集すると発表した。原材料の高騰と人手不足で採算が悪化していた。割増退職金などで45億円の特別損失を計上する。同社の株価は一時、前日比6.2%安まで下落した。",
        ),
    ),
    "korean, tags": (
        (
            "반도체 회복에 한빛전자 실적 반등",
            "<p>한빛전자는 올해 3분기 연결 기준 잠정 영업이익이 4조1천억원으로 작년 같은 기간보다 32.5% 증가했다고 12일 공시했다.</p><p>매출은 38조7천억원으로 9.1% 늘었다.</p><p>고대역폭 메모리 판매가 늘면서 반도체 부문이 흑자로 돌아선 덕분이다.</p><p>회사는 이달 말 부문별 확정 실적을 발표한다.</p>",
        ),
        (
            "한빛전자 3분기 영업이익 4조원…시장 전망 웃돌아",
            "한빛전자는 올해 3분기 연결 기준 잠정 영업이익이 4조1천억원으로 작년 같은 기간보다 32.5% 증가했다고 12일 공시했다. 매출은 38조7천억원으로 9.1% 늘었다. 고대역폭 메모리 판매가 늘면서 반도체 부문이 흑자로 돌아선 덕분이다.",
        ),
    ),
    "korean, boilerplate": (
        (
            "경주서 신라 금동 신발 한 쌍 출토",
            "경주 쪽샘지구 신라 고분에서 5세기 말 것으로 추정되는 금동 신발 한 쌍이 출토됐다고 국립경주문화재연구소가 13일 발표했다. 신발 바닥에는 용과 연꽃무늬가 새겨져 있다. 연구소는 무덤 주인이 왕족 여성일 가능성이 크다고 설명했다. 출토품은 보존 처리를 거쳐 내년에 공개된다. ▶ 제보는 카카오톡 okjebo <저작권자(c) 연합뉴스, 무단 전재-재배포 금지>",
        ),
        (
            "경주 쪽샘지구에서 1천500년 전 금동신발",
            "경주 쪽샘지구 신라 고분에서 5세기 말 것으로 추정되는 금동 신발 한 쌍이 출토됐다고 국립경주문화재연구소가 13일 발표했다. 신발 바닥에는 용과 연꽃무늬가 새겨져 있다. 연구소는 무덤 주인이 왕족 여성일 가능성이 크다고 설명했다. 출토품은 보존 처리를 거쳐 내년에 공개된다.",
        ),
    ),
    "korean, a photo credit": (
        (
            "신라 귀족 무덤서 금동 신발 나와",
            "금동 신발 [국립경주문화재연구소 제공. 재판매 및 DB 금지] 경주 쪽샘지구 신라 고분에서 5세기 말 것으로 추정되는 금동 신발 한 쌍이 출토됐다고 국립경주문화재연구소가 13일 발표했다. 신발 바닥에는 용과 연꽃무늬가 새겨져 있다. 연구소는 무덤 주인이 왕족 여성일 가능성이 크다고 설명했다. 출토품은 보존 처리를 거쳐 내년에 공개된다.",
        ),
        (
            "경주서 신라 금동 신발 한 쌍 출토",
            "경주 쪽샘지구 신라 고분에서 5세기 말 것으로 추정되는 금동 신발 한 쌍이 출토됐다고 국립경주문화재연구소가 13일 발표했다. 신발 바닥에는 용과 연꽃무늬가 새겨져 있다.",
        ),
    ),
    "dutch, agencies": (
        (
            "Hoogspanningskabel beschadigd, 8.000 huizen zonder stroom",
            "APELDOORN (ANP) - Zeker achtduizend huishoudens in Apeldoorn hebben maandagavond urenlang zonder stroom gezeten nadat bij graafwerkzaamheden een hoogspanningskabel was geraakt, meldt netbeheerder Liander. Ook verkeerslichten en een deel van het ziekenhuis vielen uit. Rond middernacht was de storing verholpen. De gemeente onderzoekt of het bouwbedrijf de kabel had moeten zien.",
        ),
        (
            "Stroomstoring treft duizenden huizen in Apeldoorn",
            "Zeker achtduizend huishoudens in Apeldoorn hebben maandagavond urenlang zonder stroom gezeten nadat bij graafwerkzaamheden een hoogspanningskabel was geraakt, meldt netbeheerder Liander. Ook verkeerslichten en een deel van het ziekenhuis vielen uit. Rond middernacht was de storing verholpen. Bron: ANP",
        ),
    ),
    "dutch, another headline": (
        (
            "Apeldoorn uren in het donker",
            "Zeker achtduizend huishoudens in Apeldoorn hebben maandagavond urenlang zonder stroom gezeten nadat bij graafwerkzaamheden een hoogspanningskabel was geraakt, meldt netbeheerder Liander. Ook verkeerslichten en een deel van het ziekenhuis vielen uit.",
        ),
        (
            "Hoogspanningskabel beschadigd, 8.000 huizen zonder stroom",
            "Door onze redactie Binnenland Zeker achtduizend huishoudens in Apeldoorn hebben maandagavond urenlang zonder stroom gezeten nadat bij graafwerkzaamheden een hoogspanningskabel was geraakt, meldt netbeheerder Liander. Ook verkeerslichten en een deel van het ziekenhuis vielen uit. Rond middernacht was de storing verholpen. De gemeente onderzoekt of het bouwbedrijf de kabel had moeten zien.",
        ),
    ),
    "polish, agencies": (
        (
            "Pożar hali w Łodzi, ewakuowano 70 osób",
            "Łódź (PAP) - Siedemdziesiąt osób ewakuowano w poniedziałek z hali produkcyjnej przy ulicy Rokicińskiej w Łodzi, w której wybuchł pożar składowanych tworzyw sztucznych, poinformował rzecznik straży pożarnej. Na miejscu pracowało 28 zastępów. Dwie osoby trafiły do szpitala z objawami podtrucia dymem. Mieszkańców poproszono o zamknięcie okien. (PAP) autor: Hubert Bekrycht",
        ),
        (
            "Płonie hala produkcyjna w Łodzi",
            "Siedemdziesiąt osób ewakuowano w poniedziałek z hali produkcyjnej przy ulicy Rokicińskiej w Łodzi, w której wybuchł pożar składowanych tworzyw sztucznych, poinformował rzecznik straży pożarnej. Na miejscu pracowało 28 zastępów. Dwie osoby trafiły do szpitala z objawami podtrucia dymem.",
        ),
    ),
    "polish, another headline": (
        (
            "Strażacy opanowali pożar hali",
            "Siedemdziesiąt osób ewakuowano w poniedziałek z hali produkcyjnej przy ulicy Rokicińskiej w Łodzi, w której wybuchł pożar składowanych tworzyw sztucznych, poinformował rzecznik straży pożarnej. Na miejscu pracowało 28 zastępów.",
        ),
        (
            "Pożar hali w Łodzi, ewakuowano 70 osób - Kurier Łódzki",
            "Siedemdziesiąt osób ewakuowano w poniedziałek z hali produkcyjnej przy ulicy Rokicińskiej w Łodzi, w której wybuchł pożar składowanych tworzyw sztucznych, poinformował rzecznik straży pożarnej. Na miejscu pracowało 28 zastępów. Dwie osoby trafiły do szpitala z objawami podtrucia dymem. Mieszkańców poproszono o zamknięcie okien.",
        ),
    ),
    "polish, a figure that rose": (
        (
            "Pożar hali w Łodzi, ewakuowano 70 osób",
            "Siedemdziesiąt osób ewakuowano w poniedziałek z hali produkcyjnej przy ulicy Rokicińskiej w Łodzi, w której wybuchł pożar składowanych tworzyw sztucznych, poinformował rzecznik straży pożarnej. Na miejscu pracowało 34 zastępy. Cztery osoby trafiły do szpitala z objawami podtrucia dymem. Mieszkańców poproszono o zamknięcie okien.",
        ),
        (
            "Pożar hali w Łodzi, ewakuowano 70 osób",
            "Siedemdziesiąt osób ewakuowano w poniedziałek z hali produkcyjnej przy ulicy Rokicińskiej w Łodzi, w której wybuchł pożar składowanych tworzyw sztucznych, poinformował rzecznik straży pożarnej. Na miejscu pracowało 28 zastępów. Dwie osoby trafiły do szpitala z objawami podtrucia dymem. Mieszkańców poproszono o zamknięcie okien.",
        ),
    ),
    "turkish, agencies": (
        (
            "Bolu'da otobüs devrildi: 4 ölü, 25 yaralı",
            "BOLU (AA) - Anadolu Otoyolu'nun Bolu geçişinde yolcu otobüsünün devrilmesi sonucu ilk belirlemelere göre 4 kişi öldü, 25 kişi yaralandı, Bolu Valiliği açıkladı. İstanbul'dan Samsun'a giden otobüs, sabah saatlerinde yağış nedeniyle kontrolden çıktı. Yaralılar çevredeki hastanelere kaldırıldı. Otoyolun Ankara yönü ulaşıma kapatıldı.",
        ),
        (
            "Bolu'da otobüs kazası",
            "Bolu, (DHA) Anadolu Otoyolu'nun Bolu geçişinde yolcu otobüsünün devrilmesi sonucu ilk belirlemelere göre 4 kişi öldü, 25 kişi yaralandı, Bolu Valiliği açıkladı. İstanbul'dan Samsun'a giden otobüs, sabah saatlerinde yağış nedeniyle kontrolden çıktı. Yaralılar çevredeki hastanelere kaldırıldı.",
        ),
    ),
    "turkish, another headline": (
        (
            "TEM'de feci kaza",
            "İHA - Anadolu Otoyolu'nun Bolu geçişinde yolcu otobüsünün devrilmesi sonucu ilk belirlemelere göre 4 kişi öldü, 25 kişi yaralandı, Bolu Valiliği açıkladı. İstanbul'dan Samsun'a giden otobüs, sabah saatlerinde yağış nedeniyle kontrolden çıktı.",
        ),
        (
            "Bolu'da otobüs devrildi: 4 ölü, 25 yaralı",
            "Anadolu Otoyolu'nun Bolu geçişinde yolcu otobüsünün devrilmesi sonucu ilk belirlemelere göre 4 kişi öldü, 25 kişi yaralandı, Bolu Valiliği açıkladı. İstanbul'dan Samsun'a giden otobüs, sabah saatlerinde yağış nedeniyle kontrolden çıktı. Yaralılar çevredeki hastanelere kaldırıldı. Otoyolun Ankara yönü ulaşıma kapatıldı.",
        ),
    ),
    "indonesian, agencies": (
        (
            "Kapal feri tenggelam di Selat Bangka, 18 orang hilang",
            "Pangkalpinang (ANTARA) - Sebuah kapal feri yang mengangkut 74 penumpang tenggelam di Selat Bangka pada Senin malam setelah dihantam gelombang setinggi empat meter, dan sedikitnya 18 orang dinyatakan hilang, kata Basarnas. Sebanyak 56 penumpang berhasil diselamatkan nelayan setempat. Tim SAR gabungan mengerahkan tiga kapal dan satu helikopter. BMKG sebelumnya telah mengeluarkan peringatan gelombang tinggi.",
        ),
        (
            "Feri tenggelam, tim SAR cari 18 korban",
            "Jakarta, CNN Indonesia -- Sebuah kapal feri yang mengangkut 74 penumpang tenggelam di Selat Bangka pada Senin malam setelah dihantam gelombang setinggi empat meter, dan sedikitnya 18 orang dinyatakan hilang, kata Basarnas. Sebanyak 56 penumpang berhasil diselamatkan nelayan setempat. Tim SAR gabungan mengerahkan tiga kapal dan satu helikopter.",
        ),
    ),
    "indonesian, another headline": (
        (
            "Basarnas cari korban kapal di Selat Bangka",
            "TEMPO.CO, Jakarta - Sebuah kapal feri yang mengangkut 74 penumpang tenggelam di Selat Bangka pada Senin malam setelah dihantam gelombang setinggi empat meter, dan sedikitnya 18 orang dinyatakan hilang, kata Basarnas. Sebanyak 56 penumpang berhasil diselamatkan nelayan setempat.",
        ),
        (
            "Kapal feri tenggelam di Selat Bangka, 18 orang hilang",
            "Sebuah kapal feri yang mengangkut 74 penumpang tenggelam di Selat Bangka pada Senin malam setelah dihantam gelombang setinggi empat meter, dan sedikitnya 18 orang dinyatakan hilang, kata Basarnas. Sebanyak 56 penumpang berhasil diselamatkan nelayan setempat. Tim SAR gabungan mengerahkan tiga kapal dan satu helikopter. BMKG sebelumnya telah mengeluarkan peringatan gelombang tinggi. Baca juga: Daftar kecelakaan feri",
        ),
    ),
    "ukrainian, agencies": (
        (
            "Рятувальники дістали з-під завалів у Дніпрі жінку з дитиною",
            "ДНІПРО, 14 березня /Укрінформ/. У Дніпрі рятувальники дістали з-під завалів п'ятиповерхівки жінку з трирічною дитиною, які провели під уламками майже дев'ять годин, повідомила ДСНС. Внаслідок удару зруйновано один під'їзд будинку. Поранення дістали 16 людей, вони у лікарнях. Пошукові роботи завершили о шостій ранку.",
        ),
        (
            "У Дніпрі з-під завалів врятували дитину",
            "Дніпро. 14 березня. ІНТЕРФАКС-УКРАЇНА - У Дніпрі рятувальники дістали з-під завалів п'ятиповерхівки жінку з трирічною дитиною, які провели під уламками майже дев'ять годин, повідомила ДСНС. Внаслідок удару зруйновано один під'їзд будинку. Поранення дістали 16 людей, вони у лікарнях.",
        ),
    ),
    "ukrainian, another headline": (
        (
            "Дніпро: рятувальна операція завершена",
            "У Дніпрі рятувальники дістали з-під завалів п'ятиповерхівки жінку з трирічною дитиною, які провели під уламками майже дев'ять годин, повідомила ДСНС. Внаслідок удару зруйновано один під'їзд будинку. Поранення дістали 16 людей, вони у лікарнях. Читайте також: Що відомо про удар",
        ),
        (
            "Рятувальники дістали з-під завалів у Дніпрі жінку з дитиною",
            "У Дніпрі рятувальники дістали з-під завалів п'ятиповерхівки жінку з трирічною дитиною, які провели під уламками майже дев'ять годин, повідомила ДСНС. Внаслідок удару зруйновано один під'їзд будинку. Поранення дістали 16 людей, вони у лікарнях. Пошукові роботи завершили о шостій ранку.",
        ),
    ),
    "ukrainian, a toll that rose": (
        (
            "ОНОВЛЕНО: У Дніпрі з-під завалів врятували дитину",
            "У Дніпрі рятувальники дістали з-під завалів п'ятиповерхівки жінку з трирічною дитиною, які провели під уламками майже дев'ять годин, повідомила ДСНС. Внаслідок удару зруйновано один під'їзд будинку. Поранення дістали 19 людей, вони у лікарнях. Пошукові роботи завершили о шостій ранку.",
        ),
        (
            "У Дніпрі з-під завалів врятували дитину",
            "У Дніпрі рятувальники дістали з-під завалів п'ятиповерхівки жінку з трирічною дитиною, які провели під уламками майже дев'ять годин, повідомила ДСНС. Внаслідок удару зруйновано один під'їзд будинку. Поранення дістали 16 людей, вони у лікарнях. Пошукові роботи завершили о шостій ранку.",
        ),
    ),
    "swedish, agencies": (
        (
            "Misstänkt rån mot guldsmed i Borås, två gripna",
            "BORÅS. Två män i 20-årsåldern har gripits misstänkta för ett rån mot en guldsmedsbutik i centrala Borås på tisdagen, uppger polisen. Gärningsmännen hotade personalen med yxa och krossade montrar innan de försvann på moped. Ingen person skadades. Bytets värde uppskattas till en halv miljon kronor. (TT)",
        ),
        (
            "Guldsmed rånad i Borås",
            "Två män i 20-årsåldern har gripits misstänkta för ett rån mot en guldsmedsbutik i centrala Borås på tisdagen, uppger polisen. Gärningsmännen hotade personalen med yxa och krossade montrar innan de försvann på moped. Ingen person skadades.",
        ),
    ),
    "swedish, another headline": (
        (
            "Två gripna efter guldrån",
            "Två män i 20-årsåldern har gripits misstänkta för ett rån mot en guldsmedsbutik i centrala Borås på tisdagen, uppger polisen. Gärningsmännen hotade personalen med yxa och krossade montrar innan de försvann på moped. TT",
        ),
        (
            "Misstänkt rån mot guldsmed i Borås, två gripna | Västposten",
            "Två män i 20-årsåldern har gripits misstänkta för ett rån mot en guldsmedsbutik i centrala Borås på tisdagen, uppger polisen. Gärningsmännen hotade personalen med yxa och krossade montrar innan de försvann på moped. Ingen person skadades. Bytets värde uppskattas till en halv miljon kronor.",
        ),
    ),
    "greek, another headline": (
        (
            "Μαίνεται η φωτιά στην Εύβοια",
            "Μεγάλη πυρκαγιά ξέσπασε το μεσημέρι της Πέμπτης σε δασική έκταση στην κεντρική Εύβοια και εστάλη μήνυμα του 112 για την εκκένωση τριών χωριών, ανακοίνωσε η Πυροσβεστική. Επιχειρούν 120 πυροσβέστες με 35 οχήματα και οκτώ αεροσκάφη.",
        ),
        (
            "Φωτιά σε δάσος στην Εύβοια, εκκενώνονται τρία χωριά",
            "Μεγάλη πυρκαγιά ξέσπασε το μεσημέρι της Πέμπτης σε δασική έκταση στην κεντρική Εύβοια και εστάλη μήνυμα του 112 για την εκκένωση τριών χωριών, ανακοίνωσε η Πυροσβεστική. Επιχειρούν 120 πυροσβέστες με 35 οχήματα και οκτώ αεροσκάφη. Στην περιοχή πνέουν άνεμοι έως επτά μποφόρ. Δεν υπάρχουν αναφορές για τραυματίες. Διαβάστε επίσης: Ο καιρός αύριο",
        ),
    ),
    "hebrew, another headline": (
        (
            "שלושה נפצעו בתאונת דרכים בכביש 6",
            'שלושה בני אדם נפצעו, אחד מהם באורח קשה, בהתנגשות בין משאית לשני כלי רכב פרטיים בכביש 6 סמוך למחלף נשרים, כך מסר דובר מגן דוד אדום ביום שלישי בבוקר. הפצועים פונו לבית החולים רמב"ם בחיפה. הכביש נחסם לתנועה לכיוון דרום במשך שעתיים. המשטרה פתחה בחקירת נסיבות התאונה.',
        ),
        (
            "תאונה קשה בכביש 6: שלושה פצועים",
            'שלושה בני אדם נפצעו, אחד מהם באורח קשה, בהתנגשות בין משאית לשני כלי רכב פרטיים בכביש 6 סמוך למחלף נשרים, כך מסר דובר מגן דוד אדום ביום שלישי בבוקר. הפצועים פונו לבית החולים רמב"ם בחיפה. הכביש נחסם לתנועה לכיוון דרום במשך שעתיים.',
        ),
    ),
    "hebrew, broken off": (
        (
            "כביש 6 נחסם בעקבות תאונה",
            "שלושה בני אדם נפצעו, אחד מהם באורח קשה, בהתנגשות בין משאית לשני כלי רכב פרטיים בכביש 6 סמוך למחלף נשרים, כך מסר דובר מגן דוד אדום...",
        ),
        (
            "שלושה נפצעו בתאונת דרכים בכביש 6 - חדשות הצפון",
            'שלושה בני אדם נפצעו, אחד מהם באורח קשה, בהתנגשות בין משאית לשני כלי רכב פרטיים בכביש 6 סמוך למחלף נשרים, כך מסר דובר מגן דוד אדום ביום שלישי בבוקר. הפצועים פונו לבית החולים רמב"ם בחיפה. הכביש נחסם לתנועה לכיוון דרום במשך שעתיים. המשטרה פתחה בחקירת נסיבות התאונה.',
        ),
    ),
    "thai, cut shorter": (
        (
            "คุมเพลิงโกดังสารเคมีได้แล้ว",
            "เมื่อเวลา 02.30 น. วันที่ 12 มีนาคม เกิดเหตุเพลิงไหม้โกดังเก็บสารเคมีในอำเภอบางพลี จังหวัดสมุทรปราการ มีผู้ได้รับบาดเจ็บ 12 ราย ต้องอพยพชาวบ้านกว่า 200 คนออกจากพื้นที่ เจ้าหน้าที่ใช้เวลากว่า 5 ชั่วโมงจึงควบคุมเพลิงไว้ได้",
        ),
        (
            "ไฟไหม้โกดังสารเคมีสมุทรปราการ เจ็บ 12 ราย | ข่าวไทยวันนี้",
            "เมื่อเวลา 02.30 น. วันที่ 12 มีนาคม เกิดเหตุเพลิงไหม้โกดังเก็บสารเคมีในอำเภอบางพลี จังหวัดสมุทรปราการ มีผู้ได้รับบาดเจ็บ 12 ราย ต้องอพยพชาวบ้านกว่า 200 คนออกจากพื้นที่ เจ้าหน้าที่ใช้เวลากว่า 5 ชั่วโมงจึงควบคุมเพลิงไว้ได้ สาเหตุเบื้องต้นคาดว่าเกิดจากไฟฟ้าลัดวงจร กรมควบคุมมลพิษเข้าตรวจวัดคุณภาพอากาศโดยรอบ",
        ),
    ),
    "vietnamese, agencies": (
        (
            "Sạt lở đất ở Hà Giang, 5 người mất tích",
            "(TTXVN) Mưa lớn kéo dài gây sạt lở đất vào rạng sáng thứ Hai tại xã Nậm Dịch, huyện Hoàng Su Phì, tỉnh Hà Giang, vùi lấp ba ngôi nhà và khiến 5 người mất tích, theo Ban chỉ huy phòng chống thiên tai. Lực lượng chức năng đã huy động hơn 200 người tìm kiếm. Tuyến tỉnh lộ 177 bị chia cắt tại nhiều điểm. Dự báo mưa còn tiếp diễn trong hai ngày tới.",
        ),
        (
            "Lở đất vùi lấp ba ngôi nhà tại Hà Giang",
            "Hà Giang (TTXVN/Vietnam+) - Mưa lớn kéo dài gây sạt lở đất vào rạng sáng thứ Hai tại xã Nậm Dịch, huyện Hoàng Su Phì, tỉnh Hà Giang, vùi lấp ba ngôi nhà và khiến 5 người mất tích, theo Ban chỉ huy phòng chống thiên tai. Lực lượng chức năng đã huy động hơn 200 người tìm kiếm. Tuyến tỉnh lộ 177 bị chia cắt tại nhiều điểm.",
        ),
    ),
}
