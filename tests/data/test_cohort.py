"""From columns to a history: roles, codes, dates, and every refusal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tkk_cli.data.cohort import build_cohort
from tkk_cli.data.options import ColumnOptions
from tkk_cli.errors import TkkError


def frame(**columns: Any) -> pd.DataFrame:
    base: dict[str, Any] = {
        "aika": [5.0, 8.0, 8.0, 12.0, 15.0, 20.0],
        "tila": [1, 1, 0, 2, 0, 1],
        "ryhmä": ["TYK", "ASLAK", "ASLAK", "TYK", "ASLAK", "TYK"],
    }
    return pd.DataFrame(base | columns)


def cohort(data: pd.DataFrame, **options: Any) -> Any:
    return build_cohort(data, ColumnOptions(**{"time": "aika", "event": "tila", "events": "paluu=1,elake=2"} | options))


def refused(code: str, data: pd.DataFrame, **options: Any) -> TkkError:
    with pytest.raises(TkkError) as caught:
        cohort(data, **options)
    assert caught.value.code == code, caught.value
    return caught.value


def test_codes_become_causes_in_the_order_given() -> None:
    history = cohort(frame()).history
    assert history.causes == ("paluu", "elake")
    assert history.cause.tolist() == [1, 1, 0, 2, 0, 1]


def test_the_event_of_interest_comes_first() -> None:
    history = cohort(frame(), of="elake").history
    assert history.causes == ("elake", "paluu")
    assert history.cause.tolist() == [2, 2, 0, 1, 0, 2]


def test_one_event_by_its_code() -> None:
    history = cohort(frame(), event="tila==1", events=None, censored="0,2").history
    assert history.cause.tolist() == [1, 1, 0, 0, 0, 1]


def test_one_event_of_several_codes() -> None:
    made = cohort(frame(), events="loppu=1+2")
    assert made.history.causes == ("loppu",)
    assert made.history.cause.tolist() == [1, 1, 0, 1, 0, 1]
    refused("TKK204", frame(), events="a=1+2,b=2")


def test_a_message_never_lists_many_values() -> None:
    many = pd.DataFrame({"aika": range(1, 31), "tila": range(100, 130)})
    for options in ({"events": None}, {"events": "paluu=7"}, {"events": "paluu=101"}):
        error = refused("TKK205" if options["events"] is None else "TKK204", many, **options)
        assert "120" not in str(error)


def test_entry_and_exit_that_rounding_has_parted() -> None:
    data = pd.DataFrame({"aika": [0.3, 0.3, 0.5], "tila": 1, "tulo": [0.0, 0.1 + 0.2 - 5e-17, 0.0]})
    data.loc[1, "tulo"] = np.nextafter(0.3, 0)
    assert refused("TKK203", data, events="paluu=1", entry="tulo").count == 1
    assert len(cohort(data, events="paluu=1", entry="tulo", drop_empty_intervals=True).history) == 2


def test_negative_times_can_be_left_out_and_counted() -> None:
    made = cohort(frame(aika=[-1.0, 8, 8, 12, 15, 20]), drop_empty_intervals=True)
    assert made.excluded == [("entry at or after exit", 1)]


def test_a_code_zero_may_be_the_event() -> None:
    history = cohort(frame(), event="tila==0", events=None, censored="1,2").history
    assert history.cause.tolist() == [0, 0, 1, 0, 1, 0]


def test_censored_codes_that_may_compete_are_told() -> None:
    facts = dict(cohort(frame(), events="paluu=1", censored="0,2").facts)
    assert facts["competing_as_censored"] == {"codes": ["2"]}


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"events": "paluu=1"}, "2"),
        ({"events": "paluu=1,elake=7"}, "7"),
        ({"events": "paluu=1,elake=1"}, "1"),
        ({"censored": "0,1"}, "1"),
    ],
)
def test_codes_that_are_not_accounted_for(options: dict[str, str], part: str) -> None:
    assert part in refused("TKK204", frame(), **options).message


def test_the_event_is_never_guessed() -> None:
    error = refused("TKK205", frame(), events=None)
    assert "0, 1, 2" in (error.where or "")
    refused("TKK205", frame(), event=None)
    refused("TKK205", frame(), event="tila==1")
    refused("TKK213", frame(), of="kuolema")


def test_time_is_a_length_or_dates() -> None:
    refused("TKK214", frame(), time=None)
    refused("TKK214", frame(), start="aika")
    refused("TKK214", frame(), end="aika")


def test_negative_time() -> None:
    assert refused("TKK201", frame(aika=[-1.0, 8, 8, 12, 15, 20])).count == 1
    assert refused("TKK201", frame(aika=[5.0, 8, 8, 12, 15, 1e308])).count == 1
    assert refused("TKK201", frame(tulo=[-1.0, 0, 0, 0, 0, 0]), entry="tulo").count == 1


def test_empty_intervals_are_refused_or_counted() -> None:
    data = frame(tulo=[5.0, 0, 9, 0, 0, 0])
    assert refused("TKK203", data, entry="tulo").count == 2
    made = cohort(data, entry="tulo", drop_empty_intervals=True)
    assert len(made.history) == 4
    assert made.excluded == [("entry at or after exit", 2)]


def test_missing_values_are_counted_under_the_first_reason() -> None:
    data = frame(
        aika=[np.nan, 8, 8, 12, 15, 20],
        tila=[np.nan, np.nan, 0, 2, 0, 1],
        ryhmä=["TYK", "ASLAK", None, "TYK", "ASLAK", "TYK"],
    )
    made = cohort(data, group="ryhmä")
    assert made.excluded == [("missing time", 1), ("missing event", 1), ("missing group", 1)]
    assert made.n_read == 6
    assert len(made.history) == 3


def test_the_row_filter_is_a_reason_of_its_own() -> None:
    made = cohort(frame(aika=[np.nan, 8, 8, 12, 15, 20]), where="aika < 15")
    assert made.excluded == [("not selected by --where", 3)]


def test_nobody_left() -> None:
    refused("TKK202", frame(), where="aika > 100")


def test_groups_with_the_reference_first() -> None:
    history = cohort(frame(), group="ryhmä").history
    assert history.groups == ("ASLAK", "TYK")
    history = cohort(frame(), group="ryhmä", reference="TYK").history
    assert history.groups == ("TYK", "ASLAK")
    assert history.group.tolist() == [0, 1, 1, 0, 1, 0]
    refused("TKK212", frame(), group="ryhmä", reference="KIILA")
    refused("TKK212", frame(), reference="TYK")


def test_a_group_that_loses_everyone() -> None:
    data = frame(aika=[np.nan, 8, 8, np.nan, 15, np.nan])
    assert "TYK" in refused("TKK206", data, group="ryhmä", events="paluu=1,elake=2").message
    made = cohort(frame(), group="ryhmä", where="`ryhmä` == 'ASLAK'")
    assert made.history.groups == ("ASLAK",)


def test_all_censored() -> None:
    data = frame(tila=[0, 0, 0, 0, 0, 1], aika=[1.0, 2, 3, 4, 5, np.nan])
    refused("TKK207", data, events="paluu=1")
    refused("TKK207", frame(tila=0), events="paluu=1")


def test_weights() -> None:
    data = frame(paino=[1.0, 2, 0, 1.5, 1, 1])
    made = cohort(data, weights="paino", weight_kind="probability")
    assert made.excluded == [("weight is zero", 1)]
    assert made.history.weight is not None
    assert made.history.weight.tolist() == [1, 2, 1.5, 1, 1]
    refused("TKK210", data, weights="paino")
    refused("TKK210", data, weight_kind="case")
    assert refused("TKK209", data, weights="paino", weight_kind="frequency").count == 1
    assert refused("TKK208", frame(paino=[-1.0, 1, 1, 1, 1, 1]), weights="paino", weight_kind="case").count == 1


def test_clusters_and_strata_are_dense_codes() -> None:
    data = frame(paikka=[30, 10, 10, 20, 30, 20], s1=["a", "b", "a", "b", "a", "b"], s2=[1, 1, 2, 2, 1, 1])
    history = cohort(data, cluster="paikka", strata="s1,s2").history
    assert history.cluster is not None
    assert history.stratum is not None
    assert history.cluster.tolist() == [2, 0, 0, 1, 2, 1]
    assert history.stratum.tolist() == [0, 2, 1, 3, 0, 2]


def test_units() -> None:
    weeks = cohort(frame(), time_unit="week", unit="day").history
    assert weeks.exit.tolist() == [35, 56, 56, 84, 105, 140]
    made = cohort(frame(), time_unit="week")
    assert (made.unit, made.history.exit[0]) == ("week", 5)
    years = cohort(frame(), time_unit="day", unit="year").history
    assert years.exit[0] == pytest.approx(5 / 365.25)


def dates() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "alku": ["1.1.2020", "1.2.2020", "29.2.2020", "1.1.2020"],
            "loppu": ["31.12.2020", "31.12.2020", "31.12.2020", "1.3.2020"],
            "paluu": ["11.1.2020", "", "", "2.3.2020"],
            "elake": ["12.1.2020", "3.3.2020", "", ""],
            "tulo": ["1.1.2020", "5.2.2020", "1.3.2020", "1.1.2020"],
        }
    ).replace("", None)


def from_dates(**options: Any) -> Any:
    return build_cohort(dates(), ColumnOptions(**{"start": "alku", "end": "loppu"} | options))


def test_dates_first_event_wins_and_the_end_censors() -> None:
    made = from_dates(event_date="paluu=paluu,elake=elake")
    # 29 February 2020 to 31 December 2020 is 306 days; the return of the last row is a day after the end
    assert made.history.exit.tolist() == [10, 31, 306, 60]
    assert made.history.cause.tolist() == [1, 2, 0, 0]
    assert dict(made.facts)["events_after_end"] == {"n": 1}


def test_dates_entry_counts_from_the_start() -> None:
    made = from_dates(event_date="elake", entry="tulo")
    assert made.history.entry is not None
    assert made.history.entry.tolist() == [0, 4, 1, 0]


def test_dates_with_a_code_at_the_end() -> None:
    data = dates().assign(tila=[1, 2, 0, 0])
    options = ColumnOptions(start="alku", end="loppu", event="tila", events="paluu=1,elake=2", of="elake", unit="week")
    made = build_cohort(data, options)
    assert made.history.exit.tolist() == [365 / 7, 334 / 7, 306 / 7, 60 / 7]
    assert made.history.cause.tolist() == [2, 1, 0, 0]
    for extra in ({"events": None, "event": None}, {"event_date": "paluu"}, {"time_unit": "day"}):
        with pytest.raises(TkkError) as caught:
            build_cohort(data, ColumnOptions(**{**options.__dict__, **extra}))
        assert caught.value.code == "TKK214"


def test_dates_two_events_on_one_day() -> None:
    made = from_dates(event_date="b=paluu,a=paluu")
    assert made.history.cause[0] == 1
    assert dict(made.facts)["events_same_day"]["n"] == 1


def test_dates_out_of_order() -> None:
    with pytest.raises(TkkError) as caught:
        from_dates(event_date="paluu", end="alku", start="loppu")
    assert caught.value.code == "TKK211"
    for options in (
        {"event_date": None},
        {"end": None, "event_date": "paluu"},
        {"event": "tulo", "event_date": "paluu"},
    ):
        with pytest.raises(TkkError) as caught:
            from_dates(**options)
        assert caught.value.code == "TKK214"


def test_near_ties_are_one_time() -> None:
    times = [1.1 - 1, 0.1, 0.7 - 0.4, 0.3, 0.9, 1.2]
    made = cohort(frame(aika=times))
    assert made.merged == 2
    assert len(np.unique(made.history.exit)) == 4
