"""Synthetic registers: careers with planted truth, written as the raw files of Finnish registers and of DREAM.

``draws`` (random whole numbers) -> ``hazards`` (arbitrary tables) -> ``careers`` (who is in which state on which day)
-> ``folk``, ``etk_kela``, ``dream`` (raw tables of a register) -> ``traps`` and ``bad_rows`` (planted on request)
-> ``writing`` (files) and ``texts`` (``registers.toml``, ``cohort.toml``, README), led by ``simulate``.
"""
