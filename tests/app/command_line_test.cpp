#include "app/command_line.h"

#include <gtest/gtest.h>

#include <sstream>

#include "app/exit_status.h"

namespace afterpatch::app {
namespace {

struct Ran {
  int status;
  std::string out;
  std::string err;
};

Ran run_with(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = run(arguments, out, err);
  return {status, out.str(), err.str()};
}

TEST(CommandLine, HelpShowsExamplesAndExitStatuses) {
  const Ran help = run_with({"hunt", "--help"});
  EXPECT_EQ(help.status, kSuccess);
  EXPECT_NE(help.out.find("Examples:"), std::string::npos);
  EXPECT_NE(help.out.find("Exit status:"), std::string::npos);
}

TEST(CommandLine, WrongArgumentsExitWithStatusTwoAndSayWhy) {
  EXPECT_EQ(run_with({}).status, kCannotRun);
  EXPECT_EQ(run_with({"hunt"}).status, kCannotRun);
  const Ran unknown = run_with({"hunt", "x", "--nonsense"});
  EXPECT_EQ(unknown.status, kCannotRun);
  EXPECT_NE(unknown.err.find("--nonsense"), std::string::npos);
  EXPECT_EQ(run_with({"hunt", "x", "--fail-on", "nonsense"}).status, kCannotRun);
  EXPECT_EQ(run_with({"hunt", "x", "--format", "nonsense"}).status, kCannotRun);
}

TEST(CommandLine, HelpListsEveryFormatAndWhetherVictimsAreNamed) {
  const std::string help = run_with({"hunt", "--help"}).out;
  for (const char* word : {"text", "json", "jsonl", "csv", "timeline", "timesketch", "timesketch-csv", "stix",
                           "misp", "attack", "--share", "with-victims"})
    EXPECT_NE(help.find(word), std::string::npos) << word;
  EXPECT_EQ(run_with({"hunt", "x", "--share", "everything"}).status, kCannotRun);
}

TEST(CommandLine, CompletionKnowsEveryCommandAndOption) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const Ran completion = run_with({"completion", shell});
    EXPECT_EQ(completion.status, kSuccess);
    for (const char* word : {"hunt", "campaign", "rules", "report", "fail-on"}) {
      EXPECT_NE(completion.out.find(word), std::string::npos) << shell << " " << word;
    }
  }
}

TEST(CommandLine, CampaignsAreListedShownAndSound) {
  const Ran list = run_with({"campaign", "list"});
  EXPECT_EQ(list.status, kSuccess) << list.err;
  EXPECT_NE(list.out.find("exchange-2021-proxylogon"), std::string::npos);
  EXPECT_EQ(run_with({"campaign", "show", "exchange-2021-proxylogon"}).status, kSuccess);
  const Ran check = run_with({"campaign", "check"});
  EXPECT_EQ(check.status, kSuccess) << check.out << check.err;
  EXPECT_EQ(run_with({"campaign", "show", "no-such"}).status, kCannotRun);
}

TEST(CommandLine, ACampaignThatDoesNotExistIsAClearError) {
  const Ran hunt = run_with({"hunt", "/", "--campaign", "no-such"});
  EXPECT_EQ(hunt.status, kCannotRun);
  EXPECT_NE(hunt.err.find("no-such"), std::string::npos);
}

TEST(CommandLine, PrintsItsVersion) {
  EXPECT_EQ(run_with({"--version"}).status, kSuccess);
}

}  // namespace
}  // namespace afterpatch::app
