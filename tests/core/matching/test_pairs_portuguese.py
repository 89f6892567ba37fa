"""Portuguese: copies in many dresses, and what looks like a copy and is none."""

import pytest
from pairing import Pairs, agree

WIRE = (
    "Engenheiros fecharam na terça-feira a ponte de Arlão a todo o tráfego depois de uma inspeção encontrar"
    " cabos corroídos no vão norte, informou o Ministério dos Transportes."
)
MORE = "Cerca de 40 mil motoristas que atravessam o rio todos os dias terão de usar o túnel de Mardém."

COPIES: Pairs = {
    "outro título": (
        ("Ponte de Arlão fechada por cabos corroídos", f"ARLÃO (Reuters) - {WIRE} {MORE}"),
        ("Inspeção interrompe travessia do rio", f"{WIRE} Leia mais"),
    ),
    "lusa": (
        ("Ponte de Arlão fechada", f"Arlão, 04 mar 2031 (Lusa) - {WIRE}"),
        ("Cabos corroídos fecham ponte", f"{WIRE} Lusa/Fim"),
    ),
    "urgente e nome do jornal": (
        ("URGENTE: Ponte de Arlão fechada por cabos corroídos", ""),
        ("Ponte de Arlão fechada por cabos corroídos - Jornal do Rio", WIRE),
    ),
    "mais mortos": (
        (
            "Desabamento em mina deixa 14 mortos",
            "Ao menos 14 mineiros morreram no domingo no desabamento de uma galeria de uma mina de ouro em Vélia, segundo autoridades. Há dezenas de desaparecidos.",
        ),
        (
            "Desabamento em mina deixa 31 mortos",
            "Ao menos 31 mineiros morreram no domingo no desabamento de uma galeria de uma mina de ouro em Vélia, segundo autoridades. As buscas continuam.",
        ),
    ),
    "texto cortado": (
        ("Ponte fechada em Arlão", WIRE[:100] + "..."),
        ("Cabos corroídos param o trânsito", f"{WIRE} {MORE}"),
    ),
}

OTHERS: Pairs = {
    "dois jogos": (
        (
            "Arlão vence o Mardém por 2 a 1",
            "O Arlão venceu o Mardém por 2 a 1 no sábado, com gols de Lima e Souza.",
        ),
        (
            "Arlão vence o Mardém por 3 a 0",
            "O Arlão venceu o Mardém por 3 a 0 na quarta-feira, com gols de Lima e Rocha.",
        ),
    ),
    "sobe e cai": (
        (
            "Bolsa sobe 1,2% com bancos",
            "A Bolsa subiu 1,2% na segunda-feira, puxada pelos bancos, à espera da inflação.",
        ),
        (
            "Bolsa cai 0,8% com bancos",
            "A Bolsa caiu 0,8% na terça-feira, pressionada pelos bancos, à espera da inflação.",
        ),
    ),
    "condenado e absolvido": (
        (
            "Ex-prefeito de Mardém é condenado por corrupção",
            "A Justiça de Mardém condenou na terça-feira o ex-prefeito por receber dinheiro de uma construtora.",
        ),
        (
            "Ex-prefeito de Mardém é absolvido de corrupção",
            "O tribunal absolveu na sexta-feira o ex-prefeito por falta de provas.",
        ),
    ),
    "uma negação": (
        (
            "Calvo será candidata à presidência",
            "A ministra Rosa Calvo anunciou no domingo que disputará a eleição do próximo ano.",
        ),
        (
            "Calvo não será candidata à presidência",
            "A ministra Rosa Calvo descartou na quinta-feira disputar a eleição e quer concluir seu trabalho.",
        ),
    ),
    "duas loterias": (
        (
            "Mega-Sena, concurso 2.811: veja o resultado",
            "Veja os números sorteados: 04 - 12 - 23 - 35 - 41 - 58. O próximo concurso será no sábado.",
        ),
        (
            "Mega-Sena, concurso 2.812: veja o resultado",
            "Veja os números sorteados: 09 - 17 - 20 - 33 - 49 - 60. O próximo concurso será na terça.",
        ),
    ),
    "contexto comum": (
        (
            "Oposição cobra explicações da ministra",
            f"A oposição pediu na sexta-feira que a ministra vá ao Congresso. {WIRE}",
        ),
        (
            "Empresa de balsas dobra a frota",
            f"A empresa de balsas de Tamar comprará seis barcos, disse no domingo. {WIRE}",
        ),
    ),
    "título genérico": (
        (
            "Homem é preso por homicídio",
            "Um morador de 44 anos foi detido depois que o corpo da sócia foi achado numa garagem em Mardém.",
        ),
        (
            "Homem é preso por homicídio",
            "O trabalhador suspeito de esfaquear um comerciante em Tamar foi parado numa estrada.",
        ),
    ),
}


@pytest.mark.parametrize("case", COPIES)
def test_copies_are_recognised(case: str) -> None:
    assert agree(*COPIES[case])


@pytest.mark.parametrize("case", OTHERS)
def test_what_only_looks_alike_stays_apart(case: str) -> None:
    assert not agree(*OTHERS[case])
