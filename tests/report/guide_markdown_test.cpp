#include "report/guide_markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::report {
namespace {

using testing::HasSubstr;
using testing::Not;

assess::HuntReport one_step(assess::Action action) {
  assess::HuntReport hunt;
  hunt.campaign_title = "A wave";
  hunt.servers.emplace_back().names = {"MAIL01"};
  hunt.servers[0].actions.push_back(std::move(action));
  return hunt;
}

assess::Action isolate() {
  assess::Action action;
  action.title = "Take it off the net";
  action.text = "Use `netsh`.";
  action.who = "a network administrator";
  action.commands = {"first\nsecond"};
  action.check = "It is gone.";
  action.now = true;
  return action;
}

TEST(GuideMarkdown, HoldsEachPartOfAStep) {
  const std::string text = guide_markdown(one_step(isolate()));
  EXPECT_THAT(text, HasSubstr("# What to do: MAIL01\n\nA wave."));
  EXPECT_THAT(text, HasSubstr("## 1. Take it off the net (now)\n\n- [ ] done\n\nUse `netsh`.\n"));
  EXPECT_THAT(text, HasSubstr("Who may do it: a network administrator\n"));
  EXPECT_THAT(text, HasSubstr("```powershell\nfirst\nsecond\n```\n"));
  EXPECT_THAT(text, HasSubstr("How to see that it worked: It is gone.\n"));
}

TEST(GuideMarkdown, EvidenceNeitherEndsABlockNorBeginsMarkup) {
  assess::Action action = isolate();
  action.text = "Move <img src=x> [x](http://evil.example) *now*\x1b[2J";
  action.commands = {"Move-Item '```\n# pwned'"};
  const std::string text = guide_markdown(one_step(action));
  EXPECT_THAT(text, HasSubstr("Move \\<img src=x\\> \\[x\\](http://evil.example) \\*now\\*"));
  EXPECT_THAT(text, HasSubstr("````powershell\nMove-Item '```\n# pwned'\n````\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace afterpatch::report
