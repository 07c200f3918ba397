// What a disk may hold besides logs. None of it ends a run; each is counted and named.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "app/exit_status.h"
#include "app/hunt.h"
#include "app/hunt_command.h"

namespace afterpatch::app {
namespace {

class BadInput : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("afterpatch_bad_" + std::to_string(::getpid()) +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    add("C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", good_log());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::string good_log() {
    return "#Software: Microsoft Internet Information Services 10.0\r\n"
           "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
           "cs(User-Agent) cs(Referer) sc-status "
           "sc-substatus sc-win32-status time-taken\r\n"
           "2021-03-03 06:49:46 10.0.0.1 GET /owa/auth/logon.aspx - 443 - 192.0.2.7 Mozilla/5.0 - 200 0 0 "
           "5\r\n";
  }
  void add(const std::string& path, const std::string& content) {
    std::filesystem::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path, std::ios::binary) << content;
  }
  assess::HuntReport hunted() {
    Progress progress;
    HuntOptions options;
    options.sources = {folder_.string()};
    const auto report = hunt(options, progress);
    EXPECT_TRUE(report) << (report ? "" : to_string(report.error()));
    return report.value_or(assess::HuntReport{});
  }
  // The good log was read, whatever lay beside it.
  static void expect_good_log_read(const assess::HuntReport& report) {
    ASSERT_EQ(report.servers.size(), 1U);
    const auto& lines = report.servers[0].coverage;
    const auto iis =
        std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line.log == "iis-w3c"; });
    ASSERT_NE(iis, lines.end());
    EXPECT_GE(iis->rows, 1U);
  }
  static bool names(const assess::HuntReport& report, const std::string& part) {
    return std::any_of(report.problems.begin(), report.problems.end(),
                       [&](const auto& problem) { return problem.artefact.find(part) != std::string::npos; });
  }

  std::filesystem::path folder_;
};

TEST_F(BadInput, EmptyFileIsCounted) {
  add("C/inetpub/logs/LogFiles/W3SVC1/u_ex210304.log", "");
  const auto report = hunted();
  expect_good_log_read(report);
  EXPECT_EQ(report.files_by_kind.at("empty"), 1U);
}

TEST_F(BadInput, BinaryFileCalledLogIsNoLog) {
  std::string bytes;
  for (int i = 0; i < 100'000; ++i) bytes.push_back(static_cast<char>(i * 7919 >> 3));
  add("C/inetpub/logs/LogFiles/W3SVC1/u_ex210304.log", bytes);
  expect_good_log_read(hunted());
}

TEST_F(BadInput, EndlessRowIsNamedAndTheRestIsRead) {
  add("C/inetpub/logs/LogFiles/W3SVC1/u_ex210304.log",
      good_log() + std::string(40'000'000, 'x') + "\r\n" + good_log());
  const auto report = hunted();
  expect_good_log_read(report);
  EXPECT_TRUE(names(report, "u_ex210304.log"));
}

TEST_F(BadInput, ZeroBytesInALogLeaveItsOtherRowsReadable) {
  const std::string log = good_log();
  add("C/inetpub/logs/LogFiles/W3SVC1/u_ex210304.log",
      log + std::string(5000, '\0') + "\r\n" + log.substr(log.find("2021-03-03")));
  const auto report = hunted();
  expect_good_log_read(report);
  EXPECT_GE(report.servers[0].coverage[0].rows, 1U);
}

TEST_F(BadInput, RowsWithoutOrWithWrongFieldsAreRead) {
  const std::string log = good_log();
  add("C/inetpub/logs/LogFiles/W3SVC1/u_ex210304.log", log.substr(log.find("2021-03-03")));
  add("C/inetpub/logs/LogFiles/W3SVC1/u_ex210305.log",
      "#Fields: date time cs-uri-stem\r\n" + log.substr(log.find("2021-03-03")));
  expect_good_log_read(hunted());
}

TEST_F(BadInput, FolderThatCannotBeReadIsNamed) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read every folder";
  add("C/secret/x.log", good_log());
  ::chmod((folder_ / "C/secret").c_str(), 0);
  const auto report = hunted();
  ::chmod((folder_ / "C/secret").c_str(), 0755);
  EXPECT_TRUE(names(report, "secret"));
}

TEST_F(BadInput, LinkLoopsAndLinksOutsideAreNamedAndNotFollowed) {
  std::filesystem::create_directory_symlink(folder_, folder_ / "C/loop");
  std::filesystem::create_symlink("/etc/passwd", folder_ / "C/outside.log");
  const auto report = hunted();
  expect_good_log_read(report);
  EXPECT_TRUE(names(report, "outside.log"));
}

TEST_F(BadInput, PipeAmongTheFilesDoesNotBlock) {
  ASSERT_EQ(::mkfifo((folder_ / "C/pipe.log").c_str(), 0600), 0);
  expect_good_log_read(hunted());
}

TEST_F(BadInput, DamagedGzipGivesWhatCanBeUnpacked) {
  add("C/inetpub/logs/LogFiles/W3SVC1/u_ex210304.log.gz",
      std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03garbage", 17));
  expect_good_log_read(hunted());
}

TEST_F(BadInput, MissingSourceIsAClearErrorWithStatusTwo) {
  HuntCommand command;
  command.hunt.sources = {(folder_ / "nowhere").string()};
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_hunt(command, out, err), kCannotRun);
  EXPECT_TRUE(out.str().empty());
  EXPECT_NE(err.str().find("nowhere"), std::string::npos);
}

TEST_F(BadInput, ControlCodesNeverReachTheTerminalOrTheReports) {
  const std::string log = good_log();
  add("C/inetpub/logs/LogFiles/W3SVC1/u_ex210304.log",
      log.substr(0, log.find("2021-03-03")) +
          "2021-03-03 06:50:46 10.0.0.1 POST /owa/auth/\x1b[2Jevil<script>.aspx cmd=\x07\x1b]0;x - - "
          "192.0.2.9 \x9b"
          "1mA - 200 0 0 5\r\n");
  HuntCommand command;
  command.hunt.sources = {folder_.string()};
  for (const HuntFormat format : {HuntFormat::text, HuntFormat::json, HuntFormat::jsonl, HuntFormat::csv}) {
    command.format = format;
    std::ostringstream out;
    std::ostringstream err;
    ASSERT_EQ(run_hunt(command, out, err), kSuccess);
    for (const char c : out.str() + err.str()) {
      EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\r') << static_cast<int>(c);
    }
  }
}

TEST_F(BadInput, FullDiskForTheReportIsAClearError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const auto report = folder_ / "report";
  std::filesystem::create_directories(report);
  std::filesystem::create_symlink("/dev/full", report / "report.html.part");
  HuntCommand command;
  command.hunt.sources = {(folder_ / "C").string()};
  command.report = report;
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_hunt(command, out, err), kCannotRun);
  EXPECT_NE(err.str().find("No space left"), std::string::npos) << err.str();
  EXPECT_NE(out.str().find("Verdict"), std::string::npos) << "the result is shown all the same";
  EXPECT_EQ(out.str().find("Full report"), std::string::npos);
}

TEST_F(BadInput, ReportFolderThatCannotBeMadeIsToldBeforeAnythingIsRead) {
  HuntCommand command;
  command.hunt.sources = {(folder_ / "C").string()};
  command.report = folder_ / "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log/report";
  std::ostringstream out;
  std::ostringstream err;
  EXPECT_EQ(run_hunt(command, out, err), kCannotRun);
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace afterpatch::app
