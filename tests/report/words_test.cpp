#include "report/words.h"

#include <gmock/gmock.h>

#include "report/sample_report.h"

namespace afterpatch::report {
namespace {

using assess::Compromise;
using testing::HasSubstr;
using testing::Not;

Verdict verdict(Compromise compromise, bool covered) {
  Verdict made;
  made.compromise = compromise;
  made.compromise_confidence = detect::Confidence::confirmed;
  made.coverage_sufficient = covered;
  return made;
}

TEST(Words, SayCantTellWhenNothingWasFoundInLogsWithGaps) {
  EXPECT_EQ(compromise_label(verdict(Compromise::no_evidence, false)), "can't tell");
  EXPECT_THAT(headline(verdict(Compromise::no_evidence, false)), HasSubstr("Can't tell"));
}

TEST(Words, SayNoEvidenceOnlyWithEnoughCoverage) {
  EXPECT_EQ(compromise_label(verdict(Compromise::no_evidence, true)), "no evidence");
  EXPECT_THAT(headline(verdict(Compromise::no_evidence, true)), Not(HasSubstr("Can't tell")));
}

TEST(Words, NeverSoundReassuringWhenTheHuntWasInterrupted) {
  for (const auto step : {Compromise::no_evidence, Compromise::probed, Compromise::exploited,
                          Compromise::backdoored, Compromise::re_entered}) {
    Verdict partial = verdict(step, false);
    partial.partial = true;
    EXPECT_THAT(headline(partial), HasSubstr("interrupted"));
    EXPECT_THAT(headline(partial), Not(HasSubstr("gaps")));
    if (step != Compromise::re_entered) {
      EXPECT_THAT(headline(partial), HasSubstr("Can't tell"));
    }
  }
}

TEST(Words, SayHowFarAnInterruptedHuntCame) {
  EXPECT_EQ(interruption_words({"logs", 1'200'000'000, 9'000'000'000}),
            "interrupted: 1.2 GB of 9.0 GB read of the logs; files were not looked at, traces not followed. "
            "What is here is only part");
  EXPECT_THAT(interruption_words({"files", 5, 10}), HasSubstr("5 bytes of 10 bytes read of the files"));
  EXPECT_THAT(interruption_words({"traces", 5, 10}), HasSubstr("traces were not followed to their end"));
}

TEST(Words, SayAMitigationBesideTheExposureNotInItsPlace) {
  ServerReport server;
  server.verdict.exposure = assess::Exposure::unpatched;
  server.verdict.mitigated = true;
  server.verdict.mitigation_confidence = detect::Confidence::likely;
  EXPECT_EQ(exposure_label(server.verdict.exposure), "unpatched");
  EXPECT_EQ(exposure_words(server),
            "the flaws were still open at the end of the evidence; a mitigation is in place (likely)");
}

TEST(Words, SayThatLesserStepsMayBeWorseWhenLogsHaveGaps) {
  EXPECT_EQ(compromise_label(verdict(Compromise::probed, false)), "at least probed");
  EXPECT_EQ(compromise_label(verdict(Compromise::backdoored, false)), "at least backdoored");
  EXPECT_EQ(compromise_label(verdict(Compromise::re_entered, false)), "re-entered");
  for (const auto step : {Compromise::probed, Compromise::exploited, Compromise::backdoored}) {
    EXPECT_THAT(headline(verdict(step, false)), HasSubstr("Can't tell"));
    EXPECT_THAT(headline(verdict(step, true)), Not(HasSubstr("Can't tell")));
  }
}

TEST(Words, SoundNoSurerThanTheirConfidence) {
  Verdict unsure = verdict(Compromise::exploited, true);
  unsure.compromise_confidence = detect::Confidence::possible;
  EXPECT_THAT(headline(unsure), HasSubstr("may have been"));
  unsure.compromise_confidence = detect::Confidence::likely;
  EXPECT_THAT(headline(unsure), HasSubstr("probably"));
}

TEST(Words, NeverCallAServerClean) {
  for (const auto step : {Compromise::no_evidence, Compromise::probed}) {
    for (const bool covered : {false, true})
      EXPECT_THAT(headline(verdict(step, covered)), Not(HasSubstr("clean")));
  }
}

TEST(Words, RoundSharesTowardsCaution) {
  EXPECT_EQ(percent_text(0), "0 %");
  EXPECT_EQ(percent_text(0.0001), "under 1 %");
  EXPECT_EQ(percent_text(0.9999), "99 %");
  EXPECT_EQ(percent_text(1), "100 %");
}

TEST(Words, NameTheLeastCoveredOfTheLogsThatDecide) {
  EXPECT_THAT(coverage_words(reentered_report().servers[0]),
              HasSubstr("IIS: every web request) covers 97 %"));
  EXPECT_EQ(coverage_words(ServerReport{}), "none of the logs that decide was found");
}

TEST(Words, CountDoorsByPresence) {
  EXPECT_EQ(presence_words(reentered_report().servers[0]), "2 back doors: 1 still in place, 1 removed");
  EXPECT_EQ(presence_words(ServerReport{}), "");
  ServerReport server = reentered_report().servers[0];
  server.doors[1].presence = assess::Presence::present;
  EXPECT_EQ(presence_words(server), "2 back doors, all still in place");
  server.doors[0].presence = server.doors[1].presence = assess::Presence::unknown;
  EXPECT_EQ(presence_words(server), "2 back doors, not known whether still there");
  server.doors.pop_back();
  server.doors[0].presence = assess::Presence::unknown;
  EXPECT_EQ(presence_words(server), "1 back door, not known whether still there");
}

// An odd page that nothing proves is no back door in the verdict, so it is none in the words beside it.
TEST(Words, CountOnlyDoorsThatTheVerdictCounts) {
  ServerReport server = reentered_report().servers[0];
  server.doors[0].confidence = assess::Confidence::possible;
  server.doors[1].presence = assess::Presence::removed;
  EXPECT_EQ(presence_words(server), "1 back door, removed");
  server.doors.pop_back();
  EXPECT_EQ(presence_words(server), "");
}

TEST(Words, TellWhatAnotherWaveLeft) {
  HuntReport hunt = reentered_report();
  HuntReport other = reentered_report();
  other.campaign_name = "ProxyShell";
  other.servers[0].doors[1].presence = assess::Presence::present;
  hunt.other_campaigns = {other};
  EXPECT_EQ(other_campaigns_words(hunt),
            "ProxyShell: re-entered (confirmed; 2 back doors, all still in place)");
}

TEST(Words, WriteNumbersForPeople) {
  EXPECT_EQ(number_text(1234567), "1,234,567");
  EXPECT_EQ(number_text(123), "123");
  EXPECT_EQ(bytes_text(999), "999 bytes");
  EXPECT_EQ(bytes_text(1'934'000'000), "1.9 GB");
  EXPECT_EQ(count_text(1, "file", "files"), "1 file");
}

TEST(Words, WriteTheDateOfASpanOnce) {
  const auto at = [](const char* text) { return parse_time(text).value(); };
  EXPECT_EQ(span_text(at("2021-03-03T06:49:46Z"), at("2021-03-03T06:50:00Z")),
            "2021-03-03 06:49:46 to 06:50:00");
  EXPECT_EQ(span_text(at("2021-03-03T06:49:46Z"), at("2021-03-04T06:50:00Z")),
            "2021-03-03 06:49:46 to 2021-03-04 06:50:00");
  EXPECT_EQ(span_text(Timestamp{}, Timestamp{}), "unknown");
}

}  // namespace
}  // namespace afterpatch::report
