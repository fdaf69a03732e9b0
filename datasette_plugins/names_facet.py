"""A facet of Datasette's table pages for columns that hold names as a JSON array, each once: `_facet_names=tags`.

Datasette's own array facet first removes duplicates, for which it reads every column of every row, and runs out of time
on our views from about 2,000 talks on. This one reads the array alone."""

from typing import Any

from datasette.database import QueryInterrupted
from datasette.facets import Facet
from datasette.utils import escape_sqlite, path_with_added_args, path_with_removed_args

COUNTS = """
    SELECT names.value AS value, count(*) AS count
    FROM ({rows}) AS filtered, json_each(filtered.{column}) AS names
    GROUP BY names.value
    ORDER BY count DESC, value
    LIMIT {limit}
"""


class NamesFacet(Facet):
    """Counts rows by each name of an array column; choosing a name filters by Datasette's `column__arraycontains`."""

    type = "names"

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        results, timed_out = [], []
        for facet in self.get_configs():
            column = facet["config"].get("column") or facet["config"]["simple"]
            try:
                results.append(await self._count(column, facet["source"]))
            except QueryInterrupted:
                timed_out.append(column)
        return results, timed_out

    async def _count(self, column: str, source: str) -> dict[str, Any]:
        size = self.get_facet_size()
        sql = COUNTS.format(rows=self.sql, column=escape_sqlite(column), limit=size + 1)
        counted = await self.ds.execute(
            self.database,
            sql,
            self.params,
            truncate=False,
            custom_time_limit=self.ds.setting("facet_time_limit_ms"),
        )
        hide = path_with_removed_args(self.request, {"_facet_names": column})
        return {
            "name": column,
            "type": self.type,
            "results": [self._value(column, row["value"], row["count"]) for row in counted.rows[:size]],
            "hideable": source != "metadata",
            "toggle_url": self.ds.urls.path(hide),
            "truncated": len(counted.rows) > size,
        }

    def _value(self, column: str, name: str, count: int) -> dict[str, Any]:
        chosen = {f"{column}__arraycontains": name}
        selected = (f"{column}__arraycontains", name) in self.get_querystring_pairs()
        toggle = path_with_removed_args if selected else path_with_added_args
        return {
            "value": name,
            "label": name,
            "count": count,
            "toggle_url": self.ds.absolute_url(self.request, self.ds.urls.path(toggle(self.request, chosen))),
            "selected": selected,
        }
