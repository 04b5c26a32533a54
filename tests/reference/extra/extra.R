# Clusters, weights and late entry together; robust score tests; stratified Gray with rho; conditional curves; corners.
source("../ref_lib.R"); suppressPackageStartupMessages(library(cmprsk)); ref_start("extra")
.ref$files <- sprintf("../%s/data.csv", c("channing", "lung", "mgus2", "unempdur", "veteran"))
column <- function(x) I(unname(x))
curve <- function(s) list(time = column(s$time), n_risk = column(s$n.risk), surv = column(s$surv), std_err_surv = column(if (isFALSE(s$logse)) s$std.err else s$surv * s$std.err),
  cumhaz = column(s$cumhaz), std_err_cumhaz = column(s$std.chaz), lower = column(s$lower), upper = column(s$upper))
auc_se <- function(r, cluster) sqrt(colSums(as.matrix(rowsum(r, cluster))^2))

# 1. Kaplan-Meier, Nelson-Aalen, Aalen-Johansen: late entry + case weights + clusters
ch <- subset(read.csv("../channing/data.csv"), age > ageentry & age > 816); ch$e <- pmax(ch$ageentry, 816); ch$w <- 1 + (ch$obs %% 5) / 4; ch$cl <- ch$obs %% 23
for (g in 1:2) add(paste0("km_entry_weight_cluster_", g), "kaplan_meier", "survfit(Surv(e, age, death) ~ 1, gender == g, weights = w, cluster = cl)",
  curve(survfit(Surv(e, age, death) ~ 1, subset(ch, gender == g), weights = w, cluster = cl)))
mg <- read.csv("../mgus2/data.csv"); mg$etime <- with(mg, ifelse(pstat == 0, futime, ptime)); mg$cause <- with(mg, ifelse(pstat == 0, 2 * death, 1)); mg$ev <- factor(mg$cause, 0:2)
mg$w <- 1 + (mg$id %% 4) / 3; mg$cl <- mg$id %% 37; mg$e <- pmax(0, (mg$id %% 30) - 20); m <- subset(mg, etime > e)
for (n in c("weight", "cluster", "weight_cluster", "entry_weight_cluster")) {
  late <- grepl("entry", n); d <- if (late) m else mg; d$w1 <- if (grepl("weight", n)) d$w else rep(1, nrow(d)); d$c1 <- if (grepl("cluster", n)) d$cl else d$id; t <- c(12, 60, 120, 240)
  # survfit ignores cluster= when there are several states: the influences that it gives are summed by cluster here
  s <- if (late) survfit(Surv(e, etime, ev) ~ 1, d, weights = w1, id = id) else survfit(Surv(etime, ev) ~ 1, d, weights = w1, id = id); x <- summary(s, times = t)
  se <- t(sapply(t, function(u) auc_se(matrix(residuals(s, times = u, type = "pstate"), nrow(d)) * d$w1, d$c1)))
  if (n == "weight") stopifnot(all.equal(unname(x$std.err), unname(se)))
  add(paste0("aj_", n), "aalen_johansen", sprintf("survfit(Surv(%setime, ev) ~ 1, weights, id); residuals(type = 'pstate'), residuals(times = 120, type = 'auc') summed by cluster", if (late) "e, " else ""),
      list(time = column(t), pstate = unname(x$pstate), std_err = unname(se), auc = column(unname(summary(s, rmean = 120)$table[, "rmean"])), auc_se = column(auc_se(matrix(residuals(s, times = 120, type = "auc"), nrow(d)) * d$w1, d$c1)))) }
# group contrast of restricted means when groups share clusters: influences summed over both groups
lu <- subset(read.csv("../lung/data.csv"), !is.na(inst)); lu$dead <- lu$status - 1; lu$w <- 1 + (lu$id %% 4) / 3
r <- lapply(1:2, function(g) { k <<- subset(lu, sex == g); s <- survfit(Surv(time, dead) ~ 1, k, weights = w, cluster = inst); v <- residuals(s, times = 365, type = "auc") * k$w
  list(mean = unname(summary(s, rmean = 365)$table["rmean"]), u = tapply(v, factor(k$inst, levels = sort(unique(lu$inst))), sum)) })
z <- function(u) ifelse(is.na(u), 0, u)
add("rmst_shared_clusters", "rmst", "residuals(survfit(..., weights, cluster = inst), times = 365, type = 'auc') summed by inst", list(mean = column(sapply(r, function(x) x$mean)), se = column(sapply(r, function(x) sqrt(sum(z(x$u)^2)))),
  diff_se = sqrt(sum((z(r[[2]]$u) - z(r[[1]]$u))^2)), log_ratio_se = sqrt(sum((z(r[[2]]$u) / r[[2]]$mean - z(r[[1]]$u) / r[[1]]$mean)^2))))

