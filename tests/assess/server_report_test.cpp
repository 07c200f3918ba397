#include "assess/server_report.h"

#include <gtest/gtest.h>

namespace afterpatch::assess {
namespace {

TEST(ServerReport, EveryCompromiseIsReadBackFromItsWord) {
  for (const auto state : {Compromise::no_evidence, Compromise::probed, Compromise::exploited,
                           Compromise::backdoored, Compromise::re_entered}) {
    EXPECT_EQ(parse_compromise(to_string(state)), state);
  }
  EXPECT_EQ(parse_compromise("clean"), std::nullopt);
}

TEST(ServerReport, WordsAreThoseOfTheDesign) {
  EXPECT_EQ(to_string(Exposure::build_ambiguous), "build-ambiguous");
  EXPECT_EQ(to_string(Exposure::not_affected), "not-affected");
  EXPECT_EQ(to_string(Compromise::re_entered), "re-entered");
  EXPECT_EQ(to_string(RunOutcome::write_proven), "write-proven");
  EXPECT_EQ(to_string(Presence::unknown), "unknown");
}

}  // namespace
}  // namespace afterpatch::assess
