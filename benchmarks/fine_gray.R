# CPU seconds of R's Fine-Gray fits with a robust variance, as JSON: the counterpart of fine_gray.py.
# Rscript fine_gray.R FILE.csv
suppressPackageStartupMessages({library(survival); library(cmprsk)})
d <- read.csv(commandArgs(trailingOnly = TRUE)[1])
columns <- c("a", "b", "c", "d", "e", "f")
d$event <- factor(d$cause, 0:2)
d$id <- seq_len(nrow(d))
cpu <- function(work) sum(system.time(work)[c("user.self", "sys.self")])
one <- cpu(crr(d$time, d$cause, as.matrix(d[, columns])))
two <- cpu({
  rows <- finegray(Surv(time, event) ~ ., d, id = id)
  coxph(Surv(fgstart, fgstop, fgstatus) ~ a + b + c + d + e + f, rows, weights = fgwt, cluster = id)
})
cat(sprintf('{"crr": %.4f, "finegray": %.4f}\n', one, two))
