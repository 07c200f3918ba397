#include "knowledge/probe_plan.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "base/file.h"

namespace afterpatch::knowledge {
namespace {

namespace fs = std::filesystem;

const fs::path kExchange = fs::path(AFTERPATCH_SOURCE_DIR) / "knowledge" / "products" / "exchange";

class ProbePlanTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("plan_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // What the plan's first fault is after `from` was replaced; empty if it is sound.
  std::string fault_with(const std::string& from, const std::string& to) {
    std::string text =
        "requests: 4\nbytes: 65536\nbody_bytes: 4096\nsamples: 3\n"
        "probes:\n  - {id: owa, path: /owa/, ask: always}\nfollow: [/owa/auth/logon.aspx]\n"
        "signs:\n  - {id: a, header: X-A, pattern: '(.*)', means: build, says: names its build}\n";
    text.replace(text.find(from), from.size(), to);
    std::ofstream(folder_ / "probes.yaml") << text;
    const auto plan = ProbePlan::load(folder_);
    return plan ? "" : to_string(plan.error());
  }
  fs::path folder_;
};

TEST_F(ProbePlanTest, ReadsASoundPlan) {
  EXPECT_EQ(fault_with("always", "always"), "");
  EXPECT_EQ((*ProbePlan::load(folder_))->signs.front().header, "x-a");
}

TEST_F(ProbePlanTest, CantCarryWhatOnlyAnAttackerSends) {
  for (const std::string path :
       {"/autodiscover/autodiscover.json?@x/owa/", "/autodiscover/autodiscover.json@x", "/owa/%2e%2e/ecp",
        "/ecp/../owa/", "/owa/?a=b", "//evil.example/", "owa/",
        "'/owa/ HTTP/1.1\\r\\nCookie: X-BEResource=a'", "/owa/;x", "/~owa/"}) {
    EXPECT_NE(fault_with("/owa/, ask", path + ", ask"), "") << path;
    EXPECT_NE(fault_with("/owa/auth/logon.aspx", path), "") << path;
  }
}

TEST_F(ProbePlanTest, KnowsNoMethodsCookiesOrBodies) {
  for (const std::string key : {"method: POST", "cookie: a", "headers: [a]", "body: x"}) {
    EXPECT_NE(fault_with("ask: always", "ask: always, " + key).find("unknown key"), std::string::npos) << key;
  }
}

TEST_F(ProbePlanTest, CantAskMoreThanIsPolite) {
  EXPECT_NE(fault_with("requests: 4", "requests: 5"), "");
  EXPECT_NE(fault_with("requests: 4", "requests: 0"), "");
  EXPECT_NE(fault_with("bytes: 65536", "bytes: 65537"), "");
}

TEST_F(ProbePlanTest, NamesUnknownWords) {
  EXPECT_NE(fault_with("always", "often").find("no-build"), std::string::npos);
  EXPECT_NE(fault_with("means: build", "means: maybe").find("self-hosted"), std::string::npos);
}

TEST(ExchangeProbePlan, IsSoundAndHarmless) {
  const auto plan = ProbePlan::load(kExchange);
  ASSERT_TRUE(plan) << to_string(plan.error());
  EXPECT_EQ((*plan)->requests, 4U);
  EXPECT_GE((*plan)->probes.size(), 3U);
  for (const Probe& probe : (*plan)->probes) EXPECT_TRUE(is_plain_path(probe.path));
  for (const std::string& path : (*plan)->follow) EXPECT_TRUE(is_plain_path(path));
}

}  // namespace
}  // namespace afterpatch::knowledge
