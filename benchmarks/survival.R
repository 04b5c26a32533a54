# Time R's survfit, survdiff and cuminc on the same rows, reading left out.
# Prints one JSON object: part -> seconds. Run by run.py: Rscript benchmarks/survival.R FILE.csv
suppressMessages({library(survival); library(cmprsk)})
people <- read.csv2(commandArgs(trailingOnly = TRUE)[1])
people$state <- factor(people$tila, 0:3)
parts <- list(
  "survfit, one event" = function(d) survfit(Surv(seuranta, tila > 0) ~ ryhma, data = d),
  "survfit, three causes" = function(d) survfit(Surv(seuranta, state) ~ ryhma, data = d),
  "survdiff" = function(d) survdiff(Surv(seuranta, tila > 0) ~ ryhma, data = d),
  "cuminc" = function(d) cuminc(d$seuranta, d$tila, d$ryhma)
)
seconds <- sapply(parts, function(work) {
  work(head(people, 1000)) # once, so that loading code is not timed
  system.time(work(people))[["elapsed"]]
})
cat("{", paste0('"', names(seconds), '": ', seconds, collapse = ", "), "}\n", sep = "")
