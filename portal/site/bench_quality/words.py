"""Topics, skills and the like of the made-up world, and how entries name them."""

from collections.abc import Mapping, Sequence
from random import Random

TOPICS = (
    "strategy", "matching", "participation", "cohesion", "integration", "neighbourhood", "generations", "youth",
    "digital", "climate", "skilled_labour", "health", "town_centre", "clubs", "recognition", "crisis", "circular",
)  # fmt: skip
SKILLS = (
    "project_management", "facilitation", "communication", "design", "it", "law", "finance", "staff", "safety",
    "crafts", "events", "evaluation",
)  # fmt: skip
RESOURCES = ("time", "knowledge", "rooms", "material", "contacts")
SECTORS = ("administration", "civil_society", "business", "science")
_NAMED = 0.85  # of the topics somebody really has to do with


def shares(chance: Random, topics: Sequence[str], *, least: int, most: int) -> dict[str, float]:
    """Some of the topics, each with its share; together 1."""
    chosen = chance.sample(topics, chance.randint(least, most))
    sizes = [chance.uniform(0.2, 1) for _ in chosen]
    return {topic: size / sum(sizes) for topic, size in zip(chosen, sizes, strict=True)}


def recorded(chance: Random, real: Mapping[str, float], among: Sequence[str], *, claimed: float) -> frozenset[str]:
    """As an entry names them: of ten real ones one or two are forgotten, and sometimes one is claimed."""
    named = {topic for topic in real if chance.random() < _NAMED} or {max(real, key=lambda topic: real[topic])}
    return frozenset(named | ({chance.choice(among)} if chance.random() < claimed else set()))
