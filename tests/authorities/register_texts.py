"""A small register in three files: eleven towns in force, each the others' neighbour, one ended.

Town n has the GSS code E06 and n, and stands on line n + 1.
"""

from authorities.register_files import RegisterFiles


def code(town: int) -> str:
    return f"E06{town:06d}"


def _authority(town: int) -> str:
    region = "E12000001,North East" if town < 11 else "E12000002,North West"
    until = "2021-03-31" if town == 12 else ""
    return f"{code(town)},{800 + town},Town {town},unitary,{region},2009-04-01,{until}"


def _neighbours(town: int) -> list[str]:
    others = [other for other in range(1, 12) if other != town]
    return [f"{code(town)},{rank},{code(of)},Very close" for rank, of in enumerate(others, 1)]


def _text(header: str, lines: list[str]) -> str:
    return "\n".join([header, *lines, ""])


AUTHORITIES = _text(
    "gss_code,dfe_number,name,kind,region_code,region,in_force_from,in_force_until",
    [_authority(town) for town in range(1, 13)],
)
NEIGHBOURS = _text(
    "gss_code,rank,neighbour_gss_code,closeness",
    [line for town in range(1, 12) for line in _neighbours(town)],
)
POPULATIONS = _text(
    "gss_code,year,children_0_17,children_in_need,child_protection_plans,"
    "children_looked_after,care_leavers",
    [f"{code(town)},2025,21090,1341,173,332,94" for town in range(1, 12)],
)


def files(
    *, authorities: str = AUTHORITIES, neighbours: str = NEIGHBOURS, populations: str = POPULATIONS
) -> RegisterFiles:
    return RegisterFiles(authorities.encode(), neighbours.encode(), populations.encode())


def with_line(text: str, line: int, instead: str | None) -> str:
    """The text with another line in one's place, or without it."""
    lines = text.split("\n")
    lines[line - 1 : line] = [] if instead is None else [instead]
    return "\n".join(lines)
