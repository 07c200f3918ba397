// How fast servers are patched, by sector or any other group: Kaplan's and Meier's curve and half-life of
// each (store/survival.h, censored where a server was last seen), and whether a group differs from all the
// others by the log-rank test.
//
// N. Mantel, Evaluation of survival data and two new rank order statistics, Cancer Chemotherapy Reports 50
// (1966); J. D. Kalbfleisch, R. L. Prentice, The Statistical Analysis of Failure Time Data, section 1.5.
//
// Limits: censoring is taken to have nothing to do with patching; the test is blind to curves that cross.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "store/survival.h"

namespace afterpatch::situation {

struct LogRank {
  double observed = 0;     // patches in the first group
  double expected = 0;     // if both groups patched alike
  double statistic = 0;    // chi-squared with one degree of freedom
  double probability = 1;  // of at least that much by chance
};

LogRank log_rank(const std::vector<store::Lifetime>& a, const std::vector<store::Lifetime>& b);

struct PatchCurve {
  std::string group;  // empty: not known
  std::vector<store::SurvivalStep> steps;
  store::HalfLife half_life;
  LogRank against_others;  // observed > expected: faster than the others
};

// One curve a group, by name.
std::vector<PatchCurve> patch_curves(const std::map<std::string, std::vector<store::Lifetime>>& groups);

}  // namespace afterpatch::situation
