#include "records/record.h"

#include <string>

#include <gtest/gtest.h>

#include "log_maker.h"

namespace afterpatch::records {
namespace {

struct Read {
  std::vector<std::vector<std::string>> rows;
  std::vector<bool> damaged;
  std::vector<bool> guessed;
  ReadCounts counts;
};

Read read(std::string_view text) {
  Read all;
  RecordReader reader(text, nullptr, 0);
  while (reader.next()) {
    const Record& record = reader.record();
    all.rows.emplace_back(record.values.begin(), record.values.end());
    all.damaged.push_back(record.damaged);
    all.guessed.push_back(record.header != nullptr && record.header->guessed);
  }
  all.counts = reader.counts();
  return all;
}

const std::string kIis15 = std::string(kIisFields) + "\n";
const std::string kIisRow =
    "2021-03-05 03:06:27 10.0.0.1 GET /a+b.aspx - 443 - 192.0.2.1 Mozilla/5.0+(X) - 200 0 0 133";

TEST(W3cReader, KeepsReadingAfterFieldsChange) {
  const Read all =
      read("#Fields: date time a\n2021-03-05 01:02:03 x\n#Fields: date time a b\n2021-03-05 01:02:04 y z\n");
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_EQ(all.rows[0].size(), 3U);
  EXPECT_EQ(all.rows[1][3], "z");
  EXPECT_EQ(all.counts.header_lines, 2U);
  EXPECT_EQ(all.counts.damaged, 0U);
}

TEST(W3cReader, PlusStaysInValues) {
  EXPECT_EQ(read(kIis15 + kIisRow + "\r\n").rows[0][4], "/a+b.aspx");
}

TEST(W3cReader, TruncatedLastLineIsReadAsFarAsItGoes) {
  const Read all = read(kIis15 + kIisRow + "\n" + kIisRow.substr(0, 60));
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_FALSE(all.damaged[0]);
  EXPECT_TRUE(all.damaged[1]);
  EXPECT_EQ(all.rows[1][3], "GET");
}

TEST(W3cReader, ValueOfADashIsAbsent) {
  const std::string text = kIis15 + kIisRow;
  RecordReader reader(text, nullptr, 100);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.record().value("cs-username"), std::nullopt);
  EXPECT_EQ(reader.record().value("CS-METHOD"), "GET");
  EXPECT_EQ(reader.record().value("none"), std::nullopt);
  EXPECT_EQ(reader.record().offset, 100 + kIis15.size());
  EXPECT_EQ(reader.record().line, 1U);
  EXPECT_EQ(to_iso8601(*time_of(reader.record())), "2021-03-05T03:06:27Z");
}

TEST(W3cReader, DirectiveGivesTheDateThatTheColumnsLack) {
  const std::string text = "#Date: 2021-03-05 00:00:00\n#Fields: time c-ip\n03:06:27 192.0.2.1\n";
  RecordReader reader(text, nullptr, 0);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(to_iso8601(*time_of(reader.record(), reader.date())), "2021-03-05T03:06:27Z");
  EXPECT_EQ(time_of(reader.record()), std::nullopt);
}

TEST(W3cReader, NulsCutARowAndWhatFollowsIsReadAgain) {
  const std::string text = kIis15 + kIisRow.substr(0, 40) + std::string(4096, '\0') + kIis15 + kIisRow + "\n";
  const Read all = read(text);
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_TRUE(all.damaged[0]);
  EXPECT_FALSE(all.damaged[1]);
  EXPECT_EQ(all.counts.header_lines, 2U);
}

TEST(CsvReader, QuotesCommasAndLineBreaks) {
  const Read all =
      read("DateTime,A,B\n2021-03-05T01:02:03.000Z,\"x,\"\"y\"\"\nz\",b\n2021-03-05T01:02:04.000Z,,\n");
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_EQ(all.rows[0], (std::vector<std::string>{"2021-03-05T01:02:03.000Z", "x,\"y\"\nz", "b"}));
  EXPECT_EQ(all.rows[1][2], "");
  EXPECT_EQ(all.counts.lines, 4U);
  EXPECT_EQ(all.counts.damaged, 0U);
}

TEST(CsvReader, UnclosedQuoteSpoilsOneRowOnly) {
  const Read all = read("DateTime,A\n2021-03-05T01:02:03.000Z,\"open\n2021-03-05T01:02:04.000Z,\"b\"\n");
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_EQ(all.rows[0][1], "open");
  EXPECT_TRUE(all.damaged[0]);
  EXPECT_FALSE(all.damaged[1]);
}

TEST(CsvReader, OtherNumberOfColumnsIsDamage) {
  const Read all = read("DateTime,A,B\n2021-03-05T01:02:03.000Z,x\n2021-03-05T01:02:03.000Z,x,y,z\n");
  EXPECT_EQ(all.damaged, (std::vector<bool>{true, true}));
  EXPECT_EQ(all.rows[0].size(), 2U);
  EXPECT_EQ(all.rows[1].size(), 3U);
}

TEST(CsvReader, FillerRowsWithoutTimeAreRows) {
  EXPECT_EQ(read("DateTime,A,B\n,,0cd07968\n").rows.size(), 1U);
}

TEST(MixedText, RowsOfSeveralLogsAreReadAndProseIsCounted) {
  const Read all =
      read("DateTime,A,B\nWe saw this:\n\n" + kIisRow + "\nand in the other log\n" +
           "2021-03-03T06:49:53.772Z,EX,ECP.Request,S:CMD=Get-X;S:EX=\n2021-03-05T01:02:03.000Z,a,b\n");
  ASSERT_EQ(all.rows.size(), 3U);
  EXPECT_EQ(all.guessed, (std::vector<bool>{true, true, false}));
  EXPECT_EQ(all.rows[0].size(), 15U);
  EXPECT_EQ(all.counts.other_lines, 2U);
  EXPECT_EQ(all.counts.damaged, 0U);
}

TEST(MixedText, ExcerptOfAnEcpLogIsRead) {
  RecordReader reader("2021-03-03T06:49:53.772Z,'S:CMD=Set-X.Url=''a''';;S:EX=\n", nullptr, 0);
  ASSERT_TRUE(reader.next());
  ASSERT_NE(reader.record().header, nullptr);
  EXPECT_EQ(reader.record().header->log_type, "ECP Server Log");
  EXPECT_EQ(reader.record().value("EventData"), "'S:CMD=Set-X.Url=''a''';;S:EX=");
}

TEST(HeaderlessLog, RowsOfUnknownLayoutAreGivenWithoutHeader) {
  const Read all = read("2021-03-05 03:06:27 ALLOW TCP 192.0.2.1\nprose\n");
  ASSERT_EQ(all.rows.size(), 1U);
  EXPECT_TRUE(all.rows[0].empty());
  EXPECT_EQ(all.counts.without_header, 1U);
  EXPECT_EQ(all.counts.other_lines, 1U);
}

TEST(HeaderlessLog, EveryCommonIisLayoutIsTold) {
  const std::string head = "2021-03-05 03:06:27 10.0.0.1 GET /a - 443 - 192.0.2.1 UA ";
  const std::pair<std::string, std::size_t> rows[] = {{head + "- 200 0 0 133", 15},
                                                      {head + "200 0 0 133", 14},
                                                      {head + "- 200 0 0 133 192.0.2.9", 16},
                                                      {head + "- 200 0 0 12 34 133", 17},
                                                      {head + "- 200 0 0 12 34 133 192.0.2.9", 18}};
  for (const auto& [row, columns] : rows) {
    RecordReader reader(row, nullptr, 0);
    ASSERT_TRUE(reader.next()) << row;
    ASSERT_NE(reader.record().header, nullptr) << row;
    EXPECT_EQ(reader.record().header->size(), columns);
    EXPECT_EQ(reader.record().value("sc-status"), "200");
    EXPECT_EQ(reader.record().value("time-taken"), "133");
  }
}

TEST(HeaderlessLog, RightNumberOfColumnsWithWrongContentIsNotGuessed) {
  RecordReader reader("2021-03-05 03:06:27 a b c d e f g h i j k l m\n", nullptr, 0);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.record().header, nullptr);
}

TEST(RecordReader, OverlongLineIsReadInPieces) {
  const std::string text = kIis15 + kIisRow + std::string(2 * kMaxRecordBytes, 'x') + "\n" + kIisRow + "\n";
  const Read all = read(text);
  EXPECT_EQ(all.counts.overlong, 2U);
  EXPECT_EQ(all.counts.lines, 3U);
  ASSERT_FALSE(all.damaged.empty());
  EXPECT_FALSE(all.damaged.back());
}

TEST(RecordReader, EmptyBlockHasNoRows) {
  EXPECT_TRUE(read("").rows.empty());
  EXPECT_TRUE(read("\n\r\n\n").rows.empty());
}

}  // namespace
}  // namespace afterpatch::records
