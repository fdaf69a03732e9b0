"""Notes in, database out. The data flow, by folder:

`notes` (files to blocks) → `talks` (blocks to talks) with `people`, `events`, `projects` and `takeaways`, put together
in `read.py` to the record of one file → `store` (all records to one database), run by `build.py` and `cli.py`.
"""
