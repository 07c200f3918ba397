#include "report/evidence_timeline.h"

#include <gmock/gmock.h>

#include "base/csv.h"
#include "report/hostile_text.h"
#include "report/sample_report.h"

namespace afterpatch::report {
namespace {

constexpr std::size_t kColumns = 20;

TEST(EvidenceTimeline, HasEveryDetectionWithItsPlaceAndClock) {
  const assess::HuntReport hunt = reentered_report();
  const auto table = CsvTable::parse(evidence_timeline(hunt), "csv", {"time", "text"});
  ASSERT_TRUE(table) << to_string(table.error());
  ASSERT_EQ(table->size(), hunt.servers[0].detections.size());
  EXPECT_EQ(table->at(0, "time"), "2021-03-03T06:49:46.210Z");
  EXPECT_EQ(table->at(0, "clock"), "UTC as logged");
  EXPECT_EQ(table->at(0, "server"), "EX01");
  EXPECT_EQ(table->at(0, "source"), "/mnt/ex01");
  EXPECT_EQ(table->at(0, "line"), "1742");
  EXPECT_EQ(table->at(0, "offset"), "1064362");
  EXPECT_EQ(table->at(2, "clock"), "local time of the server, not shifted");
  EXPECT_EQ(table->at(5, "account"), "cfo@contoso.example");
}

TEST(EvidenceTimeline, PutsWhatHasNoTimeLast) {
  assess::HuntReport hunt = reentered_report();
  hunt.servers[0].detections[0].time.reset();
  const auto table = CsvTable::parse(evidence_timeline(hunt), "csv", {"time"});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->at(table->size() - 1, "line"), "1742");
  EXPECT_EQ(table->at(table->size() - 1, "time"), "");
}

TEST(EvidenceTimeline, NeverStartsACellAsAFormula) {
  const std::string text = evidence_timeline(hostile_report());
  EXPECT_EQ(first_danger(text), std::nullopt);
  const auto rows = parse_csv(text, "csv");
  ASSERT_TRUE(rows);
  for (const auto& row : *rows) {
    ASSERT_EQ(row.fields.size(), kColumns);
    for (const std::string& cell : row.fields)
      ASSERT_TRUE(cell.empty() || std::string_view("=+-@").find(cell.front()) == std::string_view::npos);
  }
}

TEST(EvidenceTimeline, IsTheSameInTwoRuns) {
  EXPECT_EQ(evidence_timeline(hostile_report()), evidence_timeline(hostile_report()));
}

}  // namespace
}  // namespace afterpatch::report
