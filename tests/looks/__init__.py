"""What the site looks like: the list of its pages, people to fill them with, and what no page may lack.

`pages` lists them, a line each; `world` makes what they show; `gates` judges one page in Chromium. `./run test` sees
each page once (tests/pages/test_looks.py), `./run trial browser` in every combination, `screenshots` pictures.
"""
