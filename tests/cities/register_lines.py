"""Lines of the official register, written by hand in its format."""

DAY = "20231130"


def line(kind, key, name, *, day=DAY, association="", text_key="", hectares=0, population=0, postcode=""):
    columns = f"{kind}{day}{key:8}{association:4}{name:50}{'':50}{text_key:2}"
    if kind == "60":
        columns += f"{'':4}{hectares:011}{population:011}{0:011}{'':4}{postcode:5}"
    return f"{columns:220}"


def municipality(key, name, **columns):
    return line(
        "60", key, name, **{"association": "0000", "text_key": "64", "hectares": 1000, "population": 500} | columns
    )


def germany(*municipalities, districts=(), associations=(), day=DAY):
    """A whole register: the lines given, and in each Land that has none of them one Kreis of two municipalities."""
    lines = [*districts, *associations, *municipalities]
    for number in range(1, 17):
        land = f"{number:02}"
        lines.append(line("10", land, f"Land {land}", day=day))
        if not any(row[10:12] == land for row in municipalities):
            lines.append(line("40", f"{land}999", f"Stadt {land}", text_key="41", day=day))
            lines.append(municipality(f"{land}999000", f"Stadt {land}", text_key="61", day=day))
            lines.append(municipality(f"{land}999001", f"Dorf {land}", day=day))
    return "\n".join(sorted(lines)).encode()
