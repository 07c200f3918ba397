#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evidence/artefact.h"
#include "gzip_maker.h"
#include "temporary_folder.h"

namespace afterpatch::evidence {
namespace {

constexpr std::string_view kIisLog =
    "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time cs-method cs-uri-stem\n"
    "2021-03-05 00:00:01 GET /owa/\n";

std::vector<std::string> paths_of(const Inventory& inventory) {
  std::vector<std::string> paths;
  for (const Artefact& artefact : inventory.artefacts) paths.push_back(artefact.path);
  return paths;
}

std::map<std::string, std::string> problems_of(const Inventory& inventory) {
  std::map<std::string, std::string> problems;
  for (const Problem& problem : inventory.problems) problems[problem.artefact] = problem.what;
  return problems;
}

TEST(TakeInventory, ListsFilesByPathWithKindSizeAndPlace) {
  const TemporaryFolder folder;
  folder.write("C/inetpub/logs/LogFiles/W3SVC1/u_ex210305.log", kIisLog);
  folder.write("C/inetpub/wwwroot/b.aspx", "<% %>");
  folder.write("C/inetpub/wwwroot/a.txt", "hello");
  folder.write("C/empty.log", "");
  const auto inventory = take_inventory({folder.path().string()});
  ASSERT_TRUE(inventory);
  EXPECT_THAT(paths_of(*inventory),
              testing::ElementsAre("C/empty.log", "C/inetpub/logs/LogFiles/W3SVC1/u_ex210305.log",
                                   "C/inetpub/wwwroot/a.txt", "C/inetpub/wwwroot/b.aspx"));
  EXPECT_EQ(inventory->artefacts[0].kind, Kind::empty);
  EXPECT_EQ(inventory->artefacts[1].kind, Kind::iis_w3c);
  EXPECT_EQ(inventory->artefacts[1].windows_path, "\\inetpub\\logs\\logfiles\\w3svc1\\u_ex210305.log");
  EXPECT_EQ(inventory->artefacts[1].size, kIisLog.size());
  EXPECT_TRUE(inventory->artefacts[1].modified.has_value());
  EXPECT_EQ(inventory->artefacts[2].kind, Kind::web_content);
  EXPECT_EQ(inventory->artefacts[3].kind, Kind::web_content);
  EXPECT_EQ(inventory->total_bytes, kIisLog.size() + 10);
  EXPECT_TRUE(inventory->problems.empty());
}

TEST(TakeInventory, AnArchiveNamedAsSourceIsSaidNotToBeOpened) {
  const TemporaryFolder folder;
  folder.write("logs.zip", std::string("PK\x03\x04", 4) + std::string(60, 'x'));
  const auto named = take_inventory({(folder.path() / "logs.zip").string()});
  ASSERT_TRUE(named);
  ASSERT_EQ(named->problems.size(), 1U);
  EXPECT_THAT(named->problems[0].what, testing::HasSubstr("unpack it"));
  EXPECT_TRUE(take_inventory({folder.path().string()})->problems.empty());
}

TEST(TakeInventory, AWalkThatIsCancelledEndsWithWhatItHas) {
  const TemporaryFolder folder;
  folder.write("a", "x");
  const std::atomic<bool> cancelled = true;
  InventoryOptions options;
  options.cancelled = &cancelled;
  const auto inventory = take_inventory({folder.path().string()}, options);
  ASSERT_TRUE(inventory);
  EXPECT_TRUE(inventory->artefacts.empty());
}

TEST(TakeInventory, TwoRunsGiveTheSame) {
  const TemporaryFolder folder;
  for (int i = 0; i < 50; ++i) folder.write("d" + std::to_string(i % 7) + "/f" + std::to_string(i), "x");
  EXPECT_EQ(paths_of(*take_inventory({folder.path()})), paths_of(*take_inventory({folder.path()})));
  const auto paths = paths_of(*take_inventory({folder.path()}));
  EXPECT_TRUE(std::is_sorted(paths.begin(), paths.end()));
}

TEST(TakeInventory, FailsForASourceThatIsNotThere) {
  const auto inventory = take_inventory({"/nonexistent/evidence"});
  ASSERT_FALSE(inventory);
  EXPECT_EQ(inventory.error().where, "/nonexistent/evidence");
}

TEST(TakeInventory, FailsForASourceThatIsADevice) {
  EXPECT_FALSE(take_inventory({"/dev/null"}));
}

TEST(TakeInventory, FileAsSourceTakesItsPlaceFromItsFolder) {
  const TemporaryFolder folder;
  const auto file = folder.write("inetpub/logs/LogFiles/W3SVC1/u_ex.log", kIisLog);
  const auto inventory = take_inventory({file.string()});
  ASSERT_TRUE(inventory);
  EXPECT_EQ(inventory->artefacts[0].path, "u_ex.log");
  EXPECT_EQ(inventory->artefacts[0].windows_path, "\\inetpub\\logs\\logfiles\\w3svc1\\u_ex.log");
}

TEST(TakeInventory, NamedPipesAndSocketsAreNamedAndNeverOpened) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "pipe.log").c_str(), 0600), 0);
  folder.write("a.log", kIisLog);
  const auto inventory = take_inventory({folder.path()});
  ASSERT_TRUE(inventory);
  EXPECT_THAT(paths_of(*inventory), testing::ElementsAre("a.log"));
  EXPECT_THAT(problems_of(*inventory).at("pipe.log"), testing::HasSubstr("named pipe"));
}

