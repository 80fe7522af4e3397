"""Measures what comes of the portal's rule and of three others, in one made-up world over half a year.

`world` invents it (`places` are real, `partners` and `towns` are not); `truth` is what is really so, `entries` what the
rules see; `our_rule` (by `sides`) and `rival_rules` choose, `play` lets everybody answer, `diary` keeps it, `figures`
and `breaches` count.
"""

from portal.site.bench_quality.report import run

__all__ = ["run"]
