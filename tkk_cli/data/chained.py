"""The chained equations of ``--impute``: statsmodels' MICE, with a multinomial logit for categories.

``MICEData`` fits least squares to every variable and draws from rows with a near prediction. On the codes of a category
that makes neighbours of levels that only their order in the codebook makes neighbours, so categories have an equation
of their own here. Cycles, their order, the coefficients drawn for numbers and the matching are statsmodels'.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from statsmodels.discrete.discrete_model import MNLogit
from statsmodels.imputation.mice import MICEData
from statsmodels.regression.linear_model import OLS

from tkk_cli.histories import Float

__all__ = ["ChainedEquations"]

DONORS = 5
# Precision of a normal prior on the coefficients of a logit, per standard deviation of a number or level against the
# first: it decides only where a level is separated, and the draws would run to infinity.
PRIOR = 0.1
# On the constant the prior would move rare levels towards the first.
PRIOR_OF_CONSTANT = 1e-6
# Squared, relative to the largest: directions of the predictors that are closer to nothing are left out.
COLLINEAR = 1e-12
# In standard deviations of the variable: less than this is rounding.
TIE = 1e-9


class ChainedEquations(MICEData):  # type: ignore[misc]
    """Covariates, some with missing values, and the equations that draw these.

    Parameters
    ----------
    columns : mapping of str to (n,) float64
        Numbers in standard deviations from their mean, categories as codes from 0; NaN missing.
    levels : mapping of str to int
        How many levels each category has.
    rng : numpy.random.Generator

    Notes
    -----
    van Buuren (2018), algorithms 3.3 (matching, of type 1: rows with a value by the estimated coefficients, rows
    without by the drawn ones) and 4.3. tests/data/test_chained.py checks it by hand.
    """

    def __init__(self, columns: dict[str, Float], levels: dict[str, int], rng: np.random.Generator) -> None:
        super().__init__(pd.DataFrame(columns))
        self.rng = rng
        self._levels = levels
        for name in columns:
            # the last k_pmm that is given holds for every variable
            self.set_imputer(name, model_class=_Logit if name in levels else _Linear, k_pmm=DONORS)
            # From one value for all, as in statsmodels, variables that are missing together would be slow to part.
            known, gone = self.ix_obs[name], self.ix_miss[name]
            self._store_changes(name, rng.choice(self.data[name].to_numpy()[known], size=len(gone)))

    def get_fitting_data(self, vname: str) -> tuple[Any, ...]:
        """As in statsmodels, without its formulas: they would take nine tenths of the time."""
        values, seen, _ = self._equation(vname)
        return values, seen, {}, {}

    def get_split_data(self, vname: str) -> tuple[Any, ...]:
        """As in statsmodels; what ``predict`` is told is for ``_Linear``."""
        values, seen, wanted = self._equation(vname)
        estimated = self.results[vname].params
        of_seen = {"instead": estimated, "rng": self.rng}
        of_wanted = {"among": np.sort(seen @ estimated), "rng": self.rng}
        return values, seen, wanted, of_seen, of_wanted

    def perturb_params(self, vname: str) -> None:
        """Draw the coefficients from their asymptotic distribution, which statsmodels has for one equation only."""
        if vname not in self._levels:
            super().perturb_params(vname)
            return
        values, seen, _ = self._equation(vname)
        model = _Logit(values, seen, check_rank=False)
        earlier = self.results.get(vname)
        # a probability of nothing may pass by on the way
        with np.errstate(all="ignore"):
            result = model.fit(
                start_params=None if earlier is None else earlier.params.ravel(order="F"),
                method="minimize",
                min_method="trust-exact",
                disp=False,
                warn_convergence=False,
            )
        self.models[vname], self.results[vname] = model, result
        mean = result.params.ravel(order="F")
        root = np.linalg.cholesky(-model.hessian(mean))
        drawn = mean + np.linalg.solve(root.T, self.rng.standard_normal(mean.size))
        self.params[vname] = drawn.reshape(result.params.shape, order="F")

    def impute(self, vname: str) -> None:
        """Numbers by matching, levels by their probability."""
        if vname not in self._levels:
            super().impute(vname)
            return
        wanted = self._equation(vname)[2]
        model = self.models[vname]
        scores = wanted @ self.params[vname]
        # cdf() would overflow beyond 700, where a level is as good as certain
        chance = model.cdf(np.clip(scores, -700.0, 700.0))
        passed = np.cumsum(chance, axis=1)[:, :-1] < self.rng.random(len(wanted))[:, None]
        self._store_changes(vname, passed.sum(axis=1).astype(np.float64))

    def _equation(self, vname: str) -> tuple[Float, Float, Float]:
        """Known values of a variable; the predictors of the rows with one, and of those without."""
        known, gone = self.ix_obs[vname], self.ix_miss[vname]
        blocks = [np.ones((len(self.data), 1))]
        for name in self.data.columns:
            if name != vname:
                values = self.data[name].to_numpy()[:, None]
                blocks.append(values == np.arange(1, self._levels[name]) if name in self._levels else values)
        x = np.concatenate(blocks, axis=1, dtype=np.float64)
        seen, wanted = x[known], x[gone]
        if vname not in self._levels:
            # the same predictions from fewer columns where predictors determine each other
            size, direction = np.linalg.eigh(seen.T @ seen)
            kept = direction[:, size > COLLINEAR * size[-1]]
            seen, wanted = seen @ kept, wanted @ kept
        return self.data[vname].to_numpy()[known], seen, wanted


class _Linear(OLS):  # type: ignore[misc]
    """Least squares whose predictions are ready to be matched.

    Where predictors have few values, predictions are tied in hundreds: all of them must be donors, not the five that
    come first. A wanted prediction is therefore moved to the nearest of those it is matched with, and ties are parted
    by chance.
    """

    def predict(
        self,
        params: Any,
        exog: Any = None,
        *,
        instead: Any = None,
        among: Float | None = None,
        rng: np.random.Generator | None = None,
    ) -> Float:
        """By the coefficients given; with a generator, by those ``instead`` or moved to the nearest ``among``."""
        predicted = super().predict(params if instead is None else instead, exog)
        if among is not None:
            place = np.searchsorted(among, predicted)
            below, above = among[np.maximum(place - 1, 0)], among[np.minimum(place, len(among) - 1)]
            predicted = np.where(predicted - below < above - predicted, below, above)
        return predicted if rng is None else predicted + TIE * rng.random(len(predicted))


class _Logit(MNLogit):  # type: ignore[misc]
    """A multinomial logit with a weak normal prior; its first column is the constant."""

    def __init__(self, endog: Any, exog: Any, **kwargs: Any) -> None:
        super().__init__(endog, exog, **kwargs)
        precision = np.full((self.J - 1, self.K), PRIOR)
        precision[:, 0] = PRIOR_OF_CONSTANT
        self.precision = precision.ravel()

    def loglike(self, params: Float) -> Any:
        """With the logarithm of the prior."""
        return super().loglike(params) - 0.5 * (self.precision * params**2).sum()

    def score(self, params: Float) -> Any:
        """(K (J - 1),), one level after another."""
        return super().score(params) - self.precision * params

    def hessian(self, params: Float) -> Any:
        """Square, in the order of the score."""
        return super().hessian(params) - np.diag(self.precision)
