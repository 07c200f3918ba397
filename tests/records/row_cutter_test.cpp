#include "records/record.h"

#include <string>

#include <gtest/gtest.h>

namespace afterpatch::records {
namespace {

std::string row_at(std::string_view block, std::size_t at, Dialect dialect) {
  const RowSpan span = row_around(block, at, dialect);
  return std::string(block.substr(span.begin, span.end - span.begin));
}

constexpr std::string_view kTwoLines =
    "2021-03-05T01:02:03.000Z,\"one\ntwo\",x\n2021-03-05T01:02:04.000Z,b,c\n";

TEST(RowAround, QuotedFieldGoesOnOverLineBreaks) {
  EXPECT_EQ(row_at(kTwoLines, kTwoLines.find("two"), Dialect::csv),
            "2021-03-05T01:02:03.000Z,\"one\ntwo\",x");
}

TEST(RowAround, LineBreaksEndRowsOfW3cLogsWhateverTheirQuotes) {
  EXPECT_EQ(row_at(kTwoLines, kTwoLines.find("two"), Dialect::w3c), "two\",x");
}

TEST(RowAround, UnclosedQuoteKeepsToItsOwnLine) {
  const std::string_view block = "2021-03-05T01:02:03.000Z,\"open\nrest\n2021-03-05T01:02:04.000Z,b,\"c\"\n";
  const RowSpan span = row_around(block, 3, Dialect::csv);
  EXPECT_EQ(block.substr(span.begin, span.end - span.begin), "2021-03-05T01:02:03.000Z,\"open");
  EXPECT_TRUE(span.damaged);
  EXPECT_EQ(row_at(block, block.find("rest"), Dialect::csv), "rest");
}

TEST(RowAround, QuoteThatClosesBeforeOtherTextIsDamage) {
  const std::string_view block = "2021-03-05T01:02:03.000Z,\"a\"b\nc\",d\n";
  EXPECT_TRUE(row_around(block, 0, Dialect::csv).damaged);
  EXPECT_EQ(row_at(block, 0, Dialect::csv), "2021-03-05T01:02:03.000Z,\"a\"b");
}

TEST(RowAround, LineEndBelongsToTheRowBeforeIt) {
  const std::string_view block = "ab\r\ncd\r\n";
  for (std::size_t at = 0; at < 4; ++at) EXPECT_EQ(row_at(block, at, Dialect::w3c), "ab");
  EXPECT_EQ(row_at(block, 7, Dialect::w3c), "cd");
}

TEST(RowAround, NulsEndARow) {
  const std::string block("2021-03-05 01:02:03 cut\0\0\0\x32next\n", 32);
  const RowSpan span = row_around(block, 5, Dialect::w3c);
  EXPECT_TRUE(span.damaged);
  EXPECT_EQ(row_at(block, 5, Dialect::w3c), "2021-03-05 01:02:03 cut");
  EXPECT_EQ(row_at(block, block.find("next"), Dialect::w3c), "2next");
}

TEST(RowAround, OverlongLineIsCutIntoPieces) {
  const std::string block = std::string(3 * kMaxRecordBytes - 5, 'x') + "\nshort\n";
  const RowSpan second = row_around(block, kMaxRecordBytes + 7, Dialect::csv);
  EXPECT_EQ(second.begin, kMaxRecordBytes);
  EXPECT_EQ(second.end, 2 * kMaxRecordBytes);
  EXPECT_TRUE(second.damaged);
  EXPECT_EQ(row_around(block, 3 * kMaxRecordBytes - 5, Dialect::csv).begin, 2 * kMaxRecordBytes);
  EXPECT_EQ(row_at(block, block.size() - 2, Dialect::csv), "short");
}

TEST(RowAround, LineBreakBehindAFullPieceBelongsToIt) {
  const std::string block = std::string(2 * kMaxRecordBytes, 'x') + "\nshort\n";
  const RowSpan last = row_around(block, 2 * kMaxRecordBytes, Dialect::w3c);
  EXPECT_EQ(last.begin, kMaxRecordBytes);
  EXPECT_EQ(last.end, 2 * kMaxRecordBytes);
}

TEST(FindBlockEnd, WaitsForTheEndOfAnOpenQuotedField) {
  const std::string_view open = "2021-03-05T01:02:03.000Z,\"one\ntwo\n";
  EXPECT_EQ(find_block_end(open, Dialect::csv, false), 0U);
  EXPECT_EQ(find_block_end(kTwoLines.substr(0, 40), Dialect::csv, false), kTwoLines.find('\n', 30) + 1);
}

TEST(FindBlockEnd, TakesEverythingAtTheEndOfTheFile) {
  EXPECT_EQ(find_block_end("2021-03-05T01:02:03.000Z,\"one", Dialect::csv, true), 29U);
}

TEST(FindBlockEnd, CutsBeforeTheRowThatIsStillIncomplete) {
  const std::string_view buffer = "2021-03-05 01:02:03 a b\n2021-03-05 01:02:04 c";
  EXPECT_EQ(find_block_end(buffer, Dialect::w3c, false), buffer.find('\n') + 1);
}

TEST(FindBlockEnd, KeepsTheDirectivesOfOneHeaderTogether) {
  const std::string_view buffer = "2021-03-05 01:02:03 a b\n#Software: x\n#Log-type: y\n";
  EXPECT_EQ(find_block_end(buffer, Dialect::w3c, false), buffer.find('#'));
}

TEST(FindBlockEnd, NeverAsksForMoreThanTheLongestRow) {
  const std::string line(kMaxRecordBytes + 1, 'x');
  EXPECT_EQ(find_block_end(line, Dialect::csv, false), kMaxRecordBytes);
  EXPECT_EQ(find_block_end(line.substr(1), Dialect::csv, false), 0U);
  std::string open = "2021-03-05T01:02:03.000Z,\"";
  while (open.size() <= kMaxRecordBytes) open += "never closed\n";
  EXPECT_GT(find_block_end(open, Dialect::csv, false), 0U);
  const std::string directives = [] {
    std::string text;
    while (text.size() <= kMaxRecordBytes) text += "#Remark: x\n";
    return text;
  }();
  EXPECT_GT(find_block_end(directives, Dialect::csv, false), 0U);
}

}  // namespace
}  // namespace afterpatch::records
