"""French: copies in many dresses, and what looks like a copy and is none."""

import pytest
from pairing import Pairs, agree

WIRE = (
    "Les ingénieurs ont fermé mardi le pont de Harlieu à toute circulation après qu'une inspection a révélé des"
    " câbles corrodés sur la travée nord, a annoncé le ministère des Transports."
)
MORE = "Quelque 40.000 automobilistes qui franchissent chaque jour le fleuve devront emprunter le tunnel."

COPIES: Pairs = {
    "un autre titre": (
        (
            "Le pont de Harlieu fermé à cause de câbles corrodés",
            f"Harlieu, 4 mars 2031 (AFP) - {WIRE} {MORE}",
        ),
        ("Une inspection coupe la traversée du fleuve", f"{WIRE} (AFP)"),
    ),
    "apostrophes et guillemets": (
        (
            "« On a eu de la chance », dit le gardien du pont",
            f"« On a eu de la chance », dit l’ancien gardien du pont. {WIRE}",
        ),
        (
            '"On a eu de la chance", dit le gardien du pont',
            f'"On a eu de la chance", dit l\'ancien gardien du pont. {WIRE}',
        ),
    ),
    "alerte et nom du site": (
        ("ALERTE INFO - Le pont de Harlieu fermé à cause de câbles corrodés", ""),
        ("Le pont de Harlieu fermé à cause de câbles corrodés - Le Figaro", WIRE),
    ),
    "un bilan qui monte": (
        (
            "Effondrement dans une mine : 14 morts",
            "Au moins 14 mineurs ont été tués dimanche dans l'effondrement d'une galerie d'une mine d'or à Vélia, selon les autorités. Des dizaines de disparus.",
        ),
        (
            "Effondrement dans une mine : 31 morts",
            "Au moins 31 mineurs ont été tués dimanche dans l'effondrement d'une galerie d'une mine d'or à Vélia, selon les autorités. Les secours continuent.",
        ),
    ),
    "texte coupé": (
        ("Harlieu : pont fermé", WIRE[:110] + " [...]"),
        ("Des câbles corrodés ferment un pont", f"{WIRE} Lire la suite"),
    ),
}

OTHERS: Pairs = {
    "deux matches": (
        (
            "Ligue 1 : Harlieu bat Marden 2-1",
            "Harlieu a battu Marden 2-1 samedi soir grâce à des buts de Leroy et Petit.",
        ),
        (
            "Ligue 1 : Harlieu bat Marden 3-0",
            "Harlieu a battu Marden 3-0 mercredi soir grâce à des buts de Leroy et Blanc.",
        ),
    ),
    "hausse et baisse": (
        (
            "La Bourse termine en hausse de 1,2%",
            "La Bourse a terminé en hausse de 1,2% lundi, portée par les banques, avant les chiffres de l'inflation.",
        ),
        (
            "La Bourse termine en baisse de 0,8%",
            "La Bourse a terminé en baisse de 0,8% mardi, plombée par les banques, avant les chiffres de l'inflation.",
        ),
    ),
    "condamné et relaxé": (
        (
            "L'ancien maire de Marden condamné pour corruption",
            "Le tribunal de Marden a condamné mardi l'ancien maire, qui avait reçu de l'argent d'un promoteur.",
        ),
        (
            "L'ancien maire de Marden relaxé pour corruption",
            "La cour d'appel a relaxé vendredi l'ancien maire, faute de preuves suffisantes.",
        ),
    ),
    "une négation": (
        (
            "Calvet sera candidate à la présidence",
            "La ministre Rose Calvet a annoncé dimanche sa candidature à l'élection de l'an prochain.",
        ),
        (
            "Calvet ne sera pas candidate à la présidence",
            "La ministre Rose Calvet a exclu jeudi de se présenter, disant vouloir finir son travail.",
        ),
    ),
    "deux horoscopes": (
        (
            "Horoscope du lundi 4 mars",
            "Découvrez votre horoscope du jour. Bélier : une bonne nouvelle vous attend au travail.",
        ),
        (
            "Horoscope du mardi 5 mars",
            "Découvrez votre horoscope du jour. Bélier : reposez-vous et évitez les disputes.",
        ),
    ),
    "contexte commun": (
        (
            "L'opposition réclame des explications",
            f"L'opposition a demandé vendredi que la ministre s'explique devant le Parlement. {WIRE}",
        ),
        (
            "La compagnie de bacs double sa flotte",
            f"La compagnie de bacs de Tamar va acheter six bateaux, a-t-elle dit dimanche. {WIRE}",
        ),
    ),
    "titre générique": (
        (
            "Un homme mis en examen pour meurtre",
            "Un habitant de Marden âgé de 44 ans a été écroué après la découverte du corps de son associée.",
        ),
        (
            "Un homme mis en examen pour meurtre",
            "Le saisonnier soupçonné d'avoir poignardé un épicier à Tamar a été présenté à un juge.",
        ),
    ),
    "deux villes": (
        (
            "Météo : orages attendus à Harlieu",
            "Des orages sont attendus à Harlieu dans l'après-midi, avec des températures de 24 degrés.",
        ),
        (
            "Météo : soleil attendu à Marden",
            "Du soleil est attendu à Marden dans l'après-midi, avec des températures de 31 degrés.",
        ),
    ),
}


@pytest.mark.parametrize("case", COPIES)
def test_copies_are_recognised(case: str) -> None:
    assert agree(*COPIES[case])


@pytest.mark.parametrize("case", OTHERS)
def test_what_only_looks_alike_stays_apart(case: str) -> None:
    assert not agree(*OTHERS[case])
