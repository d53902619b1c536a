"""Podium's server, the pages and what machines ask for: `streamlit run dashboards/asgi.py`."""

import routes
import streamlit as st

app = st.App("app.py", routes=routes.ROUTES)
