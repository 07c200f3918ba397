#include "app/scan_summary.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace afterpatch::app {
namespace {

ScanSummary full_summary() {
  ScanSummary summary;
  summary.targets = 65536;
  summary.position = 16384;
  summary.hosts = 16384;
  summary.reached = 12000;
  summary.requests = 40000;
  summary.seconds = 100;
  summary.shard = "1/1";
  summary.output = "today.jsonl";
  summary.left_out = 256;
  summary.opted_out = 3;
  summary.tables.products = {
      {"exchange-self-hosted", 900}, {"exchange-hybrid", 100}, {"not-exchange", 11000}};
  summary.tables.exposures = {
      {"unpatched", 600}, {"unsupported", 100}, {"build-ambiguous", 100}, {"patched", 100}, {"unknown", 100}};
  for (int i = 0; i < 20; ++i)
    summary.tables.errors["kind-" + std::to_string(i)] = static_cast<std::uint64_t>(i + 1);
  return summary;
}

TEST(ScanSummary, FitsAScreen) {
  const std::string text = summary_text(full_summary());
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 30);
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    longest = std::max(longest, end - at);
    at = end + 1;
  }
  EXPECT_LE(longest, 120U) << text;
}

TEST(ScanSummary, GivesThePatchedShareAsABand) {
  EXPECT_NE(summary_text(full_summary()).find("Patched: 11.1 to 22.2 % of 900 servers whose build shows."),
            std::string::npos);
}

TEST(ScanSummary, SaysWhatItCantSee) {
  EXPECT_NE(summary_text(full_summary()).find("Mitigations do not show"), std::string::npos);
}

TEST(ScanSummary, JsonHasTheSameNumbers) {
  const std::string text = summary_json(full_summary());
  EXPECT_NE(text.find("\"hosts\":16384"), std::string::npos);
  EXPECT_NE(text.find("\"build-ambiguous\":100"), std::string::npos);
  EXPECT_NE(text.find("\"kind-19\":20"), std::string::npos);
}

TEST(ScanSummary, ProgressSaysHowLongItStillTakes) {
  const std::string line = scan_progress_line(full_summary(), 0);
  EXPECT_TRUE(
      line.starts_with("16,384 of 65,536 (25 %), 164 hosts/s, 12,000 reached, 1,000 Exchange, 600 unpatched"))
      << line;
  EXPECT_TRUE(line.ends_with("5 min left")) << line;
}

TEST(ScanSummary, AnEmptyScanIsNoDivisionByZero) {
  EXPECT_NE(summary_text({}).find("0 hosts probed"), std::string::npos);
  EXPECT_FALSE(scan_progress_line({}, 0).empty());
}

}  // namespace
}  // namespace afterpatch::app
