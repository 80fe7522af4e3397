"""Two invented regional networks; partners by their place in the list of partners."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class DemoNetwork:
    """`members` maps how it stands with a partner (holding, asked_by_partner, asked_by_network, ended) to partners."""

    name: str
    description: str
    area: tuple[str, ...]
    coordinator: int
    members: MappingProxyType[str, tuple[int, ...]]


NETWORKS = (
    DemoNetwork(
        "OM-Musternetz Westfalen",
        "Dieses Netzwerk ist erfunden. Kammern, Kassen und Beratungen einer Region treffen sich viermal im Jahr und "
        "stimmen ab, wie sie kleine Unternehmen gemeinsam begleiten.",
        ("05515", "05554", "05558", "05566", "05570", "05758", "05711", "05766"),
        1,
        MappingProxyType(
            {"holding": (0, 25, 26), "asked_by_partner": (14, 27), "asked_by_network": (20, 21), "ended": (28,)}
        ),
    ),
    DemoNetwork(
        "OM-Beispielnetz Mittelrhein",
        "Dieses Netzwerk ist erfunden. Es verbindet Wirtschaftsförderung, Berufsgenossenschaft und Forschung mit den "
        "Engagierten Städten am Rhein.",
        ("07138", "07137", "07131", "07111", "90@07111000"),
        10,
        MappingProxyType(
            {"holding": (6, 31, 32), "asked_by_partner": (8,), "asked_by_network": (0, 33), "ended": (30,)}
        ),
    ),
)
