import pytest

from manifests import ALL, ALL_SITES, rendered


@pytest.fixture(params=ALL, ids="/".join)
def part(request):
    """Each folder that is applied: (stand, part, objects)."""
    stand, name = request.param
    return stand, name, rendered(stand, name)


@pytest.fixture(params=ALL_SITES, ids="/".join)
def site(request):
    """Each site: (stand, site, objects)."""
    stand, name = request.param
    return stand, name, rendered(stand, name)
