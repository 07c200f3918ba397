#include "exposure/opt_out.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>

namespace afterpatch::exposure {
namespace {

class OptOutFileTest : public testing::Test {
 protected:
  void SetUp() override {
    file_ = std::filesystem::path(testing::TempDir()) / ("opt_out_" + std::to_string(getpid()));
  }
  void TearDown() override { std::filesystem::remove(file_); }
  void write(const std::string& text) { std::ofstream(file_) << text; }
  bool holds(OptOutFile& list, std::string_view address, int second) const {
    return list.holds(*parse_address(address), "",
                      std::chrono::steady_clock::time_point{} + std::chrono::seconds(second));
  }
  std::filesystem::path file_;
};

TEST(OptOutList, HoldsAddressesRangesAndNamesBelow) {
  const OptOutList list = parse_opt_out("192.0.2.7 # asked by mail\n198.51.100.0/24\nExample.org\n", "list");
  EXPECT_TRUE(list.faults.empty());
  EXPECT_TRUE(list.holds(*parse_address("192.0.2.7"), ""));
  EXPECT_FALSE(list.holds(*parse_address("192.0.2.8"), ""));
  EXPECT_TRUE(list.holds(*parse_address("198.51.100.9"), ""));
  EXPECT_TRUE(list.holds(*parse_address("192.0.2.8"), "mail.example.org"));
  EXPECT_FALSE(list.holds(*parse_address("192.0.2.8"), "mail.notexample.org"));
}

TEST_F(OptOutFileTest, SeesWhatIsAddedWhileItRuns) {
  write("192.0.2.1\n");
  auto list = OptOutFile::open(file_);
  ASSERT_TRUE(list);
  EXPECT_FALSE(holds(*list, "192.0.2.2", 10));
  write("192.0.2.1\n192.0.2.2\n");
  EXPECT_FALSE(holds(*list, "192.0.2.2", 10)) << "not looked at again within a second";
  EXPECT_TRUE(holds(*list, "192.0.2.2", 12));
  EXPECT_EQ(list->times_read(), 2U);
}

TEST_F(OptOutFileTest, StaysInForceWhenTheFileGoesOrBreaks) {
  write("192.0.2.1\n");
  auto list = OptOutFile::open(file_);
  ASSERT_TRUE(list);
  write("<<<<<<< half a merge\n192.0.2.3\n");
  EXPECT_TRUE(holds(*list, "192.0.2.1", 10));
  EXPECT_TRUE(holds(*list, "192.0.2.3", 10));
  EXPECT_EQ(list->problems().size(), 1U);
  std::filesystem::remove(file_);
  EXPECT_TRUE(holds(*list, "192.0.2.1", 20));
}

TEST_F(OptOutFileTest, RefusesToBeginWithAListItDoesNotUnderstand) {
  write("192.0.2.1\nplease not me\n");
  const auto list = OptOutFile::open(file_);
  ASSERT_FALSE(list);
  EXPECT_TRUE(list.error().where.ends_with(":2"));
  EXPECT_FALSE(OptOutFile::open("/no/such/list"));
}

}  // namespace
}  // namespace afterpatch::exposure
