#include "assess/exposure_conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ExposureConditions, AFlawOfTheCampaignThatTheBuildDoesNotDecideIsNotedAndOthersAreNot) {
  HuntReport hunt;
  hunt.campaign = hand_made::loaded().campaign->id;
  hunt.servers.resize(1);
  HuntReport other;
  other.campaign = "another";
  other.servers.resize(1);
  hunt.other_campaigns = {other};
  add_exposure_conditions(hunt, {hand_made::loaded().campaign},
                          {{"CVE-2021-26855", "all", "a switch is on", "a file", "somebody"},
                           {"CVE-2024-49040", "all", "another switch is on", "a file", "somebody"}});
  EXPECT_THAT(hunt.servers[0].notes,
              ElementsAre("CVE-2021-26855: the build alone does not decide (all): a switch is on. Look at: a "
                          "file"));
  EXPECT_THAT(hunt.other_campaigns[0].servers[0].notes, IsEmpty());
}

}  // namespace
}  // namespace afterpatch::assess
