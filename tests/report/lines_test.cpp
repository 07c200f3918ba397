#include "report/lines.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "base/csv.h"
#include "base/text.h"
#include "report/hostile_text.h"
#include "report/sample_report.h"

namespace afterpatch::report {
namespace {

std::vector<boost::json::object> objects_of(const std::string& lines) {
  std::vector<boost::json::object> objects;
  for (const std::string_view line : split(lines, '\n')) {
    if (!line.empty()) objects.push_back(boost::json::parse(line).as_object());
  }
  return objects;
}

TEST(JsonLines, HaveATypeEachAndHoldEveryDetection) {
  const assess::HuntReport hunt = reentered_report();
  std::map<std::string, std::size_t> types;
  for (const auto& object : objects_of(jsonl_text(hunt))) ++types[std::string(object.at("type").as_string())];
  EXPECT_EQ(types["hunt"], 1U);
  EXPECT_EQ(types["verdict"], 1U);
  EXPECT_EQ(types["answer"], 6U);
  EXPECT_EQ(types["door"], 2U);
  EXPECT_EQ(types["detection"], hunt.servers[0].detections.size());
  EXPECT_EQ(types["problem"], hunt.problems.size());
}

TEST(JsonLines, StayOneObjectALineForHostileEvidence) {
  const std::string lines = jsonl_text(hostile_report());
  EXPECT_EQ(first_danger(lines), std::nullopt);
  EXPECT_EQ(objects_of(lines).size(), static_cast<std::size_t>(std::ranges::count(lines, '\n')));
}

TEST(Csv, HasOneRowADetectionWithItsColumns) {
  const assess::HuntReport hunt = reentered_report();
  const auto table = CsvTable::parse(csv_text(hunt), "csv", {"time", "raw"});
  ASSERT_TRUE(table) << to_string(table.error());
  ASSERT_EQ(table->size(), hunt.servers[0].detections.size());
  EXPECT_EQ(table->at(0, "time"), "2021-03-03T06:49:46.210Z");
  EXPECT_EQ(table->at(0, "step"), "exploit");
  EXPECT_EQ(table->at(0, "client"), "203.0.113.45");
  EXPECT_EQ(table->at(0, "line"), "1742");
  EXPECT_EQ(table->at(0, "source"), "/mnt/ex01");
  EXPECT_EQ(table->at(3, "rule_kind"), "yara");
}

TEST(Csv, NeverStartsACellAsAFormula) {
  const std::string text = csv_text(hostile_report());
  EXPECT_EQ(first_danger(text), std::nullopt);
  const auto rows = parse_csv(text, "csv");
  ASSERT_TRUE(rows);
  for (const CsvRow& row : *rows) {
    ASSERT_EQ(row.fields.size(), 15U);
    for (const std::string& cell : row.fields) {
      ASSERT_TRUE(cell.empty() || std::string_view("=+-@").find(cell.front()) == std::string_view::npos)
          << cell.substr(0, 40);
    }
  }
}

TEST(Csv, OfNothingIsAHeaderOnly) {
  EXPECT_EQ(std::ranges::count(csv_text(empty_report()), '\n'), 1);
}

}  // namespace
}  // namespace afterpatch::report
