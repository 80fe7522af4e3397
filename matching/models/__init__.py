"""Suggestions for the office, the introductions that come of them, and what companies propose to towns."""

from matching.models.disclosures import Disclosure, Party
from matching.models.introductions import Introduction, Invitation, InvitationToken, Side
from matching.models.proposals import Proposal
from matching.models.rounds import MatchingRound, RoundPair
from matching.models.rules import DueJob, IntroductionRules, ScoreWeights
from matching.models.suggestion_mails import SuggestionMail
from matching.models.suggestions import Suggestion, SuggestionQuerySet

__all__ = [
    "Disclosure",
    "DueJob",
    "Introduction",
    "IntroductionRules",
    "Invitation",
    "InvitationToken",
    "MatchingRound",
    "Party",
    "Proposal",
    "RoundPair",
    "ScoreWeights",
    "Side",
    "Suggestion",
    "SuggestionMail",
    "SuggestionQuerySet",
]
