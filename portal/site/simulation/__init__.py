"""Plays half a year of introductions with invented people, through the real verbs and pages, on a clock of its own.

`people` and `invention` are pure values; `world` makes rows of them; `days` lets time pass: `post` delivers what was
written, `scanner` opens its links, `acts` answers; `ledger` counts by itself, and `report` says it on one screen.
"""