# 2. robust score tests: weights, clusters, strata, late entry, more than two groups (ties = breslow)
ve <- read.csv("../veteran/data.csv"); ve$w <- 1 + (ve$id %% 4) / 3; ve$cl <- ve$id %% 19; ve$e <- ve$id %% 9; vl <- subset(ve, time > e)
score <- function(id, fit) add(id, "robust_score", paste(deparse(fit$call), collapse = ""), list(statistic = summary(fit)$robscore[["test"]], df = summary(fit)$robscore[["df"]]))
score("score_cluster", coxph(Surv(time, status) ~ factor(celltype), ve, cluster = cl, ties = "breslow"))
score("score_weight", coxph(Surv(time, status) ~ factor(celltype), ve, weights = w, robust = TRUE, ties = "breslow"))
score("score_weight_cluster_strata", coxph(Surv(time, status) ~ factor(celltype) + strata(prior, trt), ve, weights = w, cluster = cl, ties = "breslow"))
score("score_entry_weight_cluster_strata", coxph(Surv(e, time, status) ~ factor(celltype) + strata(prior), vl, weights = w, cluster = cl, ties = "breslow"))

# 3. Gray's test: strata and rho together, several groups
un <- read.csv("../unempdur/data.csv"); un$ui <- as.integer(un$ui == "yes"); un$ageg <- as.integer(cut(un$age, c(0, 25, 30, 40, 50, 70))); un$ten <- as.integer(un$tenure > 2)
for (rho in c(-0.5, 1, 2)) { ci <- cuminc(un$spell, un$cause, un$ageg, strata = un$ten, rho = rho); add(paste0("gray_strata_rho", rho), "gray_test", sprintf("cuminc(spell, cause, ageg, strata = tenure > 2, rho = %s)", rho),
  list(event = column(rownames(ci$Tests)), stat = column(ci$Tests[, "stat"]), df = column(ci$Tests[, "df"]))) }

h <- data.frame(t = c(1, 3, 5, 7, 2, 4, 6, 8), c = c(1, 2, 1, 2, 2, 1, 1, 2), g = rep(0:1, each = 4)); k <- data.frame(t = c(1, 1, 2, 3, 4, 1, 2, 2, 3, 5), c = c(1, 2, 0, 1, 2, 1, 1, 0, 2, 0), g = rep(0:1, each = 5))
for (rho in 0:1) add(paste0("gray_hand_rho", rho), "gray_test", sprintf("cuminc of 8 rows without and 10 rows with ties and censoring, rho = %d; statistics of both causes", rho), list(plain = column(cuminc(h$t, h$c, h$g, rho = rho)$Tests[, "stat"]), tied = column(cuminc(k$t, k$c, k$g, rho = rho)$Tests[, "stat"])))

# 4. survdiff: five groups, strata
un$any <- as.integer(un$cause > 0)
for (rho in c(0, 1)) { s <- survdiff(Surv(spell, any) ~ ageg + strata(ui, ten), un, rho = rho); add(paste0("survdiff_five_strata_rho", rho), "logrank_stratified", sprintf("survdiff(Surv(spell, any) ~ ageg + strata(ui, ten), rho = %s)", rho),
  list(observed = column(rowSums(s$obs)), expected = column(rowSums(s$exp)), var = unclass(s$var), chisq = s$chisq)) }
score_trend <- summary(coxph(Surv(spell, any) ~ ageg, un, ties = "breslow", weights = rep(1, nrow(un)), robust = TRUE)); add("score_trend", "robust_score", "coxph(Surv(spell, any) ~ ageg as a number, robust = TRUE, ties = 'breslow')", list(statistic = score_trend$robscore[["test"]], df = 1))

# 5. conditional curves: start.time
for (st in c(180, 310)) { s <- survfit(Surv(time, dead) ~ 1, lu, start.time = st); q <- quantile(s, c(.25, .5)); tb <- summary(s, rmean = 700)$table
  add(paste0("start_time_", st), "kaplan_meier", sprintf("survfit(Surv(time, dead) ~ 1, start.time = %s), rows with inst", st), c(curve(s), list(quantile = column(q$quantile), q_lower = column(q$lower), q_upper = column(q$upper), rmean = tb[["rmean"]], se_rmean = tb[["se(rmean)"]]))) }

# 6. confidence level 0.9
for (ct in c("log", "log-log", "plain", "logit", "arcsin")) { s <- survfit(Surv(time, dead) ~ 1, lu, conf.int = .9, conf.type = ct); q <- quantile(s, .5); add(paste0("level90_", ct), "kaplan_meier", sprintf("survfit(conf.int = .9, conf.type = '%s')", ct), list(lower = column(s$lower), upper = column(s$upper), q_lower = unname(q$lower), q_upper = unname(q$upper))) }

