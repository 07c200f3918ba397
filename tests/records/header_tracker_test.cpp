#include "records/header.h"

#include <gtest/gtest.h>

namespace afterpatch::records {
namespace {

TEST(Header, FindsColumnsIgnoringCase) {
  const Header header(Dialect::csv, {"DateTime", "RequestId"});
  EXPECT_EQ(header.find("requestID"), 1U);
  EXPECT_EQ(header.find("Request"), std::nullopt);
  EXPECT_EQ(header.time_column, 0U);
}

TEST(Header, LocalTimeColumnsOfAdvancedLoggingAreLocal) {
  EXPECT_TRUE(Header(Dialect::w3c, {"date-local", "time-local", "cs-uri-stem"}).local_time);
  EXPECT_FALSE(Header(Dialect::w3c, {"date", "time", "date-local", "time-local"}).local_time);
}

TEST(HeaderTracker, ReadsW3cAndExchangeFields) {
  HeaderTracker tracker;
  tracker.feed(
      "#Software: Microsoft Internet Information Services 10.0\r\n#Date: 2021-03-05 00:00:01\r\n#Fields: "
      "date time s-ip \r\n");
  EXPECT_EQ(tracker.current()->dialect(), Dialect::w3c);
  EXPECT_EQ(tracker.current()->names(), (std::vector<std::string>{"date", "time", "s-ip"}));
  EXPECT_EQ(tracker.current()->software, "Microsoft Internet Information Services 10.0");
  EXPECT_EQ(tracker.date(), "2021-03-05");
  tracker.feed(
      "#Software: Microsoft Exchange Server\n#Log-type: ECP Server Log\n#Fields: "
      "TimeStamp,ServerName,EventId,EventData\n");
  EXPECT_EQ(tracker.current()->dialect(), Dialect::csv);
  EXPECT_EQ(tracker.current()->log_type, "ECP Server Log");
  EXPECT_EQ(tracker.current()->size(), 4U);
}

TEST(HeaderTracker, TakesPlainHeaderRowsQuotedOrNot) {
  HeaderTracker tracker;
  tracker.feed(
      "#TYPE Selected.System.Management.Automation.PSCustomObject\n\"DateTime\",\"RequestId\",\"UrlStem\"\n");
  ASSERT_TRUE(tracker.current());
  EXPECT_EQ(tracker.current()->names(), (std::vector<std::string>{"DateTime", "RequestId", "UrlStem"}));
  tracker.feed("\xEF\xBB\xBFTimeStamp,ServerName,EventId,EventData\n");
  EXPECT_EQ(tracker.current()->names()[0], "TimeStamp");
}

TEST(HeaderTracker, PlainHeaderRowKeepsTheHeaderThatItRepeats) {
  HeaderTracker tracker;
  tracker.feed("#Software: S\n#Log-type: EWS Logs\n#Fields: DateTime,SoapAction\nDateTime,SoapAction\n");
  EXPECT_EQ(tracker.current()->log_type, "EWS Logs");
}

TEST(HeaderTracker, ProseIsNoHeader) {
  HeaderTracker tracker;
  tracker.feed("Dear all,\nTimeStamp and other words, see below\n# Fields\n#Fieldsome: x\nName,Surname\n");
  EXPECT_EQ(tracker.current(), nullptr);
}

TEST(HeaderTracker, TextInsideAQuotedFieldIsNoHeader) {
  HeaderTracker tracker;
  tracker.feed("DateTime,Text\n2021-03-05T01:02:03.000Z,\"a\n#Fields: x y\nDateTime,Other\n\"\n");
  EXPECT_EQ(tracker.current()->names(), (std::vector<std::string>{"DateTime", "Text"}));
}

TEST(HeaderTracker, SpansSayWhereEachHeaderStarts) {
  HeaderTracker tracker;
  const std::string_view block =
      "#Fields: date time a\n2021-03-05 01:02:03 x\n#Fields: date time b\n2021-03-05 01:02:03 y\n";
  tracker.feed(block);
  ASSERT_EQ(tracker.spans().size(), 3U);
  EXPECT_EQ(tracker.spans()[0].header, nullptr);
  EXPECT_EQ(tracker.spans()[1].from, block.find('\n') + 1);
  EXPECT_EQ(tracker.spans()[2].header->names()[2], "b");
  tracker.feed("2021-03-05 01:02:03 z\n");
  ASSERT_EQ(tracker.spans().size(), 1U);
  EXPECT_EQ(tracker.spans()[0].header->names()[2], "b");
}

TEST(HeaderTracker, HintHoldsUntilAHeaderIsSeen) {
  const auto hint = std::make_shared<const Header>(Dialect::w3c, std::vector<std::string>{"x"});
  HeaderTracker tracker(hint);
  tracker.feed("1\n");
  EXPECT_EQ(tracker.current(), hint);
  tracker.feed("#Fields: y z\n");
  EXPECT_EQ(tracker.current()->names()[0], "y");
}

TEST(HeaderTracker, OverlongHeaderLineIsNone) {
  HeaderTracker tracker;
  tracker.feed("#Fields: " + std::string(70'000, 'x') + "\n");
  EXPECT_EQ(tracker.current(), nullptr);
}

}  // namespace
}  // namespace afterpatch::records
