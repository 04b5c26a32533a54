# CPU seconds of one of R's fits, as JSON: the counterpart of models.py.
# Rscript models.R FILE.csv plain|clustered|crr|finegray
suppressPackageStartupMessages({library(survival); library(cmprsk)})
given <- commandArgs(trailingOnly = TRUE)
d <- read.csv(given[1])
columns <- c("a", "b", "c", "d", "e", "f")
work <- list(
  plain = function() coxph(Surv(time, cause) ~ a + b + c + d + e + f, d),
  clustered = function() coxph(Surv(time, cause) ~ a + b + c + d + e + f, d, cluster = person),
  crr = function() crr(d$time, d$cause, as.matrix(d[, columns])),
  finegray = function() {
    d$event <- factor(d$cause, 0:2)
    rows <- finegray(Surv(time, event) ~ ., d, id = person)
    coxph(Surv(fgstart, fgstop, fgstatus) ~ a + b + c + d + e + f, rows, weights = fgwt, cluster = person)
  }
)
cat(sprintf('{"seconds": %.4f}\n', sum(system.time(work[[given[2]]]())[c("user.self", "sys.self")])))
