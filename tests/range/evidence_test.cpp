#include "range/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"
#include "tests/range/tree_reader.h"

namespace afterpatch::range {
namespace {

Truth make(const TemporaryFolder& folder, const std::string& scenario, std::uint64_t seed) {
  const auto truth = make_evidence({.scenario = scenario, .seed = seed, .folder = folder.path() / "out"});
  EXPECT_TRUE(truth.has_value()) << to_string(truth.error());
  return truth.value_or(Truth{});
}

std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> found;
  for (const auto& file : files_below(folder)) {
    const auto time = std::filesystem::last_write_time(file).time_since_epoch().count();
    const bool dated = file.filename() != "truth.json";
    found[file.lexically_relative(folder).string()] = text_of(file) + (dated ? std::to_string(time) : "");
  }
  return found;
}

TEST(Evidence, SameSeedGivesSameBytesAndTimes) {
  const TemporaryFolder one("one");
  const TemporaryFolder two("two");
  make(one, "credential-dump", 11);
  make(two, "credential-dump", 11);
  const auto first = contents(one.path());
  ASSERT_GT(first.size(), 100U);
  EXPECT_EQ(first, contents(two.path()));
}

TEST(Evidence, OtherSeedGivesAnotherServer) {
  const TemporaryFolder one("one");
  const TemporaryFolder two("two");
  make(one, "clean", 1);
  make(two, "clean", 2);
  EXPECT_NE(contents(one.path()), contents(two.path()));
}

TEST(Evidence, WritesOnlyTreeAndTruthInItsFolder) {
  const TemporaryFolder folder("inside");
  for (const auto* scenario : {"two-intruders", "credential-dump"}) make(folder, scenario, 3);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    names.push_back(entry.path().filename());
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "out"))
    names.push_back(entry.path().filename());
  EXPECT_THAT(names, ::testing::UnorderedElementsAre("out", "tree", "truth.json"));
}

TEST(Evidence, LeavesAFolderAloneThatItDidNotMake) {
  const TemporaryFolder folder("foreign");
  std::filesystem::create_directories(folder.path() / "out/tree/precious");
  EXPECT_FALSE(make_evidence({.scenario = "clean", .seed = 1, .folder = folder.path() / "out"}).has_value());
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "out/tree/precious"));
}

TEST(Evidence, NamesWhatIsWrongWithARequest) {
  const auto truth = make_evidence({.scenario = "nonsense", .seed = 1, .folder = "/nonexistent"});
  ASSERT_FALSE(truth.has_value());
  EXPECT_THAT(truth.error().what, ::testing::HasSubstr("nonsense"));
  EXPECT_FALSE(
      make_evidence({.scenario = "clean", .seed = 1, .folder = "/nonexistent", .days = 1}).has_value());
}

TEST(Evidence, HttpProxyFilesBeginWithTheBareColumnLine) {
  const TemporaryFolder folder("header");
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Truth truth = make(folder, "backdoored-present", seed);
    for (const auto& file : files_below(truth.tree / "C" / exchange_folder() / "Logging/HttpProxy")) {
      const std::string text = text_of(file);
      const auto lines = split(text, '\n');
      ASSERT_GT(lines.size(), 6U);
      const std::string_view bare = lines[0].substr(lines[0].starts_with("\xef\xbb\xbf") ? 3 : 0);
      EXPECT_TRUE(bare.starts_with("DateTime,RequestId,"));
      EXPECT_EQ(lines[1], "#Software: Microsoft Exchange Server\r");
      EXPECT_EQ(lines[3], "#Log-type: HttpProxy Logs\r");
      EXPECT_EQ(lines[5], "#Fields: " + std::string(bare));
    }
  }
}

// At most one row is cut, where the newest file was collected while it was written.
TEST(Evidence, EveryRowHasTheColumnsOfItsHeader) {
  const TemporaryFolder folder("columns");
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const Truth truth = make(folder, "mail-theft", seed);
    int odd = 0;
    EXPECT_GT(exchange_rows(truth, "HttpProxy", &odd).size(), 500U);
    EXPECT_GT(exchange_rows(truth, "Ews", &odd).size(), 10U);
    EXPECT_GT(exchange_rows(truth, "ECP/Server", &odd).size(), 200U);
    EXPECT_GT(iis_rows(truth, "W3SVC2", &odd).size(), 500U);
    EXPECT_EQ(odd, 0) << seed;
    EXPECT_GT(iis_rows(truth, "W3SVC1", &odd).size(), 1000U);
    EXPECT_LE(odd, 1) << seed;
  }
}

