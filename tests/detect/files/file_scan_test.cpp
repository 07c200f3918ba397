#include "detect/files/file_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/hash.h"
#include "detect/files/fixtures.h"

namespace afterpatch::detect::files {
namespace {

using namespace fixtures;
using testing::Contains;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

FileScanOptions options() {
  FileScanOptions made;
  made.product = std::shared_ptr<const knowledge::Product>(std::shared_ptr<void>(), &exchange());
  return made;
}

FileScan make_scan(const FileScanOptions& chosen = options()) {
  RuleReport report;
  auto scan = FileScan::make(chosen, report);
  EXPECT_TRUE(scan) << to_string(scan.error());
  return std::move(*scan);
}

std::vector<std::string> doors(const FileOutcome& outcome) {
  std::vector<std::string> rules;
  for (const Detection& detection : outcome.detections) {
    if (detection.step == Step::backdoor_file || detection.step == Step::backdoor_trace)
      rules.push_back(detection.rule_id);
  }
  return rules;
}

constexpr const char* kAuth = "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/";

TEST(FileScan, ADumpWithScriptIsFoundByContentAndByPlace) {
  const TestFolder folder;
  FileScan scan = make_scan();
  const std::string dump = dump_with_script();
  const auto outcome =
      scan.scan(artefact(folder, std::string(kAuth) + "RedirSuiteServerProxy.aspx", dump), 0);
  EXPECT_THAT(doors(outcome),
              testing::UnorderedElementsAre("placement-script-never-shipped",
                                            "web-content-virtual-directory-dump-with-script"));
  const Detection& detection = outcome.detections.back();
  EXPECT_EQ(detection.field("sha256"), sha256(dump));
  EXPECT_EQ(detection.field("url"), "/owa/auth/redirsuiteserverproxy.aspx");
  EXPECT_FALSE(detection.field("reason").empty());
  EXPECT_TRUE(detection.time);
  ASSERT_TRUE(outcome.web_file);
  EXPECT_EQ(outcome.web_file->sha256, sha256(dump));
  EXPECT_EQ(outcome.bytes, dump.size());
}

TEST(FileScan, ABareDumpInAspnetClientIsNoDoor) {
  const TestFolder folder;
  FileScan scan = make_scan();
  const auto outcome = scan.scan(artefact(folder, "C/inetpub/wwwroot/aspnet_client/x.aspx",
                                          virtual_directory_dump("https://mail.example/OAB")),
                                 0);
  EXPECT_THAT(doors(outcome), IsEmpty());
  EXPECT_THAT(outcome.detections, SizeIs(2));
}

TEST(FileScan, LogsAreNotReadOutsideWebFolders) {
  const TestFolder folder;
  FileScan scan = make_scan();
  const auto log = artefact(folder, "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log",
                            "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
                            "#Fields: date time c-ip cs-method cs-uri-stem sc-status\r\n2021-03-03 06:49:46 "
                            "203.0.113.9 GET / 200\r\n");
  ASSERT_EQ(log.kind, evidence::Kind::iis_w3c);
  const auto outcome = scan.scan(log, 0);
  EXPECT_EQ(outcome.bytes, 0U);
  EXPECT_THAT(outcome.detections, IsEmpty());
}

TEST(FileScan, ALibraryOfWindowsIsNotReadWithoutNeed) {
  const TestFolder folder;
  FileScan scan = make_scan();
  EXPECT_EQ(scan.scan(artefact(folder, "C/Windows/System32/a.dll", "MZ and more"), 0).bytes, 0U);
}

TEST(FileScan, ListedDigestsAreFoundInExecutablesToo) {
  const TestFolder folder;
  const std::string tool = "MZ made-up tool";
  auto chosen = options();
  chosen.indicators = {
      folder.write("ioc.csv", "type,value,note\nsha256," + sha256(tool) + ",made-up tool\n")};
  FileScan scan = make_scan(chosen);
  const auto outcome = scan.scan(artefact(folder, "C/Windows/System32/a.dll", tool), 0);
  ASSERT_THAT(outcome.detections, SizeIs(1));
  EXPECT_EQ(outcome.detections[0].rule_kind, RuleKind::indicator);
  EXPECT_EQ(outcome.detections[0].step, Step::context);
  EXPECT_EQ(outcome.detections[0].confidence, Confidence::likely);
}

TEST(FileScan, ListedNamesAreFoundWithoutReading) {
  const TestFolder folder;
  auto chosen = options();
  chosen.indicators = {folder.write("ioc.csv", "type,value\nfilename,madeup.bin\n")};
  FileScan scan = make_scan(chosen);
  const auto outcome = scan.scan(artefact(folder, "C/Windows/System32/MadeUp.bin", "bytes"), 0);
  EXPECT_THAT(outcome.detections, Contains(Field(&Detection::rule_id, "indicator-filename")));
  EXPECT_EQ(outcome.bytes, 0U);
}

TEST(FileScan, ACompiledTraceIsRead) {
  const TestFolder folder;
  FileScan scan = make_scan();
  const auto outcome =
      scan.scan(artefact(folder,
                         "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET "
                         "Files/root/e22c2559/92c7e946/x.aspx.cdcab7d2.compiled",
                         "<preserve resultType=\"3\" virtualPath=\"/aspnet_client/x.aspx\" hash=\"1\">"),
                0);
  EXPECT_THAT(doors(outcome), testing::ElementsAre("compiled-trace-of-unknown-page"));
  EXPECT_EQ(outcome.detections[0].field("path"), "/aspnet_client/x.aspx");
}

TEST(FileScan, ALongFileIsLookedAtInItsFirstPartAndSaidSo) {
  const TestFolder folder;
  auto chosen = options();
  chosen.max_file_bytes = 1U << 20U;
  FileScan scan = make_scan(chosen);
  const auto outcome = scan.scan(artefact(folder, "C/inetpub/wwwroot/aspnet_client/x.aspx",
                                          dump_with_script() + std::string(2U << 20U, ' ')),
                                 0);
  ASSERT_THAT(outcome.problems, SizeIs(1));
  EXPECT_THAT(doors(outcome), Contains("web-content-virtual-directory-dump-with-script"));
  EXPECT_TRUE(outcome.detections[0].field("sha256").empty());
}

TEST(FileScan, AFileThatCantBeReadIsAProblem) {
  const TestFolder folder;
  FileScan scan = make_scan();
  auto gone = artefact(folder, "C/inetpub/wwwroot/aspnet_client/x.aspx", "text");
  std::filesystem::remove(gone.file);
  EXPECT_THAT(scan.scan(gone, 0).problems, SizeIs(1));
}

TEST(FileScan, AnUnreadableScriptIsStillJudgedByItsName) {
  const TestFolder folder;
  auto chosen = options();
  chosen.indicators = {folder.write("ioc.csv", "type,value\nfilename,gone.aspx\n")};
  FileScan scan = make_scan(chosen);
  auto gone = artefact(folder, "C/inetpub/wwwroot/aspnet_client/gone.aspx", "text");
  std::filesystem::remove(gone.file);
  const auto outcome = scan.scan(gone, 0);
  EXPECT_THAT(outcome.detections, Contains(Field(&Detection::rule_id, "indicator-filename")));
  EXPECT_THAT(outcome.detections,
              Contains(Field(&Detection::rule_id, "placement-script-where-none-belongs")));
}

TEST(FileScan, ThreadsGiveWhatOneGives) {
  const TestFolder folder;
  auto chosen = options();
  chosen.threads = 4;
  chosen.yara = {
      folder.write("a.yar", "rule marker { strings: $a = \"OfflineAddressBooks\" condition: $a }\n")};
  FileScan scan = make_scan(chosen);
  std::vector<evidence::Artefact> files;
  for (int i = 0; i < 40; ++i) {
    files.push_back(artefact(folder, std::string(kAuth) + "x" + std::to_string(i) + ".aspx",
                             i % 2 == 0 ? dump_with_script() : "text"));
  }
  std::vector<std::size_t> counts(files.size());
  {
    std::vector<std::jthread> threads;
    for (unsigned t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < files.size(); i += 4)
          counts[i] = scan.scan(files[i], t).detections.size();
      });
    }
  }
  for (std::size_t i = 0; i < files.size(); ++i)
    EXPECT_EQ(counts[i], scan.scan(files[i], 0).detections.size()) << i;
  EXPECT_EQ(counts[0], 3U);
  EXPECT_EQ(counts[1], 1U);
}

// Rules and their descriptions quote what they look for, and must not find themselves.
TEST(FileScan, OurOwnKnowledgeHoldsNoDoors) {
  const std::filesystem::path knowledge = std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge";
  auto chosen = options();
  auto campaign = knowledge::Campaign::load(knowledge / "campaigns/exchange-2021-proxylogon");
  ASSERT_TRUE(campaign) << to_string(campaign.error());
  chosen.campaigns = {*campaign};
  FileScan scan = make_scan(chosen);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(knowledge)) {
    if (!entry.is_regular_file()) continue;
    evidence::Artefact file;
    file.path = std::filesystem::relative(entry.path(), knowledge).string();
    file.file = entry.path();
    file.windows_path = evidence::to_windows_path(file.path);
    file.kind = evidence::Kind::text;
    file.size = entry.file_size();
    EXPECT_THAT(doors(scan.scan(file, 0)), IsEmpty()) << file.path;
    ++files;
  }
  EXPECT_GT(files, 5U);
}

}  // namespace
}  // namespace afterpatch::detect::files
