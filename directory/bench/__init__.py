"""The benchmark of the search: a directory of any size, the same questions to several engines, ratios in one run.

`country` and `dataset` draw a fictional directory, `databases` and `loading` put it into a database of its own,
`questions` are what is asked, `brute`, `baselines` and `naive` answer it in other ways than the search does, `measure`,
`http` and `memory` take the figures, `bars`, `report` and `plot` show them. `manage.py bench` runs all of it.
"""
