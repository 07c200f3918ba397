#include "detect/events/event_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/events/event_harness.h"

namespace afterpatch::detect::events {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kSysmon = "Microsoft-Windows-Sysmon/Operational";

TEST(EventRules, TakesOnlyRulesForWindowsEvents) {
  const EventRules rules(
      user_rules(windows_rule("windows", "  s:\n    A: x\n  condition: s\n") +
                 windows_rule("web", "  s:\n    A: x\n  condition: s\n", "category: webserver") +
                 windows_rule("other service", "  s:\n    A: x\n  condition: s\n",
                              "product: windows\n  service: unknown")));
  ASSERT_THAT(rules.rules(), SizeIs(1));
  EXPECT_EQ(rules.rules()[0].rule->title, "windows");
  EXPECT_FALSE(rules.rules()[0].of_campaign);
}

TEST(EventRules, CampaignRulesComeFirstAndAreMarked) {
  SigmaRules sets = user_rules(windows_rule("mine", "  s:\n    A: x\n  condition: s\n"));
  sets.campaign = user_rules(windows_rule("theirs", "  s:\n    A: x\n  condition: s\n")).user;
  const EventRules rules(sets);
  ASSERT_THAT(rules.rules(), SizeIs(2));
  EXPECT_TRUE(rules.rules()[0].of_campaign);
  EXPECT_EQ(rules.rules()[0].rule->title, "theirs");
}

TEST(EventRules, KindsWithTheSameRulesShareAPlan) {
  const EventRules rules(
      user_rules(windows_rule("by id", "  s:\n    EventID: 7\n    A: needle\n  condition: s\n") +
                 windows_rule("any", "  s:\n    A: other\n  condition: s\n")));
  const EventPlan& one = rules.plan_for({"Application", "p", 1});
  EXPECT_EQ(&one, &rules.plan_for({"System", "q", 2}));
  EXPECT_NE(&one, &rules.plan_for({"System", "q", 7}));
  EXPECT_EQ(one.uses.size(), 1U) << "the rule for event 7 needs no literal there";
}

TEST(EventRules, KindsOfDifferentMappingsNeverShareAPlan) {
  const EventRules rules(user_rules(windows_rule("any", "  s:\n    Image: needle\n  condition: s\n")));
  const EventPlan& plain = rules.plan_for({"Security", "p", 4624});
  const EventPlan& mapped = rules.plan_for({"Security", "p", 4688});
  EXPECT_NE(&plain, &mapped);
  EXPECT_EQ(plain.mapping, Mapping::none);
  EXPECT_EQ(mapped.mapping, Mapping::process_creation);
}

TEST(EventRules, ASharedPlanServesShapesOfSeveralKinds) {
  EventHarness harness(user_rules(windows_rule("any", "  s:\n    A|contains: needle\n  condition: s\n")));
  EventLog log;
  log.add({.channel = "Application", .event_id = 1, .data = {text("A", "needle")}});
  log.add({.channel = "System", .event_id = 2, .data = {text("B", "needle"), text("A", "x")}});
  log.add({.channel = "System", .event_id = 3, .data = {text("B", "x"), text("A", "needle")}});
  std::vector<bool> matched;
  std::set<const EventPlan*> plans;
  harness.run(log, [&](const auto&, const auto&, const EventPlan& plan, const RuleNumbers& rules) {
    plans.insert(&plan);
    matched.push_back(!rules.empty());
  });
  EXPECT_THAT(matched, ElementsAre(true, false, true));
  EXPECT_THAT(plans, SizeIs(1));
}

TEST(EventRules, ARuleWithoutLiteralIsAskedOfEveryEventOfItsKind) {
  EventHarness harness(
      user_rules(windows_rule("number", "  s:\n    EventID: 7\n    A|gte: 5\n  condition: s\n") +
                 windows_rule("absent", "  s:\n    EventID: 7\n    B: null\n  condition: s\n")));
  EXPECT_THAT(harness.rules().plan_for({"System", "p", 7}).always, SizeIs(2));
  EXPECT_TRUE(harness.rules().plan_for({"System", "p", 8}).is_empty());
  EXPECT_THAT(harness.titles({.event_id = 7, .data = {text("A", "6")}}), ElementsAre("number", "absent"));
  EXPECT_THAT(harness.titles({.event_id = 7, .data = {text("A", "4"), text("B", "")}}), IsEmpty());
}

TEST(EventRules, RegistryCategoriesAskForTheirEventType) {
  EventHarness harness(
      user_rules(windows_rule("add", "  s:\n    TargetObject|contains: needle\n  condition: s\n",
                              "category: registry_add\n  product: windows") +
                 windows_rule("delete", "  s:\n    TargetObject|contains: needle\n  condition: s\n",
                              "category: registry_delete\n  product: windows")));
  const auto titles = [&](const char* type) {
    return harness.titles({.channel = kSysmon,
                           .event_id = 12,
                           .data = {text("EventType", type), text("TargetObject", "HKLM\\needle")}});
  };
  EXPECT_THAT(titles("CreateKey"), ElementsAre("add"));
  EXPECT_THAT(titles("DeleteKey"), ElementsAre("delete"));
  EXPECT_THAT(titles("DeleteValue"), ElementsAre("delete"));
  EXPECT_THAT(titles("RenameKey"), IsEmpty());
}

TEST(EventRules, ARuleSaysTheSameWhicheverOthersAreLoaded) {
  const std::string service = windows_rule("service", "  s:\n    Image|contains: needle\n  condition: s\n",
                                           "service: security\n  product: windows");
  const std::string category = windows_rule("category", "  s:\n    Image: nothing\n  condition: s\n",
                                            "category: process_creation\n  product: windows");
  const MadeEvent event{.channel = "Security", .event_id = 4688, .data = {text("NewProcessName", "needle")}};
  EXPECT_THAT(EventHarness(user_rules(service)).titles(event), ElementsAre("service"));
  EXPECT_THAT(EventHarness(user_rules(service + category)).titles(event), ElementsAre("service"));
}

TEST(EventRules, KnowsWhichLogSourcesWereMet) {
  const EventRules rules(user_rules(
      windows_rule("sysmon", "  s:\n    A: x\n  condition: s\n", "service: sysmon\n  product: windows")));
  const sigma::LogSource sysmon{.category = {}, .product = "windows", .service = "sysmon"};
  rules.plan_for({"Security", "p", 1});
  EXPECT_FALSE(rules.is_met(sysmon));
  rules.plan_for({kSysmon, "p", 99});
  EXPECT_TRUE(rules.is_met(sysmon));
  EXPECT_FALSE(rules.is_met({.category = {}, .product = "windows", .service = "security"}));
}

}  // namespace
}  // namespace afterpatch::detect::events
