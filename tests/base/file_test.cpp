#include "base/file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace afterpatch {
namespace {

class File : public testing::Test {
 protected:
  File() {
    std::string name = testing::TempDir() + "/afterpatch-file-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~File() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(File, ReadsBackWhatItWrote) {
  const auto path = folder_ / "x";
  ASSERT_TRUE(write_file(path, "content"));
  EXPECT_EQ(read_file(path).value(), "content");
}

TEST_F(File, RefusesWhatIsLargerThanTheLimit) {
  const auto path = folder_ / "large";
  ASSERT_TRUE(write_file(path, std::string(100, 'x')));
  EXPECT_FALSE(read_file(path, 99));
}

TEST_F(File, SaysWhyAFileCannotBeOpened) {
  const auto missing = read_file(folder_ / "missing");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().what.find("No such file"), std::string::npos);
}

TEST_F(File, LeavesNothingHalfWrittenOnAFullDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const auto link = folder_ / "full.part";
  std::filesystem::remove(link);
  std::filesystem::create_symlink("/dev/full", link);
  const auto written = write_file(folder_ / "full", "content");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().what.find("No space left"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "full"));
}

}  // namespace
}  // namespace afterpatch
