#include "exposure/existence_probes.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "exposure/exchange_context.h"
#include "exposure/host_plan.h"

namespace afterpatch::exposure {
namespace {

const Address kAddress = *parse_address("192.0.2.7");

struct Asked {
  std::vector<std::string> existence;  // paths
  std::size_t planned = 0;
  HostRecord record;
};

// A server that shows only its cumulative update, CU19 of Exchange 2016; `has` says which paths it has, by
// the number of the question.
Asked play(unsigned most, const std::function<bool(const std::string& path, std::size_t number)>& has) {
  ProbeContext context = exchange_context();
  context.existence_probes = most;
  HostPlan plan(context, kAddress, "mail.example.org");
  Asked asked;
  while (const auto request = plan.next()) {
    Visit visit;
    visit.connected = true;
    visit.bytes = 3000;
    if (request->probe == kExistenceProbe) {
      asked.existence.push_back(request->path);
      visit.answer = answer_with(has(request->path, asked.existence.size()) ? 200 : 404, {});
    } else {
      ++asked.planned;
      visit.answer = request->path.starts_with("/owa/") ? logon_page("15.1.2176") : exchange_answer(404);
    }
    plan.take(*request, visit);
  }
  asked.record.time = *parse_time("2021-03-10");
  plan.finish(asked.record);
  return asked;
}

bool is_of(const std::string& path, const std::string& build) {
  return path.find("/" + build + "/") != std::string::npos;
}

TEST(ExistenceProbes, AreNeverSentUnlessTheOperatorWantsThem) {
  const Asked asked = play(0, [](const std::string&, std::size_t) { return true; });
  EXPECT_TRUE(asked.existence.empty());
  EXPECT_EQ(asked.record.exposure, BuildStatus::build_ambiguous);
}

TEST(ExistenceProbes, FindTheBuildFromTheNewestOn) {
  const Asked asked =
      play(10, [](const std::string& path, std::size_t) { return is_of(path, "15.1.2176.9"); });
  ASSERT_GE(asked.existence.size(), 4U);
  EXPECT_TRUE(is_of(asked.existence[0], "15.1.2176.65535"));
  EXPECT_TRUE(is_of(asked.existence[1], "15.1.2176.14"));
  EXPECT_TRUE(is_of(asked.existence[3], "15.1.2176.9"));
  EXPECT_EQ(asked.record.builds, std::vector<std::string>{"15.1.2176.9"});
  EXPECT_EQ(asked.record.exposure, BuildStatus::patched);
}

TEST(ExistenceProbes, TellAnUnpatchedServerToo) {
  const Asked asked =
      play(10, [](const std::string& path, std::size_t) { return is_of(path, "15.1.2176.2"); });
  EXPECT_EQ(asked.record.exposure, BuildStatus::unpatched);
  EXPECT_EQ(asked.existence.size(), 1U + 5U + 2U);  // one that is none, five builds, the last twice more
}

TEST(ExistenceProbes, BelieveNobodyWhoHasABuildThatDoesNotExist) {
  const Asked asked = play(10, [](const std::string&, std::size_t) { return true; });
  EXPECT_EQ(asked.existence.size(), 1U);
  EXPECT_EQ(asked.record.exposure, BuildStatus::build_ambiguous);
  EXPECT_TRUE(asked.record.evidence.front().says.find("answers everything") != std::string::npos);
}

// The second connection reaches a server without the update.
TEST(ExistenceProbes, SayNothingWhenABalancerHidesAServerWithoutTheBuild) {
  const Asked asked = play(10, [](const std::string& path, std::size_t number) {
    return is_of(path, "15.1.2176.9") && number % 2 == 0;
  });
  EXPECT_EQ(asked.record.exposure, BuildStatus::build_ambiguous);
}

TEST(ExistenceProbes, StopAtTheOperatorsLimit) {
  const Asked asked =
      play(3, [](const std::string& path, std::size_t) { return is_of(path, "15.1.2176.2"); });
  EXPECT_EQ(asked.existence.size(), 3U);
  EXPECT_EQ(asked.record.exposure, BuildStatus::build_ambiguous);
  EXPECT_EQ(std::set<std::string>(asked.existence.begin(), asked.existence.end()).size(), 3U);
}

TEST(ExistenceProbes, AreNotSentWhereTheBuildIsKnown) {
  ProbeContext context = exchange_context();
  context.existence_probes = 10;
  HostPlan plan(context, kAddress, "mail.example.org");
  while (const auto request = plan.next()) {
    EXPECT_NE(request->probe, kExistenceProbe);
    Visit visit;
    visit.connected = true;
    visit.answer = exchange_answer(302, "15.1.2176.9");
    plan.take(*request, visit);
  }
}

TEST(ExistenceProbes, HavePlainPathsOnly) {
  ProbeContext context = exchange_context();
  for (const knowledge::BuildInfo& info : context.product->builds) {
    ExistenceProbes probes(*context.plan, *context.product, 30);
    while (const auto request = probes.next(info.build, ""))
      EXPECT_TRUE(knowledge::is_plain_path(request->path));
  }
}

}  // namespace
}  // namespace afterpatch::exposure
