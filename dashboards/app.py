"""Podium's pages: `streamlit run dashboards/app.py`."""

import filters
import frame
import published
import streamlit as st

# Seconds between looks at CURRENT: a page that stays open shows a new version this soon.
FOLLOW_EVERY_S = 5

# Before the navigation: it would fetch a page's icon from Google for the browser's tab.
st.set_page_config(page_icon=str(frame.STATIC / "podium.png"), layout="wide")


@st.fragment(run_every=FOLLOW_EVERY_S)
def follow(shown: int | None) -> None:
    """Run the page again when CURRENT names another version than the one it shows."""
    try:
        version = published.pointed().version
    except published.NothingPublishedError:
        return
    if version != shown:
        st.rerun()


frame.style()
PAGES = {
    "Rankings": [
        st.Page("views/leaderboard.py", title="Leaderboard", icon=":material/leaderboard:", default=True),
        st.Page("views/share.py", title="Market share", icon=":material/area_chart:", url_path="share"),
        st.Page("views/movers.py", title="Movers", icon=":material/trending_up:", url_path="movers"),
        st.Page("views/traffic.py", title="Traffic", icon=":material/category:", url_path="traffic"),
        st.Page("views/speed.py", title="Latency & reliability", icon=":material/speed:", url_path="speed"),
        st.Page("views/adoption.py", title="Adoption", icon=":material/group_add:", url_path="adoption"),
        st.Page("views/model.py", title="Model", icon=":material/deployed_code:", url_path="model"),
    ],
    "Decide": [
        st.Page("views/value.py", title="Cost vs quality", icon=":material/scatter_plot:", url_path="value"),
        st.Page("views/compare.py", title="Compare", icon=":material/compare_arrows:", url_path="compare"),
    ],
    "Trust": [
        st.Page("views/health.py", title="Data health", icon=":material/health_and_safety:", url_path="health"),
        st.Page("views/method.py", title="Method", icon=":material/function:", url_path="method"),
        st.Page("views/dictionary.py", title="Dictionary", icon=":material/menu_book:", url_path="dictionary"),
        st.Page("views/sql.py", title="Questions", icon=":material/database_search:", url_path="sql"),
    ],
}
page = st.navigation(PAGES, position="top")
st.set_page_config(page_title=f"{page.title} · Podium")
try:
    shown = published.current().version
except published.NothingPublishedError as reason:
    follow(None)
    st.title("Podium", anchor=False)
    frame.no_data(f"{reason}. Load the demo, or land your own logs.", "podium demo")
else:
    follow(shown)  # first: a page that has nothing to show stops
    filters.arrive(page.url_path)
    try:
        page.run()
    except published.OutdatedError as reason:
        frame.no_data(f"{reason}. Publish it anew; this page follows by itself.", "podium refresh")
