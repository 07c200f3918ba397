#include "detect/block_search.h"

#include <gtest/gtest.h>

#include <random>

namespace afterpatch::detect {
namespace {

// A search that writes down every row it is shown, with the value of one column.
class Listing : public RowSearch {
 public:
  Listing(std::vector<ScanLiteral> literals, bool every_row, bool iis_rows = false)
      : literals_(std::move(literals)), every_row_(every_row), iis_rows_(iis_rows) {}
  bool expects_iis_rows() const override { return iis_rows_; }
  const std::vector<ScanLiteral>& literals() const override { return literals_; }
  bool needs_every_row() const override { return every_row_; }
  void examine(const Candidate& candidate, Scratch*, BlockOutcome& outcome) const override {
    if (candidate.literals.empty()) return;
    Detection detection;
    detection.rule_id =
        std::to_string(candidate.literals.front()) + "/" + std::to_string(candidate.literals.size());
    detection.place = candidate.place();
    detection.raw = candidate.record.raw;
    for (const std::string_view value : candidate.record.values) detection.title += std::string(value) + "|";
    outcome.detections.push_back(std::move(detection));
  }

 private:
  std::vector<ScanLiteral> literals_;
  bool every_row_;
  bool iis_rows_;
};

LogBlock block_of(const std::string& text) {
  records::HeaderTracker tracker;
  tracker.feed(text);
  LogBlock block;
  block.bytes = text;
  block.headers = tracker.spans();
  block.lines = records::LineIndex(text);
  return block;
}

std::vector<std::string> listed(const std::string& text, const std::vector<ScanLiteral>& literals,
                                bool every_row, evidence::Kind kind = evidence::Kind::iis_w3c) {
  const auto plan = LogPlan::make("iis-w3c", {std::make_shared<Listing>(literals, every_row)});
  EXPECT_TRUE(plan);
  BlockSearch search(*plan);
  evidence::Artefact artefact;
  artefact.kind = kind;
  BlockOutcome outcome;
  search.run(block_of(text), artefact, {}, outcome);
  std::vector<std::string> rows;
  for (const Detection& d : outcome.detections) {
    rows.push_back(std::to_string(d.place.offset) + " line " + std::to_string(d.place.line) + " " +
                   d.rule_id + " " + d.title + d.raw);
  }
  return rows;
}

const std::string kW3c =
    "#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time cs-uri-stem sc-status\r\n"
    "2021-03-05 03:06:27 /owa/auth/x.aspx 200\r\n2021-03-05 03:06:28 /owa/auth/logon.aspx 200\r\n"
    "#Fields: date time sc-status cs-uri-stem\r\n2021-03-05 03:06:29 302 /OWA/auth/X.aspx\r\n2021-03-05 "
    "03:06:30 404 /nothing\r\n";

TEST(BlockSearch, ShowsOnlyTheRowsThatHoldALiteral) {
  const auto rows = listed(kW3c, {{"x.aspx", false}}, false);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_NE(rows[0].find("line 3 0/1 2021-03-05|03:06:27|/owa/auth/x.aspx|200|"), std::string::npos)
      << rows[0];
}

TEST(BlockSearch, FollowsFieldsThatChangeInsideTheBlock) {
  const auto rows = listed(kW3c, {{"x.aspx", false}}, false);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_NE(rows[1].find("line 6 0/1 2021-03-05|03:06:29|302|/OWA/auth/X.aspx|"), std::string::npos)
      << rows[1];
}

TEST(BlockSearch, GivesEachRowOnceWithAllItsLiterals) {
  const auto rows = listed(kW3c, {{"owa", false}, {"aspx", false}, {"auth", false}}, false);
  ASSERT_EQ(rows.size(), 3U);
  for (const std::string& row : rows) EXPECT_NE(row.find(" 0/3 "), std::string::npos) << row;
}

std::size_t rows_shown_of_iis_search(const std::string& fields) {
  const auto plan = LogPlan::make(
      "iis-w3c", {std::make_shared<Listing>(std::vector<ScanLiteral>{{"nowhere", false}}, false, true)});
  EXPECT_TRUE(plan);
  BlockSearch search(*plan);
  BlockOutcome outcome;
  search.run(block_of("#Fields: " + fields + "\r\n2021-03-05 03:06:27 a b c\r\n"), {}, {}, outcome);
  return outcome.detections.size();
}

// Literals tell nothing there, so that every row is looked at.
TEST(BlockSearch, DoesNotRelyOnLiteralsForIisWhereRowsAreNotAsIisWritesThem) {
  EXPECT_EQ(rows_shown_of_iis_search("date time cs-uri-stem cs-uri-query sc-status"), 0U);
  EXPECT_EQ(rows_shown_of_iis_search("date time cs-uri-stem sc-status c-ip"), 0U);
  EXPECT_EQ(rows_shown_of_iis_search("date time cs-uri-stem sc-status cs-uri-query"), 1U);
  EXPECT_EQ(rows_shown_of_iis_search("date time cs-uri-query cs-uri-stem sc-status"), 1U);
}

TEST(BlockSearch, NeverShowsHeaderLines) {
  EXPECT_TRUE(listed(kW3c, {{"software", false}, {"fields", false}}, false).empty());
}

std::string random_csv(std::mt19937& random) {
  std::string text =
      "DateTime,RequestId,UrlStem,AnchorMailbox\r\n#Software: Microsoft Exchange Server\r\n"
      "#Log-type: HttpProxy Logs\r\n#Fields: DateTime,RequestId,UrlStem,AnchorMailbox\r\n";
  const auto field = [&]() -> std::string {
    static const std::vector<std::string> kFields = {
        "", "abc", "\"a,b\"", "\"say \"\"x\"\"\"", "\"two\r\nlines needle\"", "needle", "NEEDLE2"};
    return kFields[random() % kFields.size()];
  };
  const std::size_t rows = random() % 30;
  for (std::size_t i = 0; i < rows; ++i) {
    text += "2021-03-03T06:49:46.210Z," + field() + "," + field() + "," + field() +
            (random() % 5 == 0 ? "\n" : "\r\n");
  }
  return text;
}

// The fast way (literals over the block, then single rows) must see what the plain way (every row) sees.
TEST(BlockSearch, SeesWhatAReadingOfEveryRowSees) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::string text = random_csv(random);
    const std::vector<ScanLiteral> literals = {{"needle", false}, {"say", false}};
    EXPECT_EQ(listed(text, literals, false, evidence::Kind::exchange_csv),
              listed(text, literals, true, evidence::Kind::exchange_csv))
        << text;
  }
}

TEST(BlockSearch, SummarisesWhichHoursTheBlockCovers) {
  const auto plan = LogPlan::make("iis-w3c", {});
  ASSERT_TRUE(plan);
  BlockSearch search(*plan);
  BlockOutcome outcome;
  search.run(block_of(kW3c), {}, {}, outcome);
  ASSERT_TRUE(outcome.summaries.contains("iis-w3c"));
  EXPECT_EQ(outcome.summaries["iis-w3c"].rows_by_hour.begin()->second, 4U);
  EXPECT_EQ(outcome.lines, 7U);
}

}  // namespace
}  // namespace afterpatch::detect
