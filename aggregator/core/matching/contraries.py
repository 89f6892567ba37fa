"""Pairs of words that say opposite things, by language.

Folded as `core.matching.text.fold` does, in the forms that headlines and first sentences have. Unspaced
languages are listed by pairs of characters, as their tokens are. A language that is missing here still
matches; its headlines are only not held against each other.
"""

from __future__ import annotations

from aggregator.core.matching.vocabulary import words

# Headlines with one of each side tell of two things, however much else they share.
OPPOSITES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (words(left), words(right))
    for left, right in (
        # --- English
        (
            (
                "rise rises rose rising risen up higher gain gains gained jump jumps jumped surge surges"
                " surged climb climbs climbed soar soars soared rally rallies rallied advance advances"
                " advanced increase increases increased grow grows grew rebound rebounds"
            ),
            (
                "fall falls fell falling fallen down lower slide slides slid drop drops dropped plunge"
                " plunges plunged sink sinks sank tumble tumbles tumbled decline declines declined slump"
                " slumps slumped decrease decreases decreased shrink shrinks shrank lose loses lost"
                " retreat retreats"
            ),
        ),
        (
            "convict convicts convicted convicting conviction guilty",
            "acquit acquits acquitted acquitting acquittal cleared innocent exonerated",
        ),
        ("win wins won victory", "lose loses lost loss defeat defeated"),
        (
            (
                "approve approves approved pass passes passed adopt adopts adopted accept accepts"
                " accepted backs backed"
            ),
            (
                "reject rejects rejected defeat defeats defeated veto vetoes vetoed refuse refuses"
                " refused deny denies denied opposes opposed"
            ),
        ),
        (
            "grant grants granted allow allows allowed permit permits permitted uphold upholds upheld",
            (
                "deny denies denied block blocks blocked ban bans banned strike strikes overturn"
                " overturns overturned reverse reverses reversed bars barred"
            ),
        ),
        ("open opens opened reopen reopens reopened", "close closes closed shut shuts shutdown"),
        ("arrested arrest arrests detained jailed", "released release releases freed"),
        ("confirm confirms confirmed admit admits admitted", "deny denies denied"),
        (
            "hire hires hired appoint appoints appointed",
            "fire fires fired dismiss dismisses dismissed sack sacked resigns resigned",
        ),
        ("start starts started begin begins began", "end ends ended stop stops stopped"),
        ("raise raises raised hike hikes hiked", "cut cuts lower lowers lowered slash slashes slashed"),
        ("beat beats", "miss misses missed"),
        ("first", "second third"),
        (
            "keep keeps kept hold holds held unchanged steady",
            "raise raises raised cut cuts hike hikes lowers",
        ),
        ("win wins won beat beats", "draw draws drew tie ties tied"),
        ("survive survives survived alive", "die dies died dead killed"),
        ("agree agrees agreed", "refuse refuses refused declines declined"),
        ("resume resumes resumed restart restarts", "suspend suspends suspended halt halts halted pauses"),
        ("buy buys bought acquires", "sell sells sold"),
        ("north northern", "south southern"),
        ("east eastern", "west western"),
        ("men man male", "women woman female"),
        ("profit", "loss"),
        ("upgrade upgrades upgraded", "downgrade downgrades downgraded"),
        ("support supports supported back backs backed", "oppose opposes opposed"),
        ("improve improves improved", "worsen worsens worsened deteriorates deteriorated"),
        ("strengthens strengthened stronger", "weakens weakened weaker"),
        ("extend extends extended", "shorten shortens shortened"),
        ("joins joined enters entered", "quits quit leaves"),
        ("imposes imposed tightens tightened", "lifts lifted eases eased"),
        # --- Spanish, Portuguese, Italian, French: prices and polls, verdicts, votes, games, doors
        (
            (
                "sube suben subió subieron subir subida subidas alza alzas aumenta aumentan aumentó aumento"
                " crece crecen creció repunta incrementa aumentará subirá"
            ),
            (
                "baja bajan bajó bajaron bajar bajada bajadas cae caen cayó cayeron caída caídas disminuye"
                " disminuyó desciende descendió descenso pierde retrocede bajará"
            ),
        ),
        (
            "condena condenan condenó condenado condenada condenados culpable",
            "absuelve absuelven absolvió absuelto absuelta absueltos inocente",
        ),
        (
            "aprueba aprueban aprobó aprobado aprobada acepta aceptó avala avaló ratifica",
            "rechaza rechazan rechazó rechazado rechazada veta vetó tumba tumbó",
        ),
        ("gana ganan ganó vence vencen venció victoria", "pierde pierden perdió cae derrota empata empatan"),
        ("abre abren abrió reabre reabren reabrió apertura", "cierra cierran cerró cierre"),
        ("hombres masculino masculina", "mujeres femenino femenina"),
        ("confirma confirmó confirman admite admitió", "niega negó niegan desmiente desmintió"),
        ("mejora mejoró mejoran", "empeora empeoró empeoran"),
        (
            (
                "sobe sobem subiu subiram subir subida alta avança avançou avançam cresce cresceu aumenta"
                " aumentam aumentou aumento"
            ),
            (
                "cai caem caiu caíram cair queda descida recua recuou recuam baixa baixou baixam desce desceu"
                " diminui diminuiu"
            ),
        ),
        (
            "condena condenam condenou condenado condenada condenados culpado culpada",
            "absolve absolvem absolveu absolvido absolvida absolvidos inocentado inocentada ilibado",
        ),
        (
            "aprova aprovam aprovou aprovado aprovada aceita aceitou",
            "rejeita rejeitam rejeitou rejeitado rejeitada recusa recusou veta vetou chumba chumbou chumbado",
        ),
        ("vence vencem venceu ganha ganhou vitória", "perde perdem perdeu derrota empata empatou"),
        ("abre abriu reabre reabriu", "fecha fechou encerra encerrou"),
        ("confirma confirmou admite admitiu", "nega negou desmente desmentiu"),
        (
            (
                "sale salgono salito salita saliti rialzo cresce crescono cresciuto crescita aumenta"
                " aumentano aumentato aumento"
            ),
            (
                "scende scendono sceso scesa scesi discesa calo ribasso cala calano calato diminuisce"
                " diminuzione crolla flessione"
            ),
        ),
        (
            "condannato condannata condanna condannati condannate condanne colpevole",
            "assolto assolta assolti assolve assoluzione innocente",
        ),
        (
            "approva approvano approvato approvata",
            "respinge respingono respinto respinta boccia bocciato bocciata",
        ),
        ("vince vincono vinto batte battuto vittoria", "perde perdono perso sconfitta pareggia pareggio"),
        ("apre aprono aperto riapre riaperto", "chiude chiudono chiuso chiusa"),
        ("conferma confermato ammette", "smentisce smentito nega"),
        (
            (
                "hausse monte montent montée progresse progressent progressé grimpe grimpé augmente"
                " augmentent augmenté augmentation bondit hausses relève relevé croît"
            ),
            (
                "baisse baissent baissé recule reculent reculé chute chutent chuté diminue diminué diminution"
                " repli recul cède abaisse abaissé"
            ),
        ),
        (
            "condamné condamnée condamne condamnés condamnées condamnation coupable",
            "acquitté acquittée acquitte acquittés acquittement relaxé relaxée relaxe relaxés innocenté",
        ),
        (
            "adopte adoptent adopté adoptée approuve approuvé accepte validé",
            "rejette rejettent rejeté rejetée refuse refusé repousse repoussé retoque censure",
        ),
        (
            "gagne gagnent gagné remporte remporté bat victoire",
            "perd perdent perdu défaite battu battus nul",
        ),
        ("ouvre ouvrent ouvert rouvre rouvert réouverture", "ferme ferment fermé fermeture"),
        ("hommes messieurs masculin", "femmes dames féminin féminine"),
        ("confirme confirmé confirment reconnaît", "dément démenti démentent nie"),
        # --- German, Dutch, Swedish, Danish, Norwegian
        (
            (
                "steigt steigen stieg stiegen gestiegen steigend anstieg erhöht erhöhen erhöhte zugelegt"
                " klettert kletterte geklettert zuwachs plus fester wächst gewachsen"
            ),
            (
                "fällt fallen fiel fielen gefallen sinkt sinken sank sanken gesunken senkt senken senkte"
                " gesenkt rückgang verliert minus schwächer schrumpft geschrumpft"
            ),
        ),
        (
            "verurteilt verurteilte schuldig schuldspruch verurteilung",
            "freigesprochen freispruch unschuldig frei",
        ),
        (
            "billigt gebilligt beschließt beschlossen genehmigt angenommen zugestimmt verabschiedet",
            "lehnt abgelehnt ablehnt verwirft stoppt gestoppt gescheitert zurückgewiesen",
        ),
        (
            "gewinnt gewinnen gewann gewonnen siegt siegte sieg",
            "verliert verlieren verlor verloren niederlage unterliegt remis",
        ),
        ("männer herren", "frauen damen"),
        ("öffnet geöffnet eröffnet wiedereröffnet", "schließt geschlossen"),
        ("bestätigt bestätigte", "dementiert dementierte bestreitet"),
        (
            "stijgt stijgen steeg stegen gestegen hoger winst groeit groeide verhoogt",
            "daalt dalen daalde daalden gedaald lager verlies zakt krimpt kromp verlaagt",
        ),
        ("veroordeeld veroordeelt schuldig", "vrijgesproken vrijspraak onschuldig"),
        ("goedgekeurd aangenomen stemt", "verworpen afgewezen wijst"),
        ("wint winnen won gewonnen", "verliest verliezen verloor verloren"),
        (
            "stiger ökar ökade steg höjer höjs höjde øker øger højere upp op opp vokser",
            "sjunker minskar minskade sjönk faller falder sänker sänks sänkte synker lavere ner ned",
        ),
        (
            "döms dömd dömdes fälls fälld skyldig dømt dømmes skyldig",
            "frias friad friades friade frikänns frikendt frifunnet frikjent frifindes",
        ),
        ("vinner vann vant vinder vandt", "förlorar förlorade tapte taper taber tabte"),
        # --- Russian, Ukrainian, Polish, Czech
        (
            (
                "вырос выросла выросли выросло растет растёт растут рост подорожал подорожала подорожали"
                " повысил повысила повысили повысят повысит увеличил увеличила увеличили увеличился"
                " увеличилась увеличилось поднял подняли"
            ),
            (
                "упал упала упали упало падает падают падение снизился снизилась снизились снизилось снизил"
                " снизила снизили снизят снизит снижение снижается подешевел подешевела подешевели сократил"
                " сократила сократили сократился сократилась понизил опустился"
            ),
        ),
        (
            (
                "осудил осужден осуждён осуждена осудили приговорил приговорили приговорен приговорён"
                " виновным виновной виновен"
            ),
            "оправдал оправдала оправдали оправдан оправдана невиновным невиновной невиновен",
        ),
        (
            "одобрил одобрила одобрили одобрило принял приняла приняли принята",
            "отклонил отклонила отклонили отклонило отверг отвергла отвергли отвергнут",
        ),
        (
            "победил победила победили обыграл обыграла обыграли выиграл выиграла выиграли",
            "проиграл проиграла проиграли уступил уступила уступили",
        ),
        ("открыл открыла открыли открыт открыта", "закрыл закрыла закрыли закрыт закрыта"),
        ("подтвердил подтвердила подтвердили", "опроверг опровергла опровергли опровергает"),
        ("разрешил разрешила разрешили разрешил", "запретил запретила запретили"),
        (
            "зріс зросла зросли зросло зростає зростання підвищив підвищила підвищили подорожчав подорожчала",
            "знизився знизилась знизилися впав впала впали зниження знизив знизила знизили подешевшав",
        ),
        ("винним винною винуватим засудив засудили засуджено", "виправдав виправдали виправдано невинним"),
        ("схвалив схвалила схвалили ухвалила ухвалив", "відхилив відхилила відхилили"),
        ("перемогла переміг перемогли", "програв програла програли"),
        (
            "wzrósł wzrosła wzrosły wzrosło wzrost rośnie rosną podniósł podniosła podwyższa drożeje",
            "spadł spadła spadły spadło spadek spada spadają obniżył obniżyła obniża tanieje",
        ),
        ("skazał skazała skazany skazana winny winnym", "uniewinnił uniewinniła uniewinniony niewinny"),
        ("przyjął przyjęła uchwalił zatwierdził", "odrzucił odrzuciła zawetował"),
        ("wygrał wygrała wygrywa pokonał pokonała", "przegrał przegrała przegrywa"),
        (
            "roste rostou vzrostl vzrostla vzrostly zvýšil zvýšila zvýší stoupl stoupla",
            "klesá klesají klesl klesla klesly snížil snížila sníží poklesl poklesla",
        ),
        ("odsoudil odsouzen odsouzena vinným", "osvobodil zprostil zproštěn osvobozen"),
        # --- Turkish, Indonesian, Vietnamese, Greek
        (
            "arttı yükseldi yükseliş yükselişle artış artırdı zam yükseliyor artıyor kazandı",
            "azaldı düştü düşüş düşüşle indirim indirdi geriledi düşüyor azalıyor kaybetti",
        ),
        ("suçlu mahkum hüküm", "beraat suçsuz"),
        ("onaylandı kabul onayladı", "reddedildi ret reddetti"),
        (
            "naik menguat meningkat melonjak naikkan menaikkan bertambah rebound",
            "turun melemah menurun anjlok turunkan menurunkan berkurang terkoreksi",
        ),
        ("bersalah divonis dihukum", "bebas dibebaskan"),
        ("menang kalahkan", "kalah takluk imbang"),
        ("setujui disetujui menyetujui", "tolak ditolak menolak"),
        ("tăng", "giảm"),
        ("thắng", "thua"),
        (
            "αύξηση αυξήθηκε αυξήθηκαν αυξάνεται άνοδος ανόδου άνοδο ανεβαίνει αυξάνει",
            "μείωση μειώθηκε μειώθηκαν μειώνεται πτώση πτώσης υποχωρεί πέφτει μειώνει",
        ),
        ("ένοχος ένοχη ένοχοι καταδικάστηκε", "αθώος αθώα αθώοι αθωώθηκε αθώωση"),
        # --- Arabic, Persian, Hebrew, Hindi
        (
            (
                "ارتفاع ارتفاعا ارتفع ارتفعت يرتفع ترتفع صعود زيادة زاد زادت يزيد رفع يرفع ترفع رفعت مكاسب"
                " نمو ارتفاعها"
            ),
            (
                "انخفاض انخفاضا انخفض انخفضت ينخفض تنخفض تراجع تراجعا تراجعت تتراجع يتراجع هبوط هبط هبطت يهبط"
                " تهبط خفض يخفض تخفض خفضت خسائر تقليص انكماش"
            ),
        ),
        (
            "إدانة بإدانة يدين تدين أدان أدانت إدانته مذنب السجن بالسجن",
            "براءة ببراءة تبرئة يبرئ تبرئ برأ برأت بتبرئة تبرئته",
        ),
        ("يقر تقر أقر أقرت يوافق توافق وافق وافقت الموافقة", "يرفض ترفض رفض رفضت"),
        ("يفوز تفوز فاز فازت فوز", "يخسر تخسر خسر خسرت خسارة هزيمة يتعادل"),
        ("يؤكد تؤكد أكد أكدت يعلن تعلن أعلن أعلنت", "ينفي تنفي نفى نفت"),
        ("يفتح فتح افتتاح", "يغلق إغلاق أغلق أغلقت"),
        ("افزایش رشد صعود", "کاهش افت سقوط"),
        (
            "עלה עלתה עלו עלייה עולה עולים העלה מעלה העלתה",
            "ירד ירדה ירדו ירידה יורד יורדים הוריד מוריד הורידה",
        ),
        ("הורשע הורשעה הרשיע אשם", "זוכה זוכתה זיכה חף"),
        (
            "बढ़ा बढ़ी बढ़े बढ़ाई बढ़ाए बढ़ोतरी तेजी उछाल उछला चढ़ा चढ़कर बढ़त",
            "गिरा गिरी गिरे गिरावट घटा घटी घटे घटाई घटाए कटौती लुढ़का टूटा टूटकर",
        ),
        ("दोषी सजा", "बरी निर्दोष"),
        ("मंजूरी मंजूर पारित", "खारिज नामंजूर"),
        ("जीत जीता जीती जीते", "हार हारा हारी हारे"),
        # --- Chinese, Japanese (as pairs of signs), Korean
        (
            "上涨 上升 走高 收涨 大涨 攀升 上調 上调 升至 增长 高开 涨幅 回升 领涨 涨停 升值 上漲 調高",
            "下跌 下降 走低 收跌 大跌 下滑 下調 下调 降至 减少 低开 跌幅 回落 领跌 跌停 贬值 調降 調低",
        ),
        ("加息 升息", "降息 减息"),
        ("有罪 罪成 成立 徒刑 有期 死刑", "无罪 無罪"),
        ("通过 批准 通過", "否决 拒绝 否決 驳回 駁回"),
        ("获胜 击败 战胜 擊敗 戰勝", "落败 失利 输给 不敌 負於 落敗"),
        ("证实 確認 确认 證實", "否认 否認 辟谣"),
        ("恢复 重启 開放 开放", "暂停 中止 关闭 叫停"),
        (
            "上昇 続伸 反発 値上 増加 急騰 引上 上方 増益 改善 回復 拡大 利上 上げ 円高",
            "下落 続落 反落 値下 減少 急落 引下 下方 減益 悪化 低下 縮小 利下 下げ 円安",
        ),
        ("有罪 懲役 実刑 禁錮 死刑", "無罪"),
        ("可決 承認 容認 認可", "否決 却下 棄却 不可"),
        ("勝利 優勝 快勝 白星 連勝", "敗北 敗退 敗れ 完敗 黒星 連敗"),
        ("再開 開始 解禁", "停止 中止 延期"),
        (
            "상승 급등 증가 인상 상승세 올라 올라서 오른 올랐다 올린다 올려 급증 확대 강세 늘어",
            "하락 급락 감소 인하 하락세 내려 내려서 내린 내렸다 내린다 낮춰 급감 축소 약세 줄어",
        ),
        ("유죄 유죄를 징역 실형 법정구속", "무죄 무죄를"),
        ("가결 통과 승인 의결 인용", "부결 기각 거부 반려"),
        ("승리 꺾고 완승", "패배 완패 패해"),
        ("개선 회복", "악화"),
        ("재개 개시", "중단 중지"),
    )
)
