"""The portable subset: rollup SQL gives the same figures on DuckDB and on Spark, held by sqlglot's tree."""

from collections.abc import Iterator

import pytest
import sqlglot
from sqlglot import exp

from pipeline import rollups
from pipeline.request_log import log_schema

INTEGERS_AND_DECIMALS = {"BIGINT", "DECIMAL(38, 10)"}
UNPORTABLE = (
    exp.Qualify, exp.Quantile, exp.ApproxQuantile, exp.PercentileCont, exp.PercentileDisc, exp.Median, exp.ArrayAgg,
    exp.GroupConcat, exp.Ln, exp.Log, exp.Round, exp.ApproxDistinct, exp.MD5, exp.SHA, exp.SHA2, exp.Rand, exp.Avg,
    exp.Stddev, exp.Variance, exp.First, exp.AnyValue, exp.CurrentDate, exp.CurrentTimestamp, exp.Star,
)  # fmt: skip
UNPORTABLE_NAMES = {
    "hash",
    "list",
    "histogram",
    "arg_max",
    "arg_min",
    "now",
    "columns",
    "fsum",
    "favg",
    "approx_quantile",
}


def tree(text: str) -> exp.Expression:
    return sqlglot.parse_one(text, read="duckdb")


def faults(text: str) -> set[str]:
    """What a rollup's SQL does that another engine might do otherwise."""
    parsed = tree(text)
    return {*_unportable(parsed), *_sums(parsed), *_doubles(parsed), *_aliases(parsed)}


def _unportable(parsed: exp.Expression) -> Iterator[str]:
    for node in parsed.find_all(*UNPORTABLE):
        if not (isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)):
            yield f"{type(node).__name__.lower()} differs between engines"
    for node in parsed.find_all(exp.Anonymous):
        if node.name.lower() in UNPORTABLE_NAMES:
            yield f"{node.name.lower()} differs between engines"


def _sums(parsed: exp.Expression) -> Iterator[str]:
    for node in parsed.find_all(exp.Sum):
        cast = node.parent
        if not isinstance(cast, exp.Cast) or cast.to.sql("duckdb").upper() not in INTEGERS_AND_DECIMALS:
            yield "a sum is not cast to bigint or decimal(38, 10)"
        if any(of.name in floats() for of in node.find_all(exp.Column)):
            yield "a sum of floats depends on the order of rows"


def floats() -> set[str]:
    """Columns that hold DOUBLE; their sum depends on who adds first."""
    return {field.name for field in log_schema() if str(field.type) == "double"}


def _doubles(parsed: exp.Expression) -> Iterator[str]:
    for node in parsed.find_all(exp.Literal):
        if not node.is_string and "." in node.name:
            yield f"{node.name} is a decimal here and a double there: write 1e0"


def _aliases(parsed: exp.Expression) -> Iterator[str]:
    """Spark resolves an alias before the input column of that name, DuckDB after."""
    for select in parsed.find_all(exp.Select):
        inputs = {column.name for column in select.find_all(exp.Column)}
        for alias in select.expressions:
            if isinstance(alias, exp.Alias) and alias.alias in inputs:
                yield f"alias {alias.alias} is an input column too"


FILES = pytest.mark.parametrize("file", rollups.files(), ids=lambda file: file.stem)


@FILES
def test_a_rollup_keeps_to_the_portable_subset(file):
    assert faults(file.read_text()) == set()


@FILES
def test_a_rollup_says_the_same_in_spark(file):
    (spark,) = sqlglot.transpile(
        file.read_text(), read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    again = sqlglot.parse_one(spark, read="spark")
    assert again.named_selects == tree(file.read_text()).named_selects


@FILES
def test_a_rollup_reads_the_folded_log_its_scores_or_what_it_leaves_out(file):
    read = {table.sql() for table in tree(file.read_text()).find_all(exp.Table) if table.db}
    assert read in ({"lake.folded"}, {"lake.scored"}, {"lake.uncounted"})


@FILES
def test_a_rollup_is_a_line_of_keys_then_additive_measures(file):
    names = tree(file.read_text()).named_selects
    measures = [name for name in names if name.endswith(("_count", "_tokens", "_usd", "_sum"))]
    assert names[:2] == ["event_date", "hour"]
    assert names[-len(measures) :] == measures


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("select sum(tokens_in) as a from lake.folded", "a sum is not cast to bigint or decimal(38, 10)"),
        ("select cast(sum(x) as double) as a from lake.folded", "a sum is not cast to bigint or decimal(38, 10)"),
        ("select cast(sum(duration_s) as bigint) as a from lake.log", "a sum of floats depends on the order of rows"),
        ("select * from lake.folded", "star differs between engines"),
        ("select hour from lake.folded qualify row_number() over () = 1", "qualify differs between engines"),
        ("select list(model_id order by hour) as a from lake.folded", "arrayagg differs between engines"),
        ("select quantile_cont(x, 0.5) as a from lake.folded", "percentilecont differs between engines"),
        ("select median(x) as a from lake.folded", "median differs between engines"),
        ("select hash(model_id) as a from lake.folded", "hash differs between engines"),
        ("select ln(x) as a from lake.folded", "ln differs between engines"),
        ("select round(x) as a from lake.folded", "round differs between engines"),
        ("select x > 0.5 as a from lake.folded", "0.5 is a decimal here and a double there: write 1e0"),
        ("select x + 1 as x from lake.folded", "alias x is an input column too"),
    ],
)  # fmt: skip
def test_what_engines_do_differently_is_found(sql, fault):
    assert fault in faults(sql)


def test_counting_rows_is_portable():
    assert faults("select hour, count(*) as row_count from lake.folded group by hour") == set()