# 7. corners
corner <- function(id, f, d, ...) { s <- do.call(survfit, list(f, d, ...)); q <- quantile(s, .5); add(paste0("corner_", id), "corner", paste(deparse(f), collapse = ""), c(curve(s), list(median = unname(q$quantile), m_lower = unname(q$lower), m_upper = unname(q$upper)))) }
corner("01_entry_tie", Surv(a, b, d) ~ 1, data.frame(a = c(0, 0, 3, 3), b = c(3, 5, 5, 6), d = c(1, 1, 0, 1)))
corner("02_censored_tie", Surv(b, d) ~ 1, data.frame(b = c(2, 2, 3), d = c(1, 0, 1)))
near <- data.frame(b = c(1.1 - 1, .1, .7 - .4, .3, .9, 1.2), d = 1, g = c(0, 1, 0, 1, 0, 1)); corner("04_near_ties", Surv(b, d) ~ 1, near); s <- survdiff(Surv(b, d) ~ g, near); add("corner_04_near_ties_test", "corner", "survdiff", list(chisq = s$chisq))
e5 <- data.frame(a = c(0, 1.1 - 1, .3, 0, 0), b = c(.1, .3, .5, .7 - .4, .8), d = c(1, 1, 1, 1, 0)); corner("04_near_ties_entry", Surv(a, b, d) ~ 1, e5)
z5 <- data.frame(b = c(1, 2, 3), d = 1); for (ct in c("log", "log-log", "plain", "logit", "arcsin")) corner(paste0("05_zero_", ct), Surv(b, d) ~ 1, z5, conf.type = ct)
z6 <- data.frame(b = c(1, 2, 3, 4), d = c(0, 1, 0, 1)); for (ct in c("log", "log-log", "plain", "logit", "arcsin")) corner(paste0("06_one_", ct), Surv(b, d) ~ 1, z6, conf.type = ct)
corner("07_early_collapse", Surv(a, b, d) ~ 1, data.frame(a = c(0, 2, 3), b = c(1, 5, 6), d = 1)); corner("07_early_collapse_start", Surv(a, b, d) ~ 1, data.frame(a = c(0, 2, 3), b = c(1, 5, 6), d = 1), start.time = 3)
corner("08_gap", Surv(a, b, d) ~ 1, data.frame(a = c(0, 0, 5, 5, 5), b = c(1, 2, 7, 8, 9), d = c(1, 0, 1, 0, 1)))
corner("09_median_half", Surv(b, d) ~ 1, data.frame(b = 1:4, d = 1)); corner("09_median_open", Surv(b, d) ~ 1, data.frame(b = 1:4, d = c(1, 1, 0, 0))); corner("09_median_never", Surv(b, d) ~ 1, data.frame(b = 1:4, d = c(1, 0, 0, 0)))
for (ct in c("log", "log-log")) { q <- quantile(survfit(Surv(time, status) ~ 1, read.csv("../lung/data.csv"), conf.type = ct), .5); add(paste0("corner_09_lung_", ct), "corner", "quantile(survfit, .5)", list(median = q$quantile[[1]], lower = q$lower[[1]], upper = q$upper[[1]])) }
w14 <- data.frame(b = c(1, 2, 2, 3, 4, 5, 6), d = c(1, 1, 0, 1, 0, 1, 0), w = c(1.5, .5, 2, 1, 1.25, .75, 2)); corner("14_weights", Surv(b, d) ~ 1, w14, weights = w14$w); corner("14_weights_integer", Surv(b, d) ~ 1, w14, weights = c(2, 1, 3, 1, 2, 1, 2))
lm <- read.csv("../lung/data.csv"); lm <- subset(lm, !is.na(ph.ecog)); lm$m <- round(lm$time / 30.4375); s <- survdiff(Surv(time, status) ~ sex + strata(ph.ecog), lm); add("corner_16_strata", "corner", "survdiff(~ sex + strata(ph.ecog)): a stratum of one person", list(chisq = s$chisq))
s <- survfit(Surv(etime, ev) ~ 1, mg); i <- max(which(s$time <= 60)); ci <- cuminc(mg$etime, mg$cause); add("corner_19_variance", "corner", "survfit and cuminc of mgus2 at 60", list(robust = s$std.err[i, 2], aalen = sqrt(timepoints(ci, 60)$var[1, 1]), lower = s$lower[i, 2], upper = s$upper[i, 2]))
s <- survfit(Surv(time, status) ~ 1, read.csv("../lung/data.csv")); tb <- sapply(c(500, 1022, 1500), function(t) summary(s, rmean = t)$table[c("rmean", "se(rmean)")]); add("corner_20_beyond", "corner", "summary(survfit, rmean = 500, 1022, 1500)", list(rmean = column(tb[1, ]), se = column(tb[2, ])))
corner("time_zero", Surv(b, d) ~ 1, data.frame(b = c(0, 0, 1, 2, 3), d = c(1, 0, 1, 0, 1))); x <- summary(survfit(Surv(b, d) ~ 1, data.frame(b = 1:6, d = c(1, 0, 1, 1, 0, 1))), times = c(0, 2, 3, 4.5, 6, 7), extend = TRUE); add("corner_summary", "corner", "summary(survfit, times =, extend = TRUE)", list(time = column(x$time), n_risk = column(x$n.risk), n_event = column(x$n.event), n_censor = column(x$n.censor), surv = column(x$surv)))
ref_write("extra.json")
