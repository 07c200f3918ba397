#include "range/bulk.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "range/tables.h"
#include "tests/range/tree_reader.h"

namespace afterpatch::range {
namespace {

class Bulk : public ::testing::TestWithParam<BulkLog> {
 protected:
  BulkReport write(const std::string& name, std::uint64_t seed, std::uint64_t attack_rows = 0) {
    const auto report = write_bulk_log({.log = GetParam(),
                                        .bytes = 3U << 20U,
                                        .seed = seed,
                                        .file = folder_.path() / name,
                                        .attack_rows = attack_rows});
    EXPECT_TRUE(report.has_value());
    return report.value_or(BulkReport{});
  }
  TemporaryFolder folder_{GetParam() == BulkLog::iis ? "bulk-iis" : "bulk-proxy"};
};

TEST_P(Bulk, ReachesItsSizeWithWholeRows) {
  const BulkReport report = write("a.log", 1);
  const std::string text = text_of(folder_.path() / "a.log");
  EXPECT_EQ(text.size(), report.bytes);
  EXPECT_GE(report.bytes, 3U << 20U);
  EXPECT_LT(report.bytes, (3U << 20U) + 4096);
  EXPECT_TRUE(text.ends_with("\r\n"));
}

TEST_P(Bulk, SameSeedGivesSameBytes) {
  write("a.log", 1, 3);
  write("b.log", 1, 3);
  write("c.log", 2, 3);
  EXPECT_EQ(text_of(folder_.path() / "a.log"), text_of(folder_.path() / "b.log"));
  EXPECT_NE(text_of(folder_.path() / "a.log"), text_of(folder_.path() / "c.log"));
}

TEST_P(Bulk, SpreadsExactlyTheAttackRowsAskedFor) {
  EXPECT_EQ(write("a.log", 1, 17).attack_rows, 17U);
  const std::string text = text_of(folder_.path() / "a.log");
  std::size_t found = 0;
  for (const auto line : split(text, '\n'))
    found += line.find("203.0.113.1") != std::string_view::npos ? 1 : 0;
  EXPECT_EQ(found, 17U);
}

TEST_P(Bulk, RowsAreInOrderOfTimeAndHaveTheirColumns) {
  write("a.log", 1, 5);
  const std::string text = text_of(folder_.path() / "a.log");
  const char separator = GetParam() == BulkLog::iis ? ' ' : ',';
  std::size_t columns = 0;
  std::string_view last;
  for (const auto line : split(text, '\n')) {
    if (line.starts_with("#Fields: "))
      columns = split(line, separator).size() - (GetParam() == BulkLog::iis ? 1 : 0);
    if (line.empty() || line.starts_with('#') || line.starts_with("DateTime")) continue;
    ASSERT_EQ(split(line, separator).size(), columns);
    ASSERT_GE(line.substr(0, 19), last);
    last = line.substr(0, 19);
  }
  EXPECT_GT(columns, 10U);
}

INSTANTIATE_TEST_SUITE_P(Logs, Bulk, ::testing::Values(BulkLog::iis, BulkLog::http_proxy),
                         [](const auto& tested) {
                           return tested.param == BulkLog::iis ? "Iis" : "HttpProxy";
                         });

TEST(BulkLog, SaysWhenTheFileCantBeWritten) {
  EXPECT_FALSE(write_bulk_log({.bytes = 1000, .file = "/nonexistent/folder/a.log"}).has_value());
}

}  // namespace
}  // namespace afterpatch::range
