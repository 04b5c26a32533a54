# Time R's survfit, survdiff and cuminc on the same rows, reading left out.
# Prints one JSON object: part -> list of seconds. Run by run.py: Rscript benchmarks/survival.R FILE.csv TIMES
suppressMessages({library(survival); library(cmprsk)})
arguments <- commandArgs(trailingOnly = TRUE)
times <- as.integer(arguments[2])
people <- read.csv2(arguments[1])
people$state <- factor(people$tila, 0:3)
parts <- list(
  "survfit, one event" = function() survfit(Surv(seuranta, tila > 0) ~ ryhma, data = people),
  "survfit, three causes" = function() survfit(Surv(seuranta, state) ~ ryhma, data = people),
  survdiff = function() survdiff(Surv(seuranta, tila > 0) ~ ryhma, data = people),
  cuminc = function() cuminc(people$seuranta, people$tila, people$ryhma)
)
seconds <- sapply(parts, function(work) {
  found <- sapply(seq_len(times), function(i) system.time(work())[["elapsed"]])
  paste0("[", paste(found, collapse = ", "), "]")
})
cat("{", paste0('"', names(seconds), '": ', seconds, collapse = ", "), "}\n", sep = "")
