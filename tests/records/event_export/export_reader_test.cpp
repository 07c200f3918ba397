#include "records/event_export/export_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace afterpatch::records::event_export {
namespace {

class ReadJson : public testing::Test {
 protected:
  void read(const std::string& text, TextPlace place = {}) {
    text_ = text;
    EventCutter(Format::json).cut(text_, true, spans_);
    reader_.start(text_, spans_, place);
  }
  std::string text_;
  std::vector<EventSpan> spans_;
  ExportReader reader_{Format::json};
};

const std::string kEvent = R"({"EventID":1,"Channel":"C","TimeCreated":"2021-03-03T06:49:46Z"})";

TEST_F(ReadJson, SaysWhereEachEventBegins) {
  read("\n" + kEvent + "\n\n" + kEvent + "\n", {100, false});
  ASSERT_TRUE(reader_.next());
  EXPECT_EQ(reader_.event().line, 2U);
  EXPECT_EQ(reader_.event().offset, 101U);
  EXPECT_EQ(reader_.event().raw, kEvent);
  ASSERT_TRUE(reader_.next());
  EXPECT_EQ(reader_.event().line, 4U);
  EXPECT_EQ(reader_.event().offset, 103U + kEvent.size());
  EXPECT_FALSE(reader_.next());
  EXPECT_EQ(reader_.count_lines(), 4U);
}

TEST_F(ReadJson, OffsetsInUtf16AreThoseOfTheFile) {
  read("\xC3\xA4\n" + kEvent, {2, true});
  ASSERT_TRUE(reader_.next());
  EXPECT_EQ(reader_.event().offset, 6U);
}

TEST_F(ReadJson, CountsWhatItLeavesOutAndGoesOn) {
  read("{\"a\" 1}\n{\"a\":1}\n" + kEvent);
  ASSERT_TRUE(reader_.next());
  EXPECT_FALSE(reader_.next());
  const ExportCounts counts = reader_.take_counts();
  EXPECT_EQ(counts.damaged, 1U);
  EXPECT_EQ(counts.no_events, 1U);
  EXPECT_EQ(counts.events, 1U);
  EXPECT_EQ(reader_.take_counts().events, 0U);
}

TEST_F(ReadJson, BytesOfALocalCodePageAreReadAsSuch) {
  read(R"({"EventID":1,"Channel":"C","User":"J)" + std::string("\xFC") + R"(rgen"})");
  ASSERT_TRUE(reader_.next());
  EXPECT_EQ(reader_.event().first(Part::data, "User"), "J\xC3\xBCrgen");
}

TEST_F(ReadJson, NoticesTimesThatAreNotUtc) {
  const std::string time = R"({"EventID":1,"Channel":"C","TimeCreated":")";
  read(time + R"(2021-03-14T01:39:32.609Z","UtcTime":"2021-03-14 06:39:30.227"})" + time +
       R"(2021-03-14T06:39:32.609Z","UtcTime":"2021-03-14 06:39:30.227"})" + time +
       R"(2021-03-14 06:39:32"})");
  while (reader_.next()) {
  }
  const ExportCounts counts = reader_.take_counts();
  EXPECT_EQ(counts.events, 3U);
  EXPECT_EQ(counts.off_time, 1U);
  EXPECT_EQ(counts.without_zone, 1U);
}

}  // namespace
}  // namespace afterpatch::records::event_export
