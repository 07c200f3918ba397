#include "report/write_report.h"

#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>

#include "base/file.h"
#include "report/evidence_timeline.h"
#include "report/html.h"
#include "report/json.h"
#include "report/lines.h"
#include "report/misp.h"
#include "report/navigator.h"
#include "report/sample_report.h"
#include "report/stix.h"
#include "report/timesketch.h"

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

TEST_F(WriteReport, MakesTheFolderAndWritesAllParts) {
  const fs::path dir = folder_ / "new" / "report";
  const auto hunt = reentered_report();
  const auto written = write_report(hunt, dir);
  ASSERT_TRUE(written) << to_string(written.error());
  EXPECT_EQ(read_file(dir / "report.html").value(), html_page(hunt));
  EXPECT_EQ(read_file(dir / "report.json").value(), report_json(hunt));
  EXPECT_EQ(read_file(dir / "detections.csv").value(), csv_text(hunt));
  EXPECT_EQ(read_file(dir / "timeline.csv").value(), evidence_timeline(hunt));
  EXPECT_EQ(read_file(dir / "timesketch.csv").value(), timesketch_csv(hunt));
  EXPECT_EQ(read_file(dir / "timesketch.jsonl").value(), timesketch_jsonl(hunt));
  EXPECT_EQ(read_file(dir / "report.stix.json").value(), stix_bundle(hunt, Share::without_victims));
  EXPECT_EQ(read_file(dir / "report.misp.json").value(), misp_event(hunt, Share::without_victims));
  EXPECT_EQ(read_file(dir / "report.attack.json").value(), navigator_layer(hunt));
}

TEST_F(WriteReport, NamesVictimsInWhatIsSharedOnlyWhenTold) {
  const auto hunt = reentered_report();
  ASSERT_TRUE(write_report(hunt, folder_, Share::with_victims));
  EXPECT_EQ(read_file(folder_ / "report.stix.json").value(), stix_bundle(hunt, Share::with_victims));
  EXPECT_EQ(read_file(folder_ / "report.misp.json").value(), misp_event(hunt, Share::with_victims));
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
