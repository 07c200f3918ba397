#include "base/csv.h"

#include <gtest/gtest.h>

namespace afterpatch {
namespace {

TEST(Csv, ReadsQuotesCommasAndLineBreaks) {
  const auto rows = parse_csv("a,b\r\n\"x,\"\"y\"\"\",\"two\nlines\"\n", "t.csv");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ((*rows)[1].fields, (std::vector<std::string>{"x,\"y\"", "two\nlines"}));
  EXPECT_EQ((*rows)[1].line, 2U);
}

TEST(Csv, NamesTheLineOfAnUnclosedQuote) {
  const auto rows = parse_csv("a\n\"b", "t.csv");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().where, "t.csv:2");
}

TEST(Csv, FindsColumnsByName) {
  const auto table = CsvTable::parse("\xEF\xBB\xBFType,Value\nmd5,x\n", "t.csv", {"type", "value"});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->at(0, "VALUE"), "x");
  EXPECT_EQ(table->at(0, "none"), "");
}

TEST(Csv, NamesTheRowWithTheWrongNumberOfFields) {
  const auto table = CsvTable::parse("a,b\n1,2\n\n3\n", "t.csv", {"a"});
  ASSERT_FALSE(table);
  EXPECT_EQ(to_string(table.error()), "t.csv:4: 1 fields (expected 2 as in the header)");
}

TEST(Csv, ARowByItselfIsNamedByItsPlaceInTheFileAndByNoOther) {
  const auto fields = parse_csv_row("1,\"two, and more\"", "t.csv:7");
  ASSERT_TRUE(fields);
  EXPECT_EQ(*fields, (std::vector<std::string>{"1", "two, and more"}));
  EXPECT_EQ(to_string(parse_csv_row("1,\"two", "t.csv:7").error()),
            "t.csv:7: a quoted field is never closed (close it with a double quote)");
  EXPECT_EQ(parse_csv_row("1\n2", "t.csv:7").error().where, "t.csv:7");
}

TEST(Csv, NamesTheMissingColumn) {
  const auto table = CsvTable::parse("a,b\n", "t.csv", {"sha256"});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().what, "column 'sha256' is missing");
}

}  // namespace
}  // namespace afterpatch
