#include "report/write_report.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>

#include "base/file.h"
#include "report/html.h"
#include "report/json.h"
#include "report/lines.h"
#include "report/sample_report.h"

namespace afterpatch::report {
namespace {

namespace fs = std::filesystem;

class WriteReport : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "write-report-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

// A disk that takes no more: writes past `bytes` fail (setrlimit(2), with SIGXFSZ ignored).
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(WriteReport, MakesTheFolderAndWritesAllThree) {
  const fs::path dir = folder_ / "new" / "report";
  const auto hunt = reentered_report();
  const auto written = write_report(hunt, dir);
  ASSERT_TRUE(written) << to_string(written.error());
  EXPECT_EQ(read_file(dir / "report.html").value(), html_page(hunt));
  EXPECT_EQ(read_file(dir / "report.json").value(), report_json(hunt));
  EXPECT_EQ(read_file(dir / "detections.csv").value(), csv_text(hunt));
}

TEST_F(WriteReport, ReplacesAnEarlierReportAndTouchesNothingElse) {
  ASSERT_TRUE(write_file(folder_ / "notes.txt", "mine"));
  ASSERT_TRUE(write_report(reentered_report(), folder_));
  ASSERT_TRUE(write_report(empty_report(), folder_));
  EXPECT_EQ(read_file(folder_ / "report.html").value(), html_page(empty_report()));
  EXPECT_EQ(read_file(folder_ / "notes.txt").value(), "mine");
}

TEST_F(WriteReport, SaysWhatToDoWhenTheFolderIsAFile) {
  ASSERT_TRUE(write_file(folder_ / "taken", ""));
  const auto written = write_report(reentered_report(), folder_ / "taken");
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().where, testing::HasSubstr("taken"));
  EXPECT_THAT(written.error().next, testing::HasSubstr("--report"));
}

TEST_F(WriteReport, LeavesNoHalfFileOnAFullDisk) {
  const auto hunt = reentered_report();
  Result<void> written;
  {
    const FileSizeLimit limit(1000);
    written = write_report(hunt, folder_);
  }
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().what, testing::HasSubstr("can't be written"));
  EXPECT_THAT(written.error().next, testing::HasSubstr("room"));
  EXPECT_TRUE(fs::is_empty(folder_));
}

// The page of an earlier run could be taken for this one's.
TEST_F(WriteReport, LeavesNoEarlierPageWhenTheDiskIsFull) {
  ASSERT_TRUE(write_report(empty_report(), folder_));
  {
    const FileSizeLimit limit(1000);
    ASSERT_FALSE(write_report(reentered_report(), folder_));
  }
  EXPECT_FALSE(fs::exists(folder_ / "report.html"));
  EXPECT_EQ(read_file(folder_ / "report.json").value(), report_json(empty_report()));
}

}  // namespace
}  // namespace afterpatch::report
