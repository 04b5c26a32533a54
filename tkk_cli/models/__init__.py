"""Regression models with covariates: an event history and a design in, a ``Fit`` out.

Shared by all
    fits                  the fit that every model gives back
    newton                one Newton's method; the columns that the others determine or that have no finite estimate
    sandwich              one robust variance: scores or influences of rows, copies and clusters; Wald tests

Hazards: Cox
    cox                   the model
    partial_likelihood    its kernel, linear in the rows
    event_cells           which rows are at risk at which event times
    exact_ties            the exact likelihood of ties
    risk_sums             the kernel's sums at a fit, from which come
    zph                     the test of proportional hazards and effects over time,
    cox_residuals           residuals of rows,
    cox_curves              baselines and curves of given covariates,
    standardised            curves averaged over everyone
    time_varying          effects by period or times a function of time: rows are split, then cox

Cumulative incidences: Fine and Gray
    fine_gray             the model
    censoring_weights     how long those with a competing event count
    subdistribution       its kernel
    subdistribution_rows  the rows, sorted for the kernel
    fine_gray_scores      scores of rows, for the sandwich
    fine_gray_curves      incidences of given covariates, and averaged

Times: parametric and spline models
    parametric            accelerated failure times
    royston_parmar        a spline of log time
    transformation        what both maximise
    time_likelihood       its likelihood of exact, late-entry and interval-censored times
    standard              the distributions
    lifelines_start       estimates of lifelines to start from
    smooth_curves         survival of given covariates, and averaged

Rates and periods: pieces of follow-up
    poisson               rate ratios
    discrete              odds or hazard ratios by period
    piecewise             what both share
    glm                   their likelihoods and Newton steps on summed cells, separation included
    rates                 rates as they are, and against expected events
    rate_table            reference rates

Differences: additive hazards, means of pseudo-values
    additive              Aalen's cumulative effects
    lin_ying              constant differences of the hazard
    pseudo                survival, incidence or restricted mean at given times
"""
