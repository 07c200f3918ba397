#include "detect/events/known_fields.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "detect/sigma/map_event.h"
#include "detect/sigma/reference_evaluator.h"

namespace afterpatch::detect::events {
namespace {

using sigma::Fields;
using sigma::Rule;
using Values = std::vector<std::string>;

Rule rule_of(const std::string& first, const std::string& second, const std::string& condition) {
  const auto set = sigma::load_detection(
      fmt::format("  a:\n    {}\n  b:\n    {}\n  condition: {}\n", first, second, condition));
  if (set.rules.size() != 1) throw std::logic_error(set.refused.at(0).reason);
  return set.rules[0];
}

Rule rule_of(const std::string& item) {
  return rule_of(item, "Unused: x", "a");
}

// What the rest of an event may be when the key is known: each field absent or with one of a few values.
std::vector<Fields> completions(const EventKey& key) {
  const auto known = [](const std::string& text) { return std::vector<Values>{{text}}; };
  const std::vector<Values> ids =
      key.event_id != 0 ? known(std::to_string(key.event_id)) : std::vector<Values>{{}, {"0"}};
  const std::vector<Values> channels =
      !key.channel.empty() ? known(key.channel) : std::vector<Values>{{}, {""}};
  std::vector<Fields> all;
  for (const Values& id : ids)
    for (const Values& channel : channels)
      for (const Values& other : {Values{}, Values{"x"}, Values{"y 1"}, Values{"x", "y"}}) {
        Fields fields = {{"Provider_Name", {key.provider}}};
        if (!id.empty()) fields["EventID"] = id;
        if (!channel.empty()) fields["Channel"] = fields["channel"] = channel;
        if (!other.empty()) fields["Other"] = other;
        all.push_back(std::move(fields));
      }
  return all;
}

bool some_completion_matches(const Rule& rule, const EventKey& key) {
  return std::ranges::any_of(completions(key),
                             [&](const Fields& fields) { return sigma::reference_matches(rule, fields); });
}

// Every condition of up to three words out of a and b.
std::vector<std::string> conditions() {
  const std::vector<std::string> words = {"a", "b", "not a", "not b"};
  std::vector<std::string> all = words;
  for (const std::string& x : words)
    for (const std::string& y : words)
      for (const char* how : {"({} and {})", "({} or {})", "not ({} and {})", "not ({} or {})"})
        all.push_back(fmt::format(fmt::runtime(how), x, y));
  const std::vector<std::string> pairs(all.begin() + 4, all.end());
  for (std::size_t i = 0; i < pairs.size(); i += 3) all.push_back(fmt::format("{} and (a or b)", pairs[i]));
  return all;
}

const std::vector<std::string> kItems = {
    "EventID: 1",
    "EventID: [2, '1']",
    "EventID|gte: 2",
    "EventID|neq: 1",
    "EventID: null",
    "EventID|exists: true",
    "EventID: 0",
    "Channel: sec*",
    "Channel|re: '^S'",
    "channel|contains|all: [SEC, rit]",
    "Channel|neq: System",
    "Channel: null",
    "Provider_Name|endswith: x",
    "Other: x",
    "Other|neq: x",
    "Other: null",
};

const std::vector<EventKey> kKeys = {{"Security", "px", 1}, {"Security", "p", 2}, {"System", "px", 2},
                                     {"System", "p", 1},    {"", "px", 1},        {"", "p", 0},
                                     {"Security", "p", 0}};

// The heart of it: what is pruned can't match, whatever the rest of the event is.
TEST(KnownFields, WhatIsPrunedMatchesWithNoCompletion) {
  std::size_t pruned = 0;
  std::size_t asked = 0;
  for (const std::string& first : kItems) {
    for (const std::string& second : kItems) {
      for (const std::string& condition : conditions()) {
        const Rule rule = rule_of(first, second, condition);
        for (const EventKey& key : kKeys) {
          if (can_match(rule, key)) {
            ++asked;
            continue;
          }
          ++pruned;
          ASSERT_FALSE(some_completion_matches(rule, key))
              << first << " / " << second << " / " << condition << " / " << key.channel << key.event_id;
        }
      }
    }
  }
  EXPECT_GT(pruned, 1000U);
  EXPECT_GT(asked, 1000U);
}

// It is not only sound: where everything is known, nothing is asked in vain.
TEST(KnownFields, WhereAllIsKnownTheAnswerIsExact) {
  const std::vector<std::string> known = {"EventID: 1",    "EventID|gte: 2",   "EventID|neq: 1",
                                          "Channel: sec*", "Channel|re: '^S'", "Provider_Name|endswith: x"};
  for (const std::string& first : known) {
    for (const std::string& second : known) {
      for (const std::string& condition : conditions()) {
        const Rule rule = rule_of(first, second, condition);
        for (const EventKey& key : kKeys) {
          if (key.event_id == 0 || key.channel.empty()) continue;
          ASSERT_EQ(can_match(rule, key), some_completion_matches(rule, key))
              << first << " / " << second << " / " << condition;
        }
      }
    }
  }
}

TEST(KnownFields, ARuleForAnotherEventIdIsNotAsked) {
  EXPECT_FALSE(can_match(rule_of("EventID: 4720"), {"Security", "p", 4624}));
  EXPECT_TRUE(can_match(rule_of("EventID: 4720"), {"Security", "p", 4720}));
  EXPECT_FALSE(can_match(rule_of("EventID: 4720", "Other: x", "a and b"), {"Security", "p", 4624}));
  EXPECT_TRUE(can_match(rule_of("EventID: 4720", "Other: x", "a or b"), {"Security", "p", 4624}));
  EXPECT_TRUE(can_match(rule_of("EventID: 4720", "Other: x", "not a and not b"), {"Security", "p", 4624}));
}

TEST(KnownFields, TheTextOfAnOddlyWrittenEventIdMayBeAnything) {
  const EventKey plain = {"Security", "p", 4624};
  const EventKey odd = {"Security", "p", 4624, true};
  EXPECT_FALSE(can_match(rule_of("EventID: '04624'"), plain));
  EXPECT_TRUE(can_match(rule_of("EventID: '04624'"), odd));
  EXPECT_TRUE(can_match(rule_of("EventID: '4624'", "Other: x", "not a"), odd));
}

TEST(KnownFields, WhatTheEventLacksMayBeAnything) {
  EXPECT_TRUE(can_match(rule_of("Channel: Security"), {"", "p", 1}));
  EXPECT_TRUE(can_match(rule_of("Channel: null"), {"", "p", 1}));
  EXPECT_TRUE(can_match(rule_of("EventID: 0", "Other: x", "not a"), {"Security", "p", 0}))
      << "0 is also said where the event has none";
}

}  // namespace
}  // namespace afterpatch::detect::events
