#include "detect/sigma/witness.h"

#include "detect/sigma/rule_set.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "detect/sigma/map_event.h"
#include "detect/sigma/random_rules.h"
#include "detect/sigma/record_event.h"

namespace afterpatch::detect::sigma {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> literals_of(const std::string& detection) {
  const RuleSet set = load_detection(detection);
  EXPECT_EQ(set.rules.size(), 1U) << (set.refused.empty() ? "" : set.refused[0].reason);
  std::vector<std::string> texts;
  for (const Literal& literal : witnesses_of(set.rules.at(0)).value_or(std::vector<Literal>{}))
    texts.push_back(literal.text);
  return texts;
}

std::string reason_of(const std::string& detection) {
  return why_no_witness(load_detection(detection).rules.at(0));
}

TEST(Witness, OfSeveralThatMustHoldTheRarestIsTaken) {
  EXPECT_THAT(
      literals_of("  s:\n    m: POST\n    u|contains: /owa/\n    q|contains: Zx9QwErTy\n  condition: s\n"),
      ElementsAre("zx9qwerty"));
}

TEST(Witness, OfSeveralOfWhichOneMustHoldAllAreTaken) {
  EXPECT_THAT(literals_of("  s:\n    q|contains: [first-thing, second-thing]\n  condition: s\n"),
              ElementsAre("first-thing", "second-thing"));
}

TEST(Witness, WhatIsNegatedGivesNothing) {
  EXPECT_THAT(literals_of("  s:\n    q: first-thing\n  t:\n    q: second-thing\n  condition: s and not t\n"),
              ElementsAre("first-thing"));
  EXPECT_EQ(reason_of("  s:\n    q: first-thing\n  condition: not s\n"), "it asks what is not in the row");
  EXPECT_EQ(reason_of("  s:\n    q|neq: first-thing\n  condition: s\n"), "it asks what is not in the row");
  EXPECT_THAT(literals_of("  s:\n    q|neq: first-thing\n  condition: not s\n"), ElementsAre("first-thing"));
}

TEST(Witness, RunsBreakWhereTheRowMayBeWrittenOtherwise) {
  EXPECT_THAT(literals_of("  s:\n    u|contains: '/a.aspx\\?evil-command=\"x'\n  condition: s\n"),
              ElementsAre("evil-command="));
  EXPECT_THAT(literals_of("  s:\n    u|contains: \"it's-a-secret\"\n  condition: s\n"),
              ElementsAre("s-a-secret"));
  EXPECT_THAT(literals_of("  s:\n    u|contains: 'caf\xC3\xA9-latte'\n  condition: s\n"),
              ElementsAre("-latte"));
}

std::vector<std::string> literals_in_iis_rows(const std::string& detection) {
  WitnessOptions options;
  options.iis_rows = true;
  const auto literals = witnesses_of(load_detection(detection).rules.at(0), options);
  std::vector<std::string> texts;
  for (const Literal& literal : literals.value_or(std::vector<Literal>{})) texts.push_back(literal.text);
  return texts;
}

TEST(Witness, IisPartsPathAndQueryByASpaceWhereRulesSeeAQuestionMark) {
  EXPECT_THAT(literals_in_iis_rows("  s:\n    c-uri|contains: '/a.zip\\?d=evil'\n  condition: s\n"),
              ElementsAre("/a.zip d=evil", "/a.zip?d=evil"));
  EXPECT_THAT(literals_in_iis_rows("  s:\n    c-uri|re: '\\.(zip|chm)\\?d=[0-9]'\n  condition: s\n"),
              ElementsAre(".chm d=", ".chm?d=", ".zip d=", ".zip?d="));
}

TEST(Witness, IisWritesASpaceInAColumnAsAPlus) {
  EXPECT_THAT(literals_in_iis_rows("  s:\n    cs-user-agent|contains: 'evil agent'\n  condition: s\n"),
              ElementsAre("evil+agent"));
  EXPECT_THAT(literals_in_iis_rows("  s:\n    - 'evil keyword'\n  condition: s\n"),
              ElementsAre("evil keyword", "evil+keyword"));
}

TEST(Witness, ASpaceMayBeAPlus) {
  const RuleSet set = load_detection("  s:\n    u|contains: 'evil agent'\n  condition: s\n");
  const auto literals = witnesses_of(set.rules.at(0));
  ASSERT_TRUE(literals);
  EXPECT_THAT(*literals, ElementsAre(Literal{"evil agent", true, "", false}));
}

TEST(Witness, ExpressionsGiveTheirNecessaryTexts) {
  EXPECT_THAT(literals_of("  s:\n    u|re: '(first-thing|second-thing)[0-9]+'\n  condition: s\n"),
              ElementsAre("first-thing", "second-thing"));
  EXPECT_THAT(reason_of("  s:\n    u|re: '[0-9]{4}.*'\n  condition: s\n"), HasSubstr("no necessary text"));
}

// RE2 takes K (U+212A) for k when case is ignored, and the row then holds other bytes.
TEST(Witness, ExpressionsThatIgnoreCaseDoNotRelyOnLettersThatFoldBeyondAscii) {
  EXPECT_THAT(literals_of("  s:\n    u|re|i: 'abckdefgh'\n  condition: s\n"), ElementsAre("defgh"));
}

TEST(Witness, NumbersAndNetworksGiveNothing) {
  EXPECT_THAT(reason_of("  s:\n    u: 123456\n  condition: s\n"), HasSubstr("is not told by a text"));
  EXPECT_THAT(reason_of("  s:\n    u|cidr: 10.0.0.0/8\n  condition: s\n"),
              HasSubstr("is not told by a text"));
  EXPECT_THAT(reason_of("  s:\n    u: null\n  condition: s\n"), HasSubstr("is not told by a text"));
}

TEST(Witness, LongLiteralsAreCutToTheirRarestPiece) {
  WitnessOptions options;
  options.max_length = 8;
  const RuleSet set = load_detection("  s:\n    u|contains: 'mozilla/5.0zzzzzzzz'\n  condition: s\n");
  const auto literals = witnesses_of(set.rules.at(0), options);
  ASSERT_TRUE(literals);
  EXPECT_LE(literals->at(0).text.size(), 8U);
}

// --- soundness ---

// How IIS writes a value: spaces of headers as '+', path and query apart, nothing as '-'.
struct W3cRow {
  std::vector<std::string> cells;
  std::string line;
};

const std::vector<std::string> kW3cColumns = {"cs-method", "cs-uri-stem", "cs-uri-query", "cs(User-Agent)",
                                              "sc-status"};
const std::vector<std::string> kCsvColumns = {"Method", "UrlStem", "UrlQuery", "UserAgent", "HttpStatus"};
const std::vector<std::string> kRuleFields = {"cs-method",     "cs-uri-stem", "cs-uri-query",
                                              "cs-user-agent", "sc-status",   "c-uri"};
const std::vector<std::string> kWords = {
    "x.aspx",     "cmd=dir",   "evil", "Agent", "-z",     "\"q\"",    "it's",
    "200",        "\xC3\xA9t", "POST", "key",   "abcdef", "YWJjZGVm", "x.aspx\\?cmd=dir",
    "evil Agent", "key?x"};

std::string random_text(RandomRules& random, const char* space) {
  std::string text;
  for (std::size_t n = random.below(4); n > 0; --n) text += random.word() + (random.chance(40) ? space : "");
  return text;
}

W3cRow random_w3c_row(RandomRules& random) {
  W3cRow row;
  for (std::size_t i = 0; i < kW3cColumns.size(); ++i) {
    std::string cell = random_text(random, i == 3 ? "+" : "");
    std::ranges::replace(cell, ' ', '+');
    if (random.chance(5))
      cell +=
          "\xE2\x84\xAA"
          "ey";  // KELVIN SIGN
    row.cells.push_back(cell.empty() ? "-" : cell);
    row.line += (i == 0 ? "" : " ") + row.cells.back();
  }
  return row;
}

W3cRow random_csv_row(RandomRules& random) {
  W3cRow row;
  for (std::size_t i = 0; i < kCsvColumns.size(); ++i) {
    row.cells.push_back(random_text(random, " "));
    std::string written = row.cells.back();
    for (std::size_t at = 0; (at = written.find('"', at)) != std::string::npos; at += 2)
      written.insert(at, "\"");
    row.line +=
        (i == 0 ? "" : ",") + (written.find('"') == std::string::npos ? written : "\"" + written + "\"");
  }
  return row;
}

bool stands_in(const Literal& literal, const std::string& line) {
  const auto same = [&](char in_line, char wanted) {
    return to_lower_ascii(in_line) == wanted || (literal.space_or_plus && wanted == ' ' && in_line == '+');
  };
  return !std::ranges::search(line, literal.text, same).empty();
}

// How many matches on random rows were seen to hold a literal of their rule.
std::size_t count_proven(const WitnessOptions& options, unsigned csv_percent) {
  std::size_t proven = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    RandomRules random(seed, kRuleFields, kWords);
    const RuleSet set = parse_rules(random.rule(), "random");
    EXPECT_EQ(set.rules.size(), 1U);
    const auto literals = witnesses_of(set.rules.at(0), options);
    if (!literals) continue;
    const Rule* rules[] = {&set.rules[0]};
    const Program program(rules);
    Memo memo(program);
    RecordEvent event;
    for (int i = 0; i < 300; ++i) {
      const bool csv = random.chance(csv_percent);
      const W3cRow row = csv ? random_csv_row(random) : random_w3c_row(random);
      const FieldMap map(program.field_names(), csv ? kCsvColumns : kW3cColumns);
      const std::vector<std::string_view> values(row.cells.begin(), row.cells.end());
      event.start(map, values, row.line);
      memo.start_record();
      if (!program.matches(0, event, memo)) continue;
      const std::string in_log = "\n" + row.line + (random.chance(50) ? "\r\n" : "\n");
      const bool holds_one =
          std::ranges::any_of(*literals, [&](const Literal& literal) { return stands_in(literal, in_log); });
      EXPECT_TRUE(holds_one) << "seed " << seed << "\n" << row.line;
      ++proven;
    }
  }
  return proven;
}

