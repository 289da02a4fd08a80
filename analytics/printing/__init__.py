"""The report of one authority on paper: a tagged PDF (PDF/UA-1), of what its web pages say.

The pages themselves are printed: `report.py` has them drawn by their own templates, `flow.py`
reads what is on them, and `report.typ` sets it. So words, tables and charts on paper are those of
the web, and whatever panel another room adds is printed without being told. Only drawings have a
template of their own, `analytics/on_paper.html`, which names each; the wide ones are printed. Where
paper needs something else, a template asks for `on_paper`.
"""
