"""Formulas against R: the same model, written here and in R, has the same log-likelihood, coefficients and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support.source import ROOT

from tkk_cli.data.design import build_regression
from tkk_cli.data.options import CovariateOptions
from tkk_cli.models.cox import cox

# A Newton iteration is stopped at a relative change of 1e-9 in the log-likelihood, here and in R.
ITERATED = 1e-7


def fitted(event: str, formula: str, *, offset: bool = False, robust: bool = False) -> Any:
    censored = ",".join(code for code in "01234" if code != event)
    options = CovariateOptions(
        time="seuranta",
        event=f"tila=={event}",
        censored=censored,
        group="ohjelma",
        where="not missing(ika)",
        formula=formula,
    )
    regression = build_regression(ROOT / "sample_data" / "kuntoutus.csv", options)
    extra = {"offset": regression.extra["offset"]} if offset else {}
    return cox(regression.cohort.history, regression.designs[0][1], robust=robust, **extra)


# In R 4.2.2 with survival 3.5-3:
#   d <- read.csv2("kuntoutus.csv", fileEncoding = "UTF-8-BOM", colClasses = c(koulutus = "character"))
#   d <- d[!is.na(d$ika), ]; d$ohjelma <- relevel(factor(d$ohjelma), ref = "ASLAK"); d$sp <- factor(d$sukupuoli)
#   u <- sort(unique(d$ika)); k <- quantile(u, 1:2 / 3); b <- range(d$ika)   # formulaic's knots: of distinct values


def test_a_natural_spline_with_an_interaction() -> None:
    """coxph(Surv(seuranta, tila == 1) ~ ohjelma + ns(ika, knots = k, Boundary.knots = b) * sp, d)$loglik"""
    fit = fitted("1", "cr(ika, df=3) * sukupuoli")
    assert [fit.log_likelihood_null, fit.log_likelihood] == pytest.approx(
        [-3997.7353816434, -3986.6605945247], rel=1e-12
    )


def test_interactions_strata_and_clusters() -> None:
    """coxph(... ~ ohjelma * ika + factor(koulutus) + strata(sp) + cluster(toimipaikka), d[d$koulutus != "", ])"""
    fit = fitted("1", "ohjelma*ika + C(koulutus) + strata(sukupuoli) + cluster(toimipaikka)", robust=True)
    assert fit.columns[:4] == ("ohjelma[TYK]", "ohjelma[KIILA]", "ohjelma[työhön kytkeytyvä]", "ika")
    # R has the programmes in alphabetical order
    order = [1, 0, 2, 3, 4, 5, 6, 8, 7, 9]
    coefficient = [
        *(-0.58727080584050, 0.07235449328420, -0.19810702185012, -0.02011911645420, 0.15587896954941),
        *(0.29048501188593, 0.14813110893323, 0.01342703342398, 0.00219593472831, 0.00194129982020),
    ]
    error = [
        *(0.482418544993, 0.496085368738, 0.527226378144, 0.007366087692, 0.149910855424),
        *(0.144686087414, 0.164166664922, 0.009815380294, 0.010714251552, 0.011503313115),
    ]
    np.testing.assert_allclose(fit.coefficient[order], coefficient, rtol=ITERATED)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance))[order], error, rtol=ITERATED)


def test_a_reference_in_the_formula_a_logarithm_and_an_offset() -> None:
    """coxph(Surv(seuranta, tila == 2) ~ relevel(ohjelma, "KIILA") * log(ika) + strata(sp) + offset(paino), d)"""
    formula = 'C(ohjelma, Treatment("KIILA")) * log(ika) + strata(sukupuoli) + offset(paino)'
    fit = fitted("2", formula, offset=True)
    # in both: ASLAK, TYK, työhön kytkeytyvä, log(ika), and the products
    coefficient = [
        *(-0.6151546815034, -4.4180853786955, -3.5733311750913, 1.2840133331050),
        *(0.1512703834343, 1.2075932108852, 0.9657673176739),
    ]
    error = [
        *(4.5218926159841, 4.6630593189814, 4.4564654299554, 0.8134914839662),
        *(1.1578800512490, 1.1927043466713, 1.1348292351824),
    ]
    np.testing.assert_allclose(fit.coefficient, coefficient, rtol=ITERATED)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), error, rtol=ITERATED)
