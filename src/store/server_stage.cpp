#include "store/server_stage.h"

#include <fmt/format.h>

namespace afterpatch::store {
namespace {

constexpr std::string_view kHunted =
    "EXISTS (SELECT 1 FROM statement t WHERE t.subject_kind = 'server' AND t.kind = 'hunted' AND t.subject = "
    "(CASE WHEN s.address LIKE '%:%' THEN '[' || s.address || ']' ELSE s.address END) || ':' || CAST(s.port "
    "AS "
    "TEXT))";

std::string with_case(std::string_view moment) {
  return fmt::format(
      "EXISTS (SELECT 1 FROM case_server k JOIN victim_case v ON v.number = k.case_number WHERE k.address = "
      "s.address AND k.port = s.port AND v.{} IS NOT NULL)",
      moment);
}

std::string at_least(int level, std::string_view certainty) {
  std::string condition = fmt::format("s.compromise >= {}", level);
  if (certainty == "certain") return condition + " AND s.compromise_confidence = 'confirmed'";
  if (certainty == "counted") return condition + " AND s.compromise_confidence IN ('confirmed', 'likely')";
  return condition;
}

std::string exposed(std::string_view certainty) {
  return certainty == "certain" ? "s.exposure IN ('unpatched', 'unsupported', 'patched')"
                                : "s.exposure NOT IN ('', 'not-affected')";
}

std::string unpatched(std::string_view certainty) {
  return certainty == "possible"
             ? "(s.first_open IS NOT NULL OR s.exposure IN ('build-ambiguous', 'unknown'))"
             : "s.first_open IS NOT NULL";
}

std::string open_now(std::string_view certainty) {
  return certainty == "possible" ? "s.exposure IN ('unpatched', 'unsupported', 'build-ambiguous', 'unknown')"
                                 : "s.exposure IN ('unpatched', 'unsupported')";
}

}  // namespace

std::optional<std::string> stage_condition(std::string_view stage, std::string_view certainty) {
  if (certainty != "certain" && certainty != "counted" && certainty != "possible") return std::nullopt;
  if (stage == "exposed") return exposed(certainty);
  if (stage == "unpatched") return unpatched(certainty);
  if (stage == "open") return open_now(certainty);
  if (stage == "build-unknown") return "s.exposure IN ('build-ambiguous', 'unknown')";
  if (stage == "unattributed")
    return "s.organisation = '' AND (s.first_open IS NOT NULL OR s.compromise >= 2)";
  if (stage == "patched") return "s.first_open IS NOT NULL AND s.patched IS NOT NULL";
  if (stage == "told-of") return "(s.first_open IS NOT NULL OR s.compromise >= 2)";
  if (stage == "hunted") return std::string(kHunted);
  if (stage == "exploited") return at_least(2, certainty);
  if (stage == "backdoored") return at_least(3, certainty);
  if (stage == "backdoored-and-hunted") return fmt::format("{} AND {}", at_least(3, certainty), kHunted);
  if (stage == "seen-outside") return fmt::format("s.compromise >= 2 AND NOT {}", kHunted);
  if (stage == "re-entered") return at_least(4, certainty);
  for (const std::string_view moment : {"notified", "reached", "clean"})
    if (stage == moment) return with_case(moment);
  return std::nullopt;
}

}  // namespace afterpatch::store