// Whatever a rule matches holds one of its literals in the bytes of the row.
TEST(Witness, IsSoundOnRandomRulesAndRows) {
  WitnessOptions options;
  options.max_share = 1e9;
  EXPECT_GT(count_proven(options, 50), 1000U);
}

TEST(Witness, IsSoundOnRandomRulesAndRowsOfIis) {
  WitnessOptions options;
  options.max_share = 1e9;
  options.iis_rows = true;
  EXPECT_GT(count_proven(options, 0), 1000U);
}

}  // namespace
}  // namespace afterpatch::detect::sigma

namespace afterpatch::detect::sigma {
namespace {

// One rule without necessary literals would make every row of its log be read (docs/performance.md).
TEST(Witness, EveryCampaignRuleHasSome) {
  const std::filesystem::path campaigns =
      std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge/campaigns";
  std::size_t rules = 0;
  for (const auto& campaign : std::filesystem::directory_iterator(campaigns)) {
    for (const Rule& rule : load_rules({campaign.path() / "rules/sigma"}).rules) {
      ++rules;
      for (const Route& route : routes()) {
        if (!applies(rule.log_source, route)) continue;
        EXPECT_TRUE(witnesses_of(rule, witness_options(route)))
            << rule.file << ": " << why_no_witness(rule, witness_options(route));
      }
    }
  }
  EXPECT_GT(rules, 0U);
}

}  // namespace
}  // namespace afterpatch::detect::sigma
