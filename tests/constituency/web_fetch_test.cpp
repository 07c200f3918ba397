#include "constituency/web_fetch.h"

#include <gtest/gtest.h>

#include "constituency/example.h"
#include "constituency/security_txt_fetch.h"
#include "constituency/small_web_server.h"

namespace afterpatch::constituency {
namespace {

const Timestamp kNow = day("2021-03-08");

WebSettings for_tests() {
  WebSettings settings;
  settings.allow_plain_http = settings.allow_internal = true;
  return settings;
}

TEST(WebFetch, NeverGoesInsideTheOperatorsNetwork) {
  const SmallWebServer server([](const std::string&, int) { return SmallWebServer::Reply{}; });
  WebSettings settings;
  settings.allow_plain_http = true;
  EXPECT_FALSE(make_web_door(settings)->get(server.url("/"), "*/*", 100));
  EXPECT_TRUE(server.seen().empty());
  EXPECT_TRUE(make_web_door(for_tests())->get(server.url("/"), "*/*", 100));
}

TEST(WebFetch, SpeaksNoOtherProtocol) {
  const auto door = make_web_door(for_tests());
  for (const char* url : {"file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "/etc/passwd", "",
                          "http://user:secret@127.0.0.1/"})
    EXPECT_EQ(door->get(url, "*/*", 100).error().what, "no web address") << url;
  EXPECT_EQ(make_web_door({})->get("http://192.0.2.1/", "*/*", 100).error().what,
            "not asked: http is not protected");
}

TEST(WebFetch, ResolvesRedirects) {
  EXPECT_EQ(resolve_url("https://a.example/x/y?z", "../w"), "https://a.example/w");
  EXPECT_EQ(resolve_url("https://a.example/", "https://b.example/r"), "https://b.example/r");
  EXPECT_EQ(resolve_url("https://a.example/", "file:///etc/passwd"), "");
  EXPECT_EQ(resolve_url("https://a.example/", std::string(5000, 'a')), "");
}

TEST(WebFetch, ReadsRetryAfterAsSecondsOrDate) {
  const auto now = std::chrono::system_clock::from_time_t(1615197600);  // 2021-03-08T10:00:00Z
  EXPECT_EQ(parse_retry_after("120", now), std::chrono::seconds(120));
  EXPECT_EQ(parse_retry_after("Mon, 08 Mar 2021 10:02:00 GMT", now), std::chrono::seconds(120));
  EXPECT_EQ(parse_retry_after("Mon, 08 Mar 2021 09:00:00 GMT", now), std::chrono::seconds(0));
  EXPECT_EQ(parse_retry_after("99999999999", now), std::chrono::seconds(366LL * 24 * 3600));
  EXPECT_FALSE(parse_retry_after("soon", now));
  EXPECT_FALSE(parse_retry_after("", now));
}

TEST(SecurityTxtFetch, TriesBothPlaces) {
  const SmallWebServer server([](const std::string& target, int) {
    return target == "/security.txt"
               ? SmallWebServer::Reply{200, "Contact: mailto:it@a.de\n", "text/plain; charset=utf-8"}
               : SmallWebServer::Reply{404, "", "text/html"};
  });
  const auto door = make_web_door(for_tests());
  const auto file = fetch_security_txt(*door, "a.de", suffixes(), kNow, server.url(""));
  ASSERT_TRUE(file) << to_string(file.error());
  EXPECT_EQ(file->contacts[0].value, "it@a.de");
  EXPECT_EQ(server.seen().size(), 2U);
}

TEST(SecurityTxtFetch, FollowsNoRedirectToAnotherOwner) {
  const SmallWebServer server([](const std::string&, int) {
    return SmallWebServer::Reply{301, "", "text/plain", "Location", "http://127.0.0.2/security.txt"};
  });
  const auto door = make_web_door(for_tests());
  const auto refused = fetch_security_txt(*door, "a.de", suffixes(), kNow, server.url(""));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, "redirected to another owner's domain");
}

TEST(SecurityTxtFetch, TakesNoWebPage) {
  const SmallWebServer server([](const std::string&, int) {
    return SmallWebServer::Reply{200, "Contact: mailto:it@a.de\n", "text/html"};
  });
  const auto door = make_web_door(for_tests());
  EXPECT_FALSE(fetch_security_txt(*door, "a.de", suffixes(), kNow, server.url("")));
}

}  // namespace
}  // namespace afterpatch::constituency
