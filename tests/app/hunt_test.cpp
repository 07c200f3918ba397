#include "app/hunt.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>

#include "app/exit_status.h"
#include "app/hunt_command.h"
#include "base/file.h"
#include "range/evidence.h"
#include "report/json.h"

namespace afterpatch::app {
namespace {

class Hunt : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::path(testing::TempDir()) /
        (std::string("afterpatch_hunt_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    truth_ = range::make_evidence({.scenario = "re-entered", .seed = 11, .folder = folder_}).value();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  assess::HuntReport hunted(HuntOptions options = {}) {
    if (options.sources.empty()) options.sources = {(folder_ / "tree").string()};
    Progress progress;
    const auto report = hunt(options, progress);
    EXPECT_TRUE(report) << (report ? "" : to_string(report.error()));
    return report.value_or(assess::HuntReport{});
  }

  std::filesystem::path folder_;
  range::Truth truth_;
};

TEST_F(Hunt, GivesTheSameBytesWhateverTheThreads) {
  HuntOptions one;
  one.threads = 1;
  HuntOptions many;
  many.threads = 7;
  const std::string first = report::report_json(hunted(one));
  EXPECT_EQ(first, report::report_json(hunted(many)));
  EXPECT_EQ(first, report::report_json(hunted(many)));
}

// Two trees of one intruder's tool (the same seed) and one of another: the two are told together.
TEST_F(Hunt, AFleetIsToldSideBySideWithWhatServersShare) {
  const auto other = folder_ / "other";
  ASSERT_TRUE(range::make_evidence({.scenario = "backdoored-present", .seed = 12, .folder = other}));
  std::filesystem::copy(folder_ / "tree", folder_ / "twin", std::filesystem::copy_options::recursive);
  HuntOptions options;
  options.sources = {(folder_ / "tree").string(), (other / "tree").string(), (folder_ / "twin").string()};
  Progress progress;
  const auto fleet = hunt_fleet(options, progress);
  ASSERT_TRUE(fleet) << to_string(fleet.error());
  ASSERT_EQ(fleet->hunts.size(), 3U);
  ASSERT_EQ(fleet->clustering.clusters.size(), 1U);
  EXPECT_EQ(fleet->clustering.clusters[0].servers, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(fleet->clustering.unclustered, std::vector<std::size_t>{1});
  const std::string text = report::fleet_text(*fleet);
  EXPECT_NE(text.find("Cluster 1: 2 servers hit in the same way"), std::string::npos) << text;
  EXPECT_NE(report::fleet_json(*fleet).find("\"unclustered\""), std::string::npos);
}

// One engine reads all servers of a fleet; what it found on one must not colour the next.
TEST_F(Hunt, AServerInAFleetIsToldAsIfItWereHuntedAlone) {
  const auto other = folder_ / "other";
  ASSERT_TRUE(range::make_evidence({.scenario = "backdoored-present", .seed = 12, .folder = other}));
  HuntOptions options;
  options.sources = {(other / "tree").string(), (folder_ / "tree").string()};
  Progress progress;
  const auto fleet = hunt_fleet(options, progress);
  ASSERT_TRUE(fleet) << to_string(fleet.error());
  EXPECT_EQ(report::report_json(fleet->hunts.at(1)), report::report_json(hunted()));
}

TEST_F(Hunt, TheGuideNamesTheDutiesOfTheCountryAskedFor) {
  HuntOptions options;
  options.country = "DE";
  const auto told = hunted(options);
  const auto& actions = told.servers.at(0).actions;
  const auto tell = std::ranges::find(actions, "tell", &assess::Action::id);
  ASSERT_NE(tell, actions.end());
  ASSERT_FALSE(tell->points.empty());
  EXPECT_TRUE(tell->points[0].starts_with("Germany, Personal data may be affected: within 72 hours"));
  options.country = "zz";
  options.sources = {(folder_ / "tree").string()};
  Progress progress;
  EXPECT_FALSE(hunt(options, progress)) << "an unknown country must not pass for one without duties";
}

// Web logs that begin after the update was installed: the Application log still tells when it was.
TEST_F(Hunt, TheApplicationLogTellsWhenAServerWithoutWebLogsWasPatched) {
  const auto other = folder_ / "other";
  std::optional<range::Truth> truth;
  for (std::uint64_t seed = 1; !truth; ++seed) {
    auto made = range::make_evidence({.scenario = "patched-after", .seed = seed, .folder = other});
    ASSERT_TRUE(made);
    const bool named = made->product.find(" CU") != std::string::npos;  // not a service pack
    if (named && made->events.cleared.empty() && !made->events.begin) truth = std::move(*made);
  }
  std::filesystem::remove_all(other / "tree/C/inetpub/logs");
  std::filesystem::remove_all(other / "tree/C/Program Files/Microsoft/Exchange Server/V15/Logging");
  HuntOptions options;
  options.sources = {(other / "tree").string()};
  const auto told = hunted(options);
  ASSERT_TRUE(told.servers.at(0).patched_at);
  ASSERT_TRUE(truth->patched_at);
  EXPECT_LE(std::chrono::abs(*told.servers[0].patched_at - *truth->patched_at), std::chrono::hours(1));
}

void compress(const std::filesystem::path& file) {
  const std::string content = read_file(file).value();
  gzFile packed = gzopen((file.string() + ".gz").c_str(), "wb");
  gzwrite(packed, content.data(), static_cast<unsigned>(content.size()));
  gzclose(packed);
  std::filesystem::remove(file);
}

TEST_F(Hunt, ReadsCompressedLogsLikePlainOnes) {
  const auto plain = hunted();
  std::vector<std::filesystem::path> logs;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "tree")) {
    const std::string extension = entry.path().extension().string();
    if (entry.is_regular_file() && (extension == ".log" || extension == ".LOG")) logs.push_back(entry.path());
  }
  for (const auto& log : logs) compress(log);
  const auto packed = hunted();
  EXPECT_EQ(to_string(packed.servers[0].verdict.compromise), to_string(plain.servers[0].verdict.compromise));
  EXPECT_EQ(packed.servers[0].runs.size(), plain.servers[0].runs.size());
  EXPECT_EQ(packed.servers[0].doors.size(), plain.servers[0].doors.size());
}

TEST_F(Hunt, TellsLogsByContentWhenFoldersAndFilesAreRenamed) {
  const auto before = hunted();
  const auto renamed = folder_ / "evidence of case 17";
  std::filesystem::create_directories(renamed / "LOGS");
  int number = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "tree")) {
    const std::string extension = entry.path().extension().string();
    if (!entry.is_regular_file() || (extension != ".log" && extension != ".LOG")) continue;
    std::filesystem::copy_file(entry.path(), renamed / "LOGS" / ("item" + std::to_string(number++)));
  }
  HuntOptions options;
  options.sources = {renamed.string()};
  const auto after = hunted(options);
  EXPECT_EQ(after.servers[0].runs.size(), before.servers[0].runs.size());
  EXPECT_GE(after.servers[0].verdict.compromise, assess::Compromise::backdoored);
}