TEST(Evidence, IisAndHttpProxyTellOfTheSameRequests) {
  const TemporaryFolder folder("join");
  const Truth truth = make(folder, "probed", 4);
  std::map<std::string, Row> by_id;
  for (Row& row : exchange_rows(truth, "HttpProxy")) by_id[row["RequestId"]] = row;
  int joined = 0;
  for (Row& row : iis_rows(truth, "W3SVC1")) {
    const auto at = row["cs-uri-query"].find("cafeReqId=");
    if (at == std::string::npos) continue;
    const auto found = by_id.find(row["cs-uri-query"].substr(at + 10, 36));
    ASSERT_NE(found, by_id.end()) << row["cs-uri-query"];
    EXPECT_EQ(found->second["HttpStatus"], row["sc-status"]);
    EXPECT_EQ(found->second["UrlStem"], row["cs-uri-stem"]);
    EXPECT_EQ(found->second["DateTime"].substr(11, 8), row["time"]);
    ++joined;
  }
  EXPECT_GT(joined, 1000);
}

TEST(Evidence, RowsNameTheFixedBuildFromThePatchOn) {
  const TemporaryFolder folder("patch");
  const Truth truth = make(folder, "clean", 5);
  ASSERT_TRUE(truth.patched_at.has_value());
  ASSERT_EQ(truth.builds.size(), 2U);
  for (Row& row : exchange_rows(truth, "HttpProxy")) {
    const auto time = parse_time(row["DateTime"]);
    ASSERT_TRUE(time.has_value());
    const std::string build = row["MajorVersion"] + "." + row["MinorVersion"] + "." + row["BuildVersion"] +
                              "." + row["RevisionVersion"];
    EXPECT_EQ(build, truth.builds[*time < *truth.patched_at ? 0 : 1].build);
  }
}

TEST(Evidence, KeepsEveryHourOfTheNeededLogsWhereNothingIsMissing) {
  const TemporaryFolder folder("hours");
  const Truth truth = make(folder, "clean", 6);
  std::map<std::string, int> hours;
  for (Row& row : iis_rows(truth, "W3SVC1")) ++hours[row["date"] + row["time"].substr(0, 2)];
  EXPECT_EQ(hours.size(), 240U);
  hours.clear();
  for (Row& row : exchange_rows(truth, "HttpProxy")) ++hours[row["DateTime"].substr(0, 13)];
  EXPECT_EQ(hours.size(), 240U);
  hours.clear();
  for (Row& row : exchange_rows(truth, "ECP/Server")) ++hours[row["TimeStamp"].substr(0, 13)];
  EXPECT_GE(hours.size(), 239U);  // the update may take that hour's only row
}

TEST(Evidence, NoScriptInItCouldRun) {
  const TemporaryFolder folder("inert");
  const std::string call = std::string("ev") + "al(";
  for (const auto* scenario : {"re-entered", "two-intruders", "exploited-no-shell"}) {
    const Truth truth = make(folder, scenario, 9);
    for (const auto& file : files_below(truth.tree)) {
      const std::string text = text_of(file);
      for (std::size_t at = text.find(call); at != std::string::npos; at = text.find(call, at + 1)) {
        ASSERT_GE(at, 6U);
        EXPECT_EQ(text.substr(at - 6, 6), "inert_") << file;
      }
    }
  }
}

TEST(Evidence, WritesLongerPeriodsWithMoreRows) {
  const TemporaryFolder folder("long");
  const auto truth = make_evidence({.scenario = "backdoored-deleted",
                                    .seed = 2,
                                    .folder = folder.path(),
                                    .start = parse_time("2021-03-01"),
                                    .days = 20,
                                    .rows_per_day = 600});
  ASSERT_TRUE(truth.has_value());
  EXPECT_EQ(to_iso8601(truth->last), "2021-03-21T00:00:00Z");
  EXPECT_GT(iis_rows(*truth, "W3SVC1").size(), 6000U);
  EXPECT_EQ(truth->compromise, "backdoored");
}

}  // namespace
}  // namespace afterpatch::range
