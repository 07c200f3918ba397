#include "assess/scanner_actions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using testing::HasSubstr;

detect::Detection event(std::initializer_list<std::pair<std::string, std::string>> fields) {
  detect::Detection d;
  d.time = hand_made::at("2021-03-05 08:00:00");
  d.fields = {{"provider", "Microsoft-Windows-Windows Defender"}};
  d.fields.insert(d.fields.end(), fields.begin(), fields.end());
  return d;
}

ScannerOutcome outcome_of(std::string id, std::string action_id, std::string action, std::string code) {
  const auto action_told = scanner_action(event({{"event-id", std::move(id)},
                                                 {"action-id", std::move(action_id)},
                                                 {"action", std::move(action)},
                                                 {"error-code", std::move(code)}}));
  return action_told ? action_told->outcome : ScannerOutcome::untold;
}

TEST(ScannerActions, CleanedQuarantinedAndRemovedAreTakenAway) {
  for (const char* id : {"1", "2", "3"})
    EXPECT_EQ(outcome_of("1117", id, "", "0x00000000"), ScannerOutcome::taken_away) << id;
}

TEST(ScannerActions, TheIdCountsBeforeANameInAnotherLanguage) {
  EXPECT_EQ(outcome_of("1117", "2", "Quarantäne", "0x00000000"), ScannerOutcome::taken_away);
  EXPECT_EQ(outcome_of("1117", "", "Quarantine", "0"), ScannerOutcome::taken_away);
  EXPECT_EQ(outcome_of("1117", "", "Quarantäne", "0"), ScannerOutcome::untold);
}

TEST(ScannerActions, AllowedIgnoredAndBlockedAreLeftThere) {
  for (const char* id : {"6", "9", "10"})
    EXPECT_EQ(outcome_of("1117", id, "", "0x00000000"), ScannerOutcome::let_alone) << id;
}

TEST(ScannerActions, AnErrorIsAFailureWhateverTheAction) {
  EXPECT_EQ(outcome_of("1117", "2", "Quarantine", "0x80508023"), ScannerOutcome::failed);
  EXPECT_EQ(outcome_of("1118", "2", "Quarantine", ""), ScannerOutcome::failed);
  EXPECT_EQ(outcome_of("1119", "", "", "0x80070005"), ScannerOutcome::failed);
}

TEST(ScannerActions, WithoutAReadableCodeNothingIsKnown) {
  EXPECT_EQ(outcome_of("1117", "2", "Quarantine", ""), ScannerOutcome::untold);
  EXPECT_EQ(outcome_of("1117", "2", "Quarantine", "0x"), ScannerOutcome::untold);
  EXPECT_EQ(outcome_of("1117", "2", "Quarantine", "fine"), ScannerOutcome::untold);
}

TEST(ScannerActions, AFindOrAnotherProviderIsNone) {
  EXPECT_FALSE(scanner_action(event({{"event-id", "1116"}, {"action-id", "2"}, {"error-code", "0"}})));
  detect::Detection other = event({{"event-id", "1117"}, {"action-id", "2"}, {"error-code", "0"}});
  other.fields[0].second = "Another Scanner";
  EXPECT_FALSE(scanner_action(other));
  other = event({{"event-id", "1117"}});
  other.time.reset();
  EXPECT_FALSE(scanner_action(other));
}

}  // namespace
}  // namespace afterpatch::assess
