#include "report/clock.h"

#include <gtest/gtest.h>

namespace afterpatch::report {
namespace {

detect::Detection row() {
  detect::Detection detection;
  detection.time = parse_time("2021-03-03T06:49:46Z");
  detection.log = "ecp-server";
  detection.place.line = 7;
  return detection;
}

TEST(ClockWords, TellUtcFromLocalTime) {
  assess::ServerReport server;
  EXPECT_EQ(clock_words(server, row()), "UTC as logged");
  server.coverage.resize(1);
  server.coverage[0].log = "ecp-server";
  server.coverage[0].local_time = true;
  EXPECT_EQ(clock_words(server, row()), "local time of the server, not shifted");
  server.coverage[0].log = "iis-w3c";
  EXPECT_EQ(clock_words(server, row()), "UTC as logged");
}

TEST(ClockWords, TrustNoTimeOfAFile) {
  detect::Detection file = row();
  file.place.line = 0;
  EXPECT_EQ(clock_words({}, file), "time of the file, which anyone can set");
}

TEST(ClockWords, SayWhenThereIsNoTime) {
  detect::Detection timeless = row();
  timeless.time.reset();
  EXPECT_EQ(clock_words({}, timeless), "no time");
}

}  // namespace
}  // namespace afterpatch::report
