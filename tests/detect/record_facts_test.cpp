#include "detect/record_facts.h"

#include <gtest/gtest.h>

#include <map>

namespace afterpatch::detect {
namespace {

// Facts of the last row of a log. Names and addresses are made up (RFC 5737, RFC 2606).
std::map<std::string, std::string> facts_in(const std::string& log) {
  records::RecordReader reader(log, nullptr, 0);
  std::map<std::string, std::string> facts;
  while (reader.next()) {
    const auto row = facts_of(reader.record(), reader.date());
    facts = {row.fields.begin(), row.fields.end()};
  }
  return facts;
}

std::string ews_row(const std::string& request_id) {
  return "#Software: Microsoft Exchange Server\r\n#Version: 15.00.1104.002\r\n#Log-type: EWS Logs\r\n"
         "#Fields: DateTime,RequestId,AuthenticatedUser,UserAgent,ClientIpAddress,SoapAction,HttpStatus,"
         "RequestSize,ResponseSize,ImpersonatedUser\r\n"
         "2021-01-20T02:00:00.650Z," +
         request_id +
         ",EXAMPLE\\EX01$,ExchangeServicesClient/0.0.0.0,203.0.113.21,GetItem,200,960,184301,"
         "one@example.org\r\n";
}

TEST(RecordFacts, EwsRowsNameClientRequestStatusAndSizes) {
  const auto facts = facts_in(ews_row("8E8D720B-9a51-4ec8-a642-6e1f85c23cf2"));
  EXPECT_EQ(facts.at("client"), "203.0.113.21");
  EXPECT_EQ(facts.at("request-id"), "8e8d720b-9a51-4ec8-a642-6e1f85c23cf2");
  EXPECT_EQ(facts.at("status"), "200");
  EXPECT_EQ(facts.at("request-bytes"), "960");
  EXPECT_EQ(facts.at("response-bytes"), "184301");
  EXPECT_EQ(facts.at("user-agent"), "ExchangeServicesClient/0.0.0.0");
  EXPECT_EQ(facts.at("action"), "GetItem");
  EXPECT_EQ(facts.at("impersonated"), "one@example.org");
  EXPECT_FALSE(facts.contains("path"));
}

TEST(RecordFacts, BlackenedRequestIdOfAnEwsRowIsNone) {
  EXPECT_FALSE(facts_in(ews_row("xxx")).contains("request-id"));
}

TEST(RecordFacts, EmptyColumnsGiveNoFact) {
  const auto facts = facts_in(
      "#Log-type: EWS Logs\r\n#Fields: "
      "DateTime,RequestId,ClientIpAddress,SoapAction,HttpStatus,ResponseSize\r\n"
      "2021-01-20T02:00:00.650Z,,,GetItem,200,\r\n");
  EXPECT_FALSE(facts.contains("client"));
  EXPECT_FALSE(facts.contains("response-bytes"));
  EXPECT_EQ(facts.at("status"), "200");
}

}  // namespace
}  // namespace afterpatch::detect
