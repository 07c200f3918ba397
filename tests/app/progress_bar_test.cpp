#include "app/progress_bar.h"

#include <gtest/gtest.h>

namespace afterpatch::app {
namespace {

TEST(ProgressBar, ShowsBytesRateAndTimeLeft) {
  EXPECT_EQ(progress_line("Reading logs", 1'000'000'000, 4'000'000'000, 2),
            "Reading logs: 1.0 GB of 4.0 GB, 500 MB/s, 6 s left");
}

TEST(ProgressBar, SaysNothingOfTimeWhileItKnowsNothing) {
  EXPECT_EQ(progress_line("Reading logs", 0, 4000, 0), "Reading logs: 0 B of 4.0 kB, 0 B/s");
}

TEST(ProgressBar, WritesSizesInUnitsThatAPersonReads) {
  EXPECT_EQ(byte_text(999), "999 B");
  EXPECT_EQ(byte_text(1500), "1.5 kB");
  EXPECT_EQ(byte_text(250'000'000), "250 MB");
}

}  // namespace
}  // namespace afterpatch::app
