"""Filters that live in the URL: each widget starts from its parameter and writes it back.

Streamlit's own `bind="query-params"` writes the label instead of the slug where the two differ, and drops
values it does not know without a word, so the parameters are kept here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Literal

import streamlit as st
from format import escaped, plain

LONGEST = 200
# What a board is filtered by: kept in the link of a model opened from it, so that the way back finds it again.
BOARD = ("by", "period", "view", "author", "q", "open")


def arrive(page: str) -> None:
    """Another page than in the run before: its filters start from its link, not from widgets of the same name."""
    if st.session_state.get("filters of") != page:
        for key in [key for key in map(str, st.session_state) if key.startswith("url:")]:
            st.session_state.pop(key, None)
            st.session_state.pop(key.removeprefix("url:"), None)
        st.session_state["filters of"] = page


def board() -> dict[str, str]:
    """The board's filters in this page's link."""
    return {name: st.query_params[name] for name in BOARD if name in st.query_params}


def choose(label: str, name: str, options: Mapping[str, str], default: str) -> str:
    """One of a few slugs, as buttons; the default stays out of the URL."""
    _warn_of_unknown(label, name, options)
    _seed(name, lambda given: given if given in options else default)
    if st.session_state[name] not in options:  # never no button pressed at all
        st.session_state[name] = default
    chosen = st.segmented_control(label, list(options), format_func=options.__getitem__, required=True, key=name)
    _write(name, None if chosen == default else chosen)
    return chosen or default


def menu(label: str, name: str, options: Mapping[str, str], default: str, width: int) -> str:
    """One of a few slugs, as a drop-down, where buttons would take too much room."""
    _warn_of_unknown(label, name, options)
    _seed(name, lambda given: given if given in options else default)
    chosen = st.selectbox(label, list(options), format_func=options.__getitem__, key=name, width=width)
    _write(name, None if chosen == default else chosen)
    return chosen or default


def pick(
    label: str,
    name: str,
    options: Sequence[str],
    everything: str,
    width: int | Literal["stretch"] = "stretch",
) -> str | None:
    """One of many, none at first; a value the link names but nobody knows stays visible, so it can be cleared."""
    asked = _asked(name)
    _seed(name, lambda given: given)
    known = [*options] if asked is None or asked in options else [asked, *options]
    chosen = st.selectbox(label, known, index=None, placeholder=everything, key=name, format_func=plain, width=width)
    _write(name, chosen)
    return chosen


def pick_many(label: str, name: str, options: Sequence[str], everything: str, most: int | None = None) -> list[str]:
    """Any of many, at most so many, none at first; a repeated parameter."""
    _seed_many(name, options, most)
    chosen = st.multiselect(label, options, placeholder=everything, key=name, format_func=plain, max_selections=most)
    if chosen != st.query_params.get_all(name):
        _write(name, chosen or None)
    return chosen


def search(label: str, name: str, placeholder: str, width: int) -> str:
    """Free text, applied while typing."""
    _seed(name, lambda given: given or "")
    typed = st.text_input(
        label, type="search", placeholder=placeholder, key=name, max_chars=LONGEST, live=True, width=width
    )
    _write(name, typed or None)
    return (typed or "").strip()


def switch(label: str, name: str) -> bool:
    """On or off; on is `1`."""
    _seed(name, lambda given: given in {"1", "true"})
    on = st.toggle(label, key=name)
    _write(name, "1" if on else None)
    return on


def day(label: str, name: str) -> date | None:
    """One day, none at first; a date nobody can read is no filter."""
    _seed(name, _date)
    chosen = st.date_input(label, key=name, format="YYYY-MM-DD", value=None, width=200)
    _write(name, chosen.isoformat() if chosen else None)
    return chosen


def _date(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given or "")
    except ValueError:
        return None


def clear(names: Sequence[str]) -> None:
    """A button's callback: forget these filters."""
    for name in names:
        st.session_state.pop(name, None)
        _write(name, None)


def set_many(name: str, values: list[str]) -> None:
    """A button's callback: these values of a repeated parameter."""
    st.session_state[name] = values
    _write(name, values)


def set_period(period: str) -> None:
    """A button's callback: another period."""
    st.session_state["period"] = period
    _write("period", period)


def ask_for(name: str, value: str) -> None:
    """Another value from the next run on, for a click in a chart: the widget is drawn already."""
    st.query_params[name] = value


def _warn_of_unknown(label: str, name: str, options: Mapping[str, str]) -> None:
    asked = _asked(name)
    if asked is not None and asked not in options:
        st.toast(f"The link asks for an unknown {label.lower()}: {escaped(asked)}", icon=":material/info:")


def _asked(name: str) -> str | None:
    given = st.query_params.get(name)
    return given[:LONGEST] if given else None


def _seed(name: str, parse: Callable[[str | None], object]) -> None:
    """Start the widget from the URL, also when a link inside the app changed it since."""
    given = _asked(name)
    if name not in st.session_state or given != st.session_state.get(f"url:{name}", given):
        st.session_state[name] = parse(given)


def asked_many(name: str) -> list[str]:
    """What the link asks for in a repeated parameter, known or not."""
    return [given[:LONGEST] for given in st.query_params.get_all(name)]


def _seed_many(name: str, options: Sequence[str], most: int | None) -> None:
    given = st.query_params.get_all(name)
    if name not in st.session_state or given != (st.session_state.get(f"url:{name}", given) or []):
        st.session_state[name] = [value for value in dict.fromkeys(given) if value in options][:most]


def _write(name: str, value: str | list[str] | None) -> None:
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get_all(name) != ([value] if isinstance(value, str) else value):
        st.query_params[name] = value
    st.session_state[f"url:{name}"] = st.query_params.get_all(name) if isinstance(value, list) else value
