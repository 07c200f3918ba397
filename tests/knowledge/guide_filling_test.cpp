#include "knowledge/guide_filling.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::knowledge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

GuideStep step_with(std::string text, std::vector<std::string> commands = {}) {
  GuideStep step;
  step.text = std::move(text);
  step.commands = std::move(commands);
  return step;
}

TEST(GuideFilling, WhatIsKnownStandsInTheText) {
  GuideFacts facts;
  facts.names = {"mail.example.org", "autodiscover.example.org"};
  facts.first_evidence = "2021-02-28 11:05 UTC";
  facts.door_paths = {"\\a.aspx", "\\b.aspx"};
  const auto step = filled(step_with("{server}: {first_evidence}; {door_paths}"), facts);
  EXPECT_EQ(step.text, "mail.example.org: 2021-02-28 11:05 UTC; \\a.aspx, \\b.aspx");
}

TEST(GuideFilling, WhatIsNotKnownIsSaidAndNoPlaceholderStays) {
  GuideFacts facts;
  facts.not_known = "not known before a hunt";
  const auto step =
      filled(step_with("{server}: {first_evidence}; {door_paths}, {attacker_addresses}"), facts);
  EXPECT_EQ(step.text, "this server: no time known; not known before a hunt, not known before a hunt");
}

TEST(GuideFilling, ACommandWithAHoleIsLeftOutAndTheOthersStay) {
  GuideFacts facts;
  facts.door_paths = {"\\seen-but-gone.aspx"};
  const auto step = filled(step_with("", {"Move-Item @({door_paths})", "iisreset"}), facts);
  EXPECT_THAT(step.commands, ElementsAre("iisreset"));
}

TEST(GuideFilling, AValueIsNeverTakenForAPlaceholder) {
  GuideFacts facts;
  facts.names = {"{door_paths}"};
  facts.door_paths = {"\\a.aspx"};
  EXPECT_EQ(filled(step_with("{server}"), facts).text, "{door_paths}");
}

TEST(GuideFilling, AListForPowerShellHoldsAtMostFiftyValues) {
  const std::string list = to_powershell_list(std::vector<std::string>(60, "a"));
  EXPECT_EQ(std::ranges::count(list, ','), 49);
  EXPECT_THAT(list, HasSubstr("'a','a'"));
}

}  // namespace
}  // namespace afterpatch::knowledge
