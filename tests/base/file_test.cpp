#include <unistd.h>

#include "base/file.h"

#include <gtest/gtest.h>

namespace afterpatch {
namespace {

std::filesystem::path temporary_folder() {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / ("afterpatch_file_test" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  return folder;
}

TEST(File, ReadsBackWhatItWrote) {
  const auto path = temporary_folder() / "x";
  ASSERT_TRUE(write_file(path, "content"));
  EXPECT_EQ(read_file(path).value(), "content");
}

TEST(File, RefusesWhatIsLargerThanTheLimit) {
  const auto path = temporary_folder() / "large";
  ASSERT_TRUE(write_file(path, std::string(100, 'x')));
  EXPECT_FALSE(read_file(path, 99));
}

TEST(File, SaysWhyAFileCannotBeOpened) {
  const auto missing = read_file(temporary_folder() / "missing");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().what.find("No such file"), std::string::npos);
}

TEST(File, LeavesNothingHalfWrittenOnAFullDisk) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const auto link = temporary_folder() / "full.part";
  std::filesystem::remove(link);
  std::filesystem::create_symlink("/dev/full", link);
  const auto written = write_file(temporary_folder() / "full", "content");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().what.find("No space left"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(temporary_folder() / "full"));
}

}  // namespace
}  // namespace afterpatch
