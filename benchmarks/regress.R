# CPU seconds of R's Cox fits, as JSON: the counterpart of regress.py.
# Rscript regress.R FILE.csv plain|clustered
suppressPackageStartupMessages(library(survival))
given <- commandArgs(trailingOnly = TRUE)
d <- read.csv(given[1])
cpu <- function(work) sum(system.time(work)[c("user.self", "sys.self")])
clustered <- given[2] == "clustered"
seconds <- if (clustered) {
  cpu(coxph(Surv(time, event) ~ a + b + c + d + e + f, d, cluster = person))
} else {
  cpu(coxph(Surv(time, event) ~ a + b + c + d + e + f, d))
}
cat(sprintf('{"seconds": %.4f}\n', seconds))
