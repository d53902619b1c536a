"""Numbers, instants and names as a person reads them."""

from datetime import timedelta
from decimal import Decimal

import format as text
import pytest


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (8_263_000_000_000, "8.26T"),
        (412_400_000_000, "412B"),
        (999_950, "1M"),
        (999_400, "999K"),
        (1_000, "1K"),
        (12, "12"),
        (0, "0"),
        (None, text.UNKNOWN),
    ],
)
def test_amounts_have_three_digits_and_a_letter(value: int | None, expected: str) -> None:
    assert text.compact(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.828, "$0.83"), (0.0321, "$0.032"), (0, "free"), (0.0001, "<$0.001"), (13.34, "$13.34"), (None, text.UNKNOWN)],
)
def test_a_price_above_zero_is_never_shown_as_zero(value: float | None, expected: str) -> None:
    assert text.price(value) == expected


@pytest.mark.parametrize(
    ("ratio", "expected"), [(2.0, "peak 2x"), (0.5, "off-peak 0.5x"), (1.0, "by the hour"), (None, None)]
)
def test_a_list_price_of_some_hours_says_what_the_others_cost(ratio: float | None, expected: str | None) -> None:
    assert text.price_hours(ratio) == expected


def test_unknown_money_is_a_dash_and_no_spend_is_zero() -> None:
    assert text.usd(None) == text.UNKNOWN
    assert text.usd(Decimal(0)) == "$0.00"
    assert text.usd(Decimal("6880000")) == "$6.88M"


@pytest.mark.parametrize(
    ("value", "expected"), [("0.5", "$0.50"), ("0.031", "$0.031"), ("0.0004213", "$0.000421"), ("0.9999", "$1.00")]
)
def test_spend_under_a_dollar_keeps_three_digits(value: str, expected: str) -> None:
    assert text.usd(Decimal(value)) == expected


def test_what_is_not_quite_all_never_reads_a_hundred_percent() -> None:
    assert text.percent(0.99999) == ">99.9%"
    assert text.percent(0.99999, 2) == ">99.99%"
    assert text.percent(1.0) == "100.0%"
    assert [text.whole_percent(value) for value in (99.7, 100.0, 99.2)] == [">99%", "100%", "99%"]


def test_changes_are_signed_and_absent_when_there_is_nothing_to_compare() -> None:
    assert text.change(0.06) == "+6.0%"
    assert text.points(-4.3) == "-4.30 pp"
    assert text.change(None) is None


@pytest.mark.parametrize(
    ("minutes", "expected"), [(-5, "just now"), (12, "12 min ago"), (185, "3 h ago"), (4321, "3 days ago")]
)
def test_ages_are_said_in_the_unit_that_fits(minutes: int, expected: str) -> None:
    assert text.age(timedelta(minutes=minutes)) == expected


def test_every_markdown_mark_in_a_name_is_shown_not_obeyed() -> None:
    assert text.escaped("![x](http://e/p.png)") == r"\!\[x\]\(http\:\/\/e\/p\.png\)"
    assert text.escaped("<b>$x$ :red[y]") == r"\<b\>\$x\$ \:red\[y\]"


def test_a_name_cannot_turn_the_text_around() -> None:
    assert text.plain("gpt\u202e5-txet\x07") == "gpt\ufffd5-txet\ufffd"
