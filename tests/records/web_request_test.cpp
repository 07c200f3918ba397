#include "records/web_request.h"

#include <string>

#include <gtest/gtest.h>

#include "log_maker.h"

namespace afterpatch::records {
namespace {

WebRequest request_of(const std::string& text) {
  RecordReader reader(text, nullptr, 0);
  EXPECT_TRUE(reader.next());
  return web_request_of(reader.record(), reader.date()).value_or(WebRequest{});
}

WebRequest iis(const std::string& client, const std::string& query = "-") {
  return request_of(std::string(kIisFields) + "\n2021-03-05 03:06:27 10.0.0.1 GET /owa/a+b.aspx " + query +
                    " 443 CONTOSO\\jo+doe " + client + " Mozilla/5.0+(Windows+NT) - 200 0 0 133\n");
}

TEST(WebRequest, IisRow) {
  const WebRequest request =
      iis("192.0.2.7", "&CorrelationID=<empty>;&cafeReqId=CDE28FC4-299e-4179-b3e9-de56f5c1d9ee;&encoding=;");
  EXPECT_EQ(to_iso8601(*request.time), "2021-03-05T03:06:27Z");
  EXPECT_EQ(request.client, "192.0.2.7");
  EXPECT_EQ(request.path, "/owa/a+b.aspx");
  EXPECT_EQ(request.user_agent, "Mozilla/5.0 (Windows NT)");
  EXPECT_EQ(request.user, "CONTOSO\\jo doe");
  EXPECT_EQ(request.status, 200);
  EXPECT_EQ(request.request_id, "cde28fc4-299e-4179-b3e9-de56f5c1d9ee");
  EXPECT_EQ(request.response_bytes, -1);
  EXPECT_EQ(iis("192.0.2.7").query, "");
}

TEST(WebRequest, ClientIsTheBareAddress) {
  EXPECT_EQ(iis("fe80::2063:570a:9da1:9b71%12").client, "fe80::2063:570a:9da1:9b71");
  EXPECT_EQ(iis("192.0.2.7:50122").client, "192.0.2.7");
  EXPECT_EQ(iis("[2001:db8::1%3]:443").client, "2001:db8::1");
  EXPECT_EQ(iis("[2001:db8::1").client, "2001:db8::1");
  EXPECT_EQ(iis("::1").client, "::1");
}

TEST(WebRequest, ForwardedAddressIsTheClientAndTheBalancerThePeer) {
  const std::string fields =
      "#Fields: date time cs-uri-stem c-ip sc-status X-Forwarded-For\n2021-03-05 03:06:27 /x 10.0.0.9 200 ";
  const WebRequest request = request_of(fields + "203.0.113.5:4711,+10.0.0.2\n");
  EXPECT_EQ(request.client, "203.0.113.5");
  EXPECT_EQ(request.peer, "10.0.0.9");
  EXPECT_EQ(request_of(fields + "-\n").client, "10.0.0.9");
}

TEST(WebRequest, HttpProxyRow) {
  const WebRequest request = request_of(
      "DateTime,RequestId,Method,UrlHost,UrlStem,UrlQuery,HttpStatus,ClientIpAddress,UserAgent,"
      "AuthenticatedUser,RequestBytes,ResponseBytes\n"
      "2021-03-03T06:49:46.210Z,61D2C86F-f9bb-456d-88c0-3529172510ac,POST,mail.example,/ecp/"
      "y.js,?a=1,241,\"203.0.113.5, "
      "10.0.0.1\",python+x,u,159,598\n");
  EXPECT_EQ(request.client, "203.0.113.5");
  EXPECT_EQ(request.peer, "203.0.113.5, 10.0.0.1");
  EXPECT_EQ(request.status, 241);
  EXPECT_EQ(request.user_agent, "python+x");
  EXPECT_EQ(request.request_id, "61d2c86f-f9bb-456d-88c0-3529172510ac");
  EXPECT_EQ(request.request_bytes, 159);
  EXPECT_EQ(request.response_bytes, 598);
}

TEST(WebRequest, NumbersThatAreNoneAreNotLogged) {
  const WebRequest request = request_of(
      "DateTime,UrlStem,HttpStatus,RequestBytes\n2021-03-03T06:49:46.210Z,/,20x,99999999999999999999\n");
  EXPECT_EQ(request.status, 0);
  EXPECT_EQ(request.request_bytes, -1);
}

TEST(WebRequest, OtherLogsHaveNone) {
  const std::string text = "TimeStamp,ServerName,EventId,EventData\n2021-03-03T06:49:46.210Z,EX,x,S:a=b\n";
  RecordReader reader(text, nullptr, 0);
  ASSERT_TRUE(reader.next());
  EXPECT_FALSE(web_request_of(reader.record()).has_value());
}

}  // namespace
}  // namespace afterpatch::records
