from collections import Counter
import pytest, time
from analytics import disclosure, releasing
from analytics.models import Figure
from tests.proofs.small_country import *
from tests.proofs import small_country as sc
pytestmark = pytest.mark.django_db
@pytest.mark.parametrize("more,seed", [(20, 7), (15, 3), (24, 11), (40, 5), (12, 2)])
def test_m(keyring, more, seed):
    country = Country.made(seed)
    waves = []
    for n in range(4):
        w = country.asked(n); waves.append(w); r1 = sc.out(w, now=sc.after(n))
    area = country.authorities[2][0].gss_code
    sc.add(w, area, [country.reply() for _ in range(more)])
    r2 = sc.out(w, now=sc.after(3), note="x")
    c = Counter(); tot = Counter(); lost=[]
    regions = {code for code, _ in sc.REGIONS}
    for f in Figure.objects.filter(release=r2, channel="invited"):
        kind = "England" if f.area == "E92000001" else "region" if f.area in regions else "own" if f.area == area else "other"
        old = Figure.objects.get(release=r1, channel=f.channel, area=f.area, indicator=f.indicator, slice=f.slice, span=f.span)
        if old.value["kind"] != "withheld":
            key = kind, f.span, "group" if f.slice != "all" else "total"
            tot[key] += 1
            if f.value.get("reason") == disclosure.WITH_AN_OLDER: c[key] += 1
    for k in sorted(tot): print(more, k, c[k], "of", tot[k])
