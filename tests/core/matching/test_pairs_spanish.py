"""Spanish: copies in many dresses, and what looks like a copy and is none."""

import pytest
from pairing import Pairs, agree

WIRE = (
    "Los ingenieros cerraron el martes el puente de Arlanza a todo el tráfico después de que una inspección"
    " hallara cables corroídos en el tramo norte, informó el Ministerio de Transportes."
)
MORE = "Unos 40.000 conductores que cruzan el río cada día tendrán que usar el túnel de Marden."

COPIES: Pairs = {
    "otro titular": (
        ("Cerrado el puente de Arlanza por cables corroídos", f"Arlanza, 4 mar (EFE).- {WIRE} {MORE}"),
        ("Una inspección deja sin paso el río", f"{WIRE} EFE"),
    ),
    "despacho y promoción": (
        ("Cerrado el puente por cables corroídos", f"ARLANZA (AP) — {WIRE}"),
        ("Cables corroídos obligan a cerrar el paso", f"{WIRE} Leer más"),
    ),
    "urgente y nombre del sitio": (
        ("URGENTE: Cerrado el puente de Arlanza por cables corroídos", ""),
        ("Cerrado el puente de Arlanza por cables corroídos | El Faro", WIRE),
    ),
    "sube el número de muertos": (
        (
            "Al menos 14 muertos al derrumbarse una mina",
            "Al menos 14 mineros murieron el domingo al derrumbarse una galería en una mina de oro de Velia, según las autoridades. Hay decenas de desaparecidos.",
        ),
        (
            "Al menos 31 muertos al derrumbarse una mina",
            "Al menos 31 mineros murieron el domingo al derrumbarse una galería en una mina de oro de Velia, según las autoridades. Siguen las labores de rescate.",
        ),
    ),
    "magnitud revisada": (
        (
            "Sismo de magnitud 6,8 sacude Velia",
            "Un sismo de magnitud 6,8 sacudió el lunes la costa de Velia, informó el servicio geológico, que emitió una alerta de tsunami.",
        ),
        (
            "Sismo de magnitud 7,0 sacude Velia",
            "Un sismo de magnitud 7,0 sacudió el lunes la costa de Velia, informó el servicio geológico, que emitió una alerta de tsunami.",
        ),
    ),
    "texto cortado": (
        ("El puente de Arlanza, cerrado", WIRE[:110] + "..."),
        ("Cables corroídos cierran un puente", f"{WIRE} {MORE}"),
    ),
}

OTHERS: Pairs = {
    "dos partidos": (
        (
            "El Arlanza gana 2-1 al Marden",
            "El Arlanza venció el sábado por 2-1 al Marden con goles de Ruiz y Lema en un partido igualado.",
        ),
        (
            "El Arlanza gana 3-0 al Velia",
            "El Arlanza venció el miércoles por 3-0 al Velia con goles de Ruiz y Soto en un partido sin historia.",
        ),
    ),
    "dos sismos": (
        (
            "Sismo de magnitud 5,1 en Tamar",
            "Un sismo de magnitud 5,1 se registró el martes a 40 kilómetros de Tamar, sin que se reportaran daños.",
        ),
        (
            "Sismo de magnitud 4,2 en Oro",
            "Un sismo de magnitud 4,2 se registró el martes a 15 kilómetros de Oro, sin que se reportaran daños.",
        ),
    ),
    "condenado y absuelto": (
        (
            "Condenado por soborno el exalcalde de Marden",
            "Un tribunal de Marden condenó el martes al exalcalde por aceptar sobornos de una constructora.",
        ),
        (
            "Absuelto de soborno el exalcalde de Marden",
            "Un tribunal de Velia absolvió el viernes al exalcalde de todos los cargos al no ver pruebas.",
        ),
    ),
    "sube y baja": (
        (
            "La bolsa sube un 1,2 % por los bancos",
            "La bolsa subió el lunes un 1,2 % gracias a los bancos, a la espera de los datos de inflación.",
        ),
        (
            "La bolsa baja un 0,8 % por los bancos",
            "La bolsa bajó el martes un 0,8 % por culpa de los bancos, a la espera de los datos de inflación.",
        ),
    ),
    "una negación": (
        (
            "Calvo será candidata a la presidencia",
            "La ministra Rosa Calvo anunció el domingo que se presentará a las elecciones del próximo año.",
        ),
        (
            "Calvo no será candidata a la presidencia",
            "La ministra Rosa Calvo descartó el jueves presentarse porque quiere terminar su trabajo.",
        ),
    ),
    "dos horóscopos": (
        (
            "Horóscopo de hoy, lunes 4 de marzo",
            "Consulta aquí las predicciones para tu signo. Aries: hoy recibirás una buena noticia en el trabajo.",
        ),
        (
            "Horóscopo de hoy, martes 5 de marzo",
            "Consulta aquí las predicciones para tu signo. Aries: hoy conviene que descanses y no discutas.",
        ),
    ),
    "dos sorteos": (
        (
            "Lotería Nacional: comprobar resultados del jueves",
            "El primer premio del sorteo del jueves ha correspondido al número 48213, vendido en Arlanza.",
        ),
        (
            "Lotería Nacional: comprobar resultados del sábado",
            "El primer premio del sorteo del sábado ha correspondido al número 10977, vendido en Oro.",
        ),
    ),
    "contexto compartido": (
        (
            "La oposición pide explicaciones a la ministra",
            f"La oposición exigió el viernes que la ministra comparezca en el Congreso. {WIRE}",
        ),
        (
            "La naviera de Tamar dobla su flota",
            f"La naviera de Tamar comprará seis barcos para atender la demanda, anunció el domingo. {WIRE}",
        ),
    ),
    "titular genérico": (
        (
            "Detenido un hombre por asesinato",
            "La policía detuvo a un vecino de 44 años tras hallar el cuerpo de su socia en un garaje de Marden.",
        ),
        (
            "Detenido un hombre por asesinato",
            "Un temporero fue arrestado en un control de carretera por la muerte de un tendero en Tamar.",
        ),
    ),
}


@pytest.mark.parametrize("case", COPIES)
def test_copies_are_recognised(case: str) -> None:
    assert agree(*COPIES[case])


@pytest.mark.parametrize("case", OTHERS)
def test_what_only_looks_alike_stays_apart(case: str) -> None:
    assert not agree(*OTHERS[case])