TEST_F(Hunt, CountsAndNamesUserRulesThatCannotRun) {
  const auto rules = folder_ / "rules";
  std::filesystem::create_directories(rules);
  std::ofstream(rules / "good.yml")
      << "title: any post\nlogsource: {category: webserver}\ndetection: {s: {cs-method: POST, "
         "cs-uri-stem|contains: aspx}, condition: s}\n";
  std::ofstream(rules / "bad.yml") << "title: bad\nlogsource: {category: webserver}\ndetection: {s: "
                                      "{cs-method|nonsense: POST}, condition: s}\n";
  HuntOptions options;
  options.sigma = {rules};
  const auto with = hunted(options);
  ASSERT_EQ(with.rules.refused.size(), 1U);
  EXPECT_NE(with.rules.refused[0].file.find("bad.yml"), std::string::npos);
  EXPECT_EQ(with.rules.loaded, hunted().rules.loaded + 1);
}

TEST_F(Hunt, UserRulesNeverDecideTheVerdict) {
  const auto rules = folder_ / "rules";
  std::filesystem::create_directories(rules);
  std::ofstream(rules / "loud.yml")
      << "title: loud\nlevel: critical\nlogsource: {category: webserver}\nafterpatch: {step: re-entered}\n"
         "detection: {s: {cs-uri-stem|contains: /owa/}, condition: s}\n";
  std::filesystem::remove_all(folder_ / "tree");
  std::filesystem::remove(folder_ / "truth.json");
  ASSERT_TRUE(range::make_evidence({.scenario = "clean", .seed = 3, .folder = folder_}));
  HuntOptions options;
  options.sigma = {rules};
  EXPECT_EQ(hunted(options).servers[0].verdict.compromise, assess::Compromise::no_evidence);
}

TEST_F(Hunt, FailOnSetsTheExitStatus) {
  HuntCommand command;
  command.hunt.sources = {(folder_ / "tree").string()};
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_hunt(command, out, err), kSuccess);
  command.fail_on = assess::Compromise::backdoored;
  EXPECT_EQ(run_hunt(command, out, err), kFound);
}

TEST_F(Hunt, WritesAllThreeReports) {
  HuntCommand command;
  command.hunt.sources = {(folder_ / "tree").string()};
  command.report = folder_ / "report";
  std::ostringstream out;
  std::ostringstream err;
  ASSERT_EQ(run_hunt(command, out, err), kSuccess) << err.str();
  for (const char* name :
       {"report.html", "report.json", "report.stix.json", "report.misp.json", "detections.csv"}) {
    EXPECT_GT(std::filesystem::file_size(command.report / name), 100U) << name;
  }
  EXPECT_NE(out.str().find("report.html"), std::string::npos);
}

// Of a patched server nothing was copied but its registry: when it was patched is known all the same.
TEST_F(Hunt, TheRegistryAloneTellsWhenTheServerWasPatched) {
  const auto patched = folder_ / "patched";
  const auto truth = range::make_evidence({.scenario = "patched-before", .seed = 3, .folder = patched});
  ASSERT_TRUE(truth);
  HuntOptions options;
  options.sources = {(patched / "tree/C/Windows/System32/config").string()};
  options.campaigns = {"exchange-2021-proxylogon"};
  const assess::HuntReport report = hunted(options);
  ASSERT_EQ(report.servers.size(), 1U);
  const assess::ServerReport& server = report.servers[0];
  EXPECT_EQ(server.verdict.exposure, assess::Exposure::patched);
  ASSERT_TRUE(server.patched_at && truth->patched_at);
  EXPECT_LE(*server.patched_at, *truth->patched_at) << "installed before the first row with the new build";
  EXPECT_LT(*truth->patched_at - *server.patched_at, std::chrono::hours(1));
}

}  // namespace
}  // namespace afterpatch::app