TEST(TakeInventory, LinksAreNeitherFollowedOutNorReadTwice) {
  const TemporaryFolder outside;
  outside.write("secret", "x");
  const TemporaryFolder folder;
  folder.write("real/a.txt", "x");
  std::filesystem::create_symlink("real", folder.path() / "inside");
  std::filesystem::create_symlink(".", folder.path() / "loop");
  std::filesystem::create_symlink("circle", folder.path() / "circle");
  std::filesystem::create_symlink(outside.path(), folder.path() / "out");
  std::filesystem::create_symlink("gone", folder.path() / "dangling");
  const auto inventory = take_inventory({folder.path()});
  ASSERT_TRUE(inventory);
  EXPECT_THAT(paths_of(*inventory), testing::ElementsAre("real/a.txt"));
  const auto problems = problems_of(*inventory);
  EXPECT_EQ(problems.size(), 3U);
  EXPECT_THAT(problems.at("out"), testing::HasSubstr("leaves the source"));
  EXPECT_THAT(problems.at("dangling"), testing::HasSubstr("leads nowhere"));
  EXPECT_THAT(problems.at("circle"), testing::HasSubstr("circle"));
}

TEST(TakeInventory, DeceivingNamesAreReadAndNamed) {
  const TemporaryFolder folder;
  folder.write("a\x1b[31m.txt", "x");
  folder.write("b\xff.txt", "x");
  const auto inventory = take_inventory({folder.path()});
  ASSERT_TRUE(inventory);
  EXPECT_EQ(inventory->artefacts.size(), 2U);
  EXPECT_THAT(problems_of(*inventory).at("a\x1b[31m.txt"), testing::HasSubstr("control characters"));
  EXPECT_THAT(problems_of(*inventory).at("b\xff.txt"), testing::HasSubstr("not UTF-8"));
}

TEST(TakeInventory, UnreadableFolderIsNamedAndTheWalkGoesOn) {
  if (::geteuid() == 0) GTEST_SKIP() << "the superuser reads every folder";
  const TemporaryFolder folder;
  folder.write("closed/a.txt", "x");
  folder.write("open/b.txt", "x");
  std::filesystem::permissions(folder.path() / "closed", std::filesystem::perms::none);
  const auto inventory = take_inventory({folder.path()});
  std::filesystem::permissions(folder.path() / "closed", std::filesystem::perms::owner_all);
  ASSERT_TRUE(inventory);
  EXPECT_THAT(paths_of(*inventory), testing::ElementsAre("open/b.txt"));
  EXPECT_THAT(problems_of(*inventory).at("closed/"), testing::HasSubstr("Permission denied"));
}

TEST(TakeInventory, PackedLogIsALogAndOtherPackedThingsAreArchives) {
  const TemporaryFolder folder;
  folder.write("u_ex.log.gz", gzip(kIisLog));
  folder.write("notes.txt.gz", gzip("hello"));
  folder.write("cut.log.gz", gzip(kIisLog).substr(0, 12));
  const auto inventory = take_inventory({folder.path()});
  ASSERT_TRUE(inventory);
  EXPECT_EQ(inventory->artefacts[0].kind, Kind::archive);
  EXPECT_THAT(problems_of(*inventory).at("cut.log.gz"), testing::HasSubstr("cut off"));
  EXPECT_EQ(inventory->artefacts[1].kind, Kind::archive);
  EXPECT_EQ(inventory->artefacts[2].kind, Kind::iis_w3c);
  EXPECT_TRUE(inventory->artefacts[2].gzip);
}

TEST(TakeInventory, LogsThatNothingReadsAreNamed) {
  const TemporaryFolder folder;
  folder.write(
      "in210305.log",
      "192.0.2.1, -, 3/5/2021, 3:06:27, W3SVC1, EX, 10.0.0.1, 100, 200, 300, 200, 0, GET, /owa/, -,\n");
  folder.write("ncsa.log", "192.0.2.1 - - [05/Mar/2021:03:06:27 +0000] \"GET /owa/ HTTP/1.1\" 200 12\n");
  std::string utf16 = "\xFF\xFE";
  for (const char c : kIisLog.substr(0, kIisLog.find("\n#Fields"))) utf16 += {c, '\0'};
  for (const char c : std::string("\n#Fields: date time cs-uri-stem\n")) utf16 += {c, '\0'};
  folder.write("utf16.txt", utf16);
  const auto problems = problems_of(*take_inventory({folder.path()}));
  EXPECT_THAT(problems.at("in210305.log"), testing::HasSubstr("IIS native format, not W3C"));
  EXPECT_THAT(problems.at("ncsa.log"), testing::HasSubstr("NCSA common format, not W3C"));
  EXPECT_THAT(problems.at("utf16.txt"), testing::HasSubstr("UTF-16"));
}

TEST(TakeInventory, StopsAtItsLimitAndSaysSo) {
  const TemporaryFolder folder;
  for (int i = 0; i < 10; ++i) folder.write("f" + std::to_string(i), "x");
  InventoryOptions options;
  options.max_artefacts = 3;
  const auto inventory = take_inventory({folder.path()}, options);
  ASSERT_TRUE(inventory);
  EXPECT_EQ(inventory->artefacts.size(), 3U);
  EXPECT_THAT(inventory->problems.at(0).what, testing::HasSubstr("more than 3 files"));
}

}  // namespace
}  // namespace afterpatch::evidence
