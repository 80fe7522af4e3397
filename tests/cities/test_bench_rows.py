import pytest

from matching import candidates, rounds, suggestions
from partners.models import Partner
from portal.site import bench_rows


@pytest.mark.django_db
def test_measured_rows_can_be_introduced(all_places):
    """Places are those of the baseline, so it stands beside the other tests that load all of them."""
    partners, cities = bench_rows.store(60, 80)
    assert len(partners) == 60
    assert len(cities) == 80
    pairs = candidates.everybody().fitting()
    assert len(pairs) > 20
    assert all(pair.is_sendable for pair in pairs)
    assert suggestions.refresh_partner(Partner.objects.get(pk=pairs[0].partner.pk)).added > 0
    assert rounds.run(rounds.start(by=None)).coverage > 5
