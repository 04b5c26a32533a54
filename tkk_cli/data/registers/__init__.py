"""Registers: raw rows of many layouts become spells, spells become a cohort; everything large stays in SQL.

The way of a row, one module (or package) a stage:

========================= ============================================================================================
``config``                ``registers.toml``: which file or table is which source, in which layout
``intake``                a source of any format becomes Parquet under a view (``staging``): columns bound to roles
                          (``binding``), dates read (``dates``), a key that would change nothing refused (``unused``)
``layouts``               one module a layout: the SQL expressions that turn a raw row into canonical columns
``codes``                 code lists (CSV with source and ``verified``): a register's code -> a state
``states``                the states, their priority and what they mean for being at work (``states.csv``)
``lookup``                the SQL that finds the line of a code list on which a code falls
``canonical``             the SELECT of a source's canonical rows, each with its reason for being set aside, or NULL
``checks``                the fourteen traps and everything else that ``tkk check`` looks for
``spells``                persons, spells and episodes (one state and one answer to "at work?" on every day)
``grids``                 state by day, week or month
``entry``                 ``cohort.toml``: index, wash-out, eligibility, programme, look-back, flow
``export``, ``rejects``   the cohort as files with their codebook (``columns``); the row numbers of what was set aside
``schema``                the columns of every table between the stages, stated once
``sql``, ``calendar``     the few SQL phrases that both engines understand alike
``toml``, ``lists``       the TOML files and CSV lists that users edit; ``examples`` has one of each to copy
``engine``, ``spark``     where the SQL runs: DuckDB, or Apache Spark; ``opening`` makes what the options ask for
``stages``                what runs when, what is kept, what is used again
========================= ============================================================================================

Inside, a date is a whole number of days since 1970-01-01 and a spell is half-open: ``start <= day < stop``. A spell
without a known end has ``stop`` NULL and is never dropped. A register file gives the last day of a spell: ``canonical``
adds the day, once.
"""
