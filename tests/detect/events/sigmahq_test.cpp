// SigmaHQ's own regression data: event logs on which one rule each must fire a known number of times. Opt-in,
// since neither rules nor logs are ours: AFTERPATCH_SIGMAHQ names a checkout of SigmaHQ/sigma.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "detect/events/event_logs.h"
#include "detect/sigma/rule_set.h"

namespace afterpatch::detect::events {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

struct Case {
  std::string rule;
  fs::path log;
  std::optional<std::uint64_t> matches;  // at least one when they give no number
};

// Their numbers for four logs are lower than what is in them. Each of these events was read and fits the
// rule: three different procdump*.exe were written; user.conf of AnyDesk in three writings; three values of
// one zone map; both AutoShareServer and AutoShareWks were set.
const std::map<std::string, std::uint64_t> kReallyIn = {{"8fbf3271-1ef6-4e94-8210-03c2317947f6", 3},
                                                        {"0b9ad457-2554-44c1-82c2-d56a99c42377", 3},
                                                        {"45e112d0-7759-4c2a-aa36-9f8fb79d3393", 3},
                                                        {"c7dcacd0-cc59-4004-b0a4-1d6cdebe6f3e", 2}};

// One info.yml: its rules and their logs.
std::vector<Case> cases_of(const fs::path& checkout, const fs::path& info) {
  std::vector<Case> cases;
  const YAML::Node root = YAML::LoadFile(info.string());
  for (const auto& test : root["regression_tests_info"]) {
    if (test["type"].as<std::string>("") != "evtx") continue;
    for (const auto& rule : root["rule_metadata"]) {
      cases.push_back(
          {rule["id"].as<std::string>(), checkout / test["path"].as<std::string>(),
           test["match_count"] ? std::optional(test["match_count"].as<std::uint64_t>()) : std::nullopt});
    }
  }
  return cases;
}

std::vector<Case> all_cases(const fs::path& checkout) {
  std::vector<Case> cases;
  for (const auto& entry : fs::recursive_directory_iterator(checkout / "regression_data")) {
    if (entry.path().filename() != "info.yml") continue;
    const auto of_info = cases_of(checkout, entry.path());
    cases.insert(cases.end(), of_info.begin(), of_info.end());
  }
  return cases;
}

sigma::RuleSet rules_of(const fs::path& checkout) {
  std::vector<fs::path> folders;
  for (const char* name : {"rules", "rules-emerging-threats", "rules-threat-hunting"})
    folders.push_back(checkout / name);
  return sigma::load_rules(folders);
}

std::map<std::string, std::uint64_t> matches_in(const EventRules& rules, const fs::path& log) {
  const BlockOutcome outcome = search_evtx(rules, content_of(log));
  std::map<std::string, std::uint64_t> matches;
  // Their checker does not look for what is left over behind the end of a log.
  for (const Detection& detection : outcome.detections)
    if (detection.field("recovered").empty()) ++matches[detection.rule_id];
  return matches;
}

TEST(SigmaHq, EveryRuleFiresAsOftenAsItsRegressionDataSays) {
  const char* checkout = std::getenv("AFTERPATCH_SIGMAHQ");
  if (checkout == nullptr) GTEST_SKIP() << "AFTERPATCH_SIGMAHQ names no checkout of SigmaHQ's rules";
  const EventRules rules = event_rules(rules_of(checkout));
  const std::vector<Case> cases = all_cases(checkout);
  EXPECT_GE(cases.size(), 202U);
  for (const Case& one : cases) {
    const std::uint64_t found = matches_in(rules, one.log)[one.rule];
    EXPECT_GE(found, 1U) << one.rule << " on " << one.log;
    const auto corrected = kReallyIn.find(one.rule);
    const auto wanted = corrected != kReallyIn.end() ? corrected->second : one.matches.value_or(found);
    EXPECT_EQ(found, wanted) << one.rule << " on " << one.log;
  }
}

// What a rule matched, and when. Record ids are no key: those of a log that was saved anew count from 1,
// while its events still say their old ones.
using Matched = std::set<std::pair<std::string, std::string>>;

Matched matched(const BlockOutcome& outcome) {
  Matched all;
  for (const Detection& detection : outcome.detections)
    if (detection.field("recovered").empty())
      all.emplace(detection.time ? to_iso8601(*detection.time) : "", detection.rule_id);
  return all;
}

std::string shown(const Matched& matches) {
  std::string text;
  for (const auto& [time, rule] : matches) text += rule + " at " + time + "\n";
  return text;
}

// Beside each log stands the same in JSON, as evtx_dump wrote it.
TEST(SigmaHq, TheJsonTwinOfALogMatchesTheSameRules) {
  const char* checkout = std::getenv("AFTERPATCH_SIGMAHQ");
  if (checkout == nullptr) GTEST_SKIP() << "AFTERPATCH_SIGMAHQ names no checkout of SigmaHQ's rules";
  const EventRules rules = event_rules(rules_of(checkout));
  std::size_t compared = 0;
  for (const Case& one : all_cases(checkout)) {
    fs::path twin = one.log;
    twin.replace_extension(".json");
    if (!fs::exists(twin)) continue;
    ++compared;
    const Matched direct = matched(search_evtx(rules, content_of(one.log)));
    const Matched exported =
        matched(search_export(rules, content_of(twin), records::event_export::Format::json));
    EXPECT_EQ(shown(exported), shown(direct)) << twin;
  }
  EXPECT_GE(compared, 200U);
}

}  // namespace
}  // namespace afterpatch::detect::events
