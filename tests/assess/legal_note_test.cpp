#include "assess/legal_note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::assess {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LegalNote, EachDutyIsAPointOfTheStepAboutTellingAndOfNoOther) {
  HuntReport hunt;
  hunt.servers.resize(1);
  Action tell;
  tell.id = kTellStep;
  Action other;
  other.id = "isolate";
  hunt.servers[0].actions = {other, tell};
  hunt.other_campaigns = {hunt};
  const knowledge::Country country{
      "xx",
      "Member",
      {{"Data", "within 72 hours", "Say what is known", "the authority", "https://x.example",
        "law, article 33", "2026-11-22, https://law.example"},
       {"People", "soon", "", "them", "", "law", ""}}};
  add_legal_note(hunt, country);
  EXPECT_THAT(hunt.servers[0].actions[0].points, IsEmpty());
  EXPECT_THAT(
      hunt.servers[0].actions[1].points,
      ElementsAre("Member, Data: within 72 hours: tell the authority (https://x.example). Say what is known. "
                  "Source: law, article 33.",
                  "Member, People: soon: tell them. Source: law (not checked "
                  "against the law's text or the office's own page)."));
  EXPECT_EQ(hunt.other_campaigns[0].servers[0].actions[1].points.size(), 2U);
}

}  // namespace
}  // namespace afterpatch::assess
