#include <gtest/gtest.h>

#include "web/answer_cache.h"
#include "web/cookie.h"
#include "web/forwarded.h"
#include "web/rate_limit.h"
#include "web/secret.h"
#include "web/static_files.h"
#include "web/upload_folder.h"

namespace afterpatch::web {
namespace {

using namespace std::chrono_literals;

TEST(Cookie, FindsItsValueAmongOthers) {
  EXPECT_EQ(cookie_value("a=1; afterpatch_session=xyz; b=2", "afterpatch_session"), "xyz");
  EXPECT_EQ(cookie_value("xafterpatch_session=no", "afterpatch_session"), std::nullopt);
  EXPECT_EQ(cookie_value("", "afterpatch_session"), std::nullopt);
}

TEST(Cookie, TwoDifferentValuesAreNone) {
  EXPECT_EQ(cookie_value("s=1; s=2", "s"), std::nullopt);
  EXPECT_EQ(cookie_value("s=1; s=1", "s"), "1");
}

TEST(Cookie, IsKeptFromScriptsAndOtherSites) {
  EXPECT_EQ(session_cookie("s", "v", true, 60s),
            "s=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(session_cookie("s", "", false, 0s), "s=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}

TEST(RateLimit, GivesABurstAndThenOneEachRefill) {
  RateLimit limit(3, 1s);
  const auto start = RateLimit::Clock::now();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.take("a", start));
  EXPECT_FALSE(limit.take("a", start + 900ms));
  EXPECT_TRUE(limit.take("a", start + 1100ms));
  EXPECT_FALSE(limit.take("a", start + 1200ms));
  EXPECT_TRUE(limit.take("b", start + 1200ms));
}

TEST(RateLimit, RemembersABoundedNumberOfKeys) {
  RateLimit limit(1, 1h, 100);
  for (int i = 0; i < 1000; ++i) limit.take(std::to_string(i));
  EXPECT_EQ(limit.keys(), 100U);
}

TEST(ClientKey, OneClientHasAWholeIPv6Network) {
  EXPECT_EQ(client_key("2001:db8::1"), client_key("2001:db8::ffff:2"));
  EXPECT_NE(client_key("2001:db8::1"), client_key("2001:db8:0:1::1"));
  EXPECT_NE(client_key("192.0.2.1"), client_key("192.0.2.2"));
}

TEST(Secret, TokensAreLongAndDiffer) {
  const std::string token = new_token();
  EXPECT_TRUE(looks_like_token(token));
  EXPECT_NE(token, new_token());
  EXPECT_FALSE(looks_like_token(token + "A"));
  EXPECT_FALSE(looks_like_token(token.substr(1) + "'"));
  EXPECT_EQ(digest_of(token).size(), 64U);
}

TEST(Secret, CsrfTokenBelongsToOneSession) {
  EXPECT_EQ(csrf_token("one"), csrf_token("one"));
  EXPECT_NE(csrf_token("one"), csrf_token("two"));
}

TEST(Password, OnlyTheRightOneFits) {
  const std::string hash = *hash_password("a long enough password");
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(check_password("a long enough password", hash));
  EXPECT_FALSE(check_password("a long enough passwore", hash));
  EXPECT_FALSE(check_password("a long enough password", ""));
  EXPECT_FALSE(check_password("", ""));
}

TEST(SafeName, NeverLeavesItsFolder) {
  EXPECT_EQ(safe_name("u_ex210303.log"), "u_ex210303.log");
  EXPECT_EQ(safe_name("C:\\inetpub\\logs\\u_ex210303.log.gz"), "u_ex210303.log.gz");
  EXPECT_EQ(safe_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(safe_name(".."), "evidence");
  EXPECT_EQ(safe_name("."), "evidence");
  EXPECT_EQ(safe_name("a/"), "evidence");
  EXPECT_EQ(safe_name(""), "evidence");
  EXPECT_EQ(safe_name("-rf"), "rf");
  EXPECT_EQ(safe_name(".htaccess"), "htaccess");
  EXPECT_EQ(safe_name(std::string_view("a\0b", 3)), "a_b");
  EXPECT_EQ(safe_name("a\nb|c;$(d)"), "a_b_c___d_");
  const std::string longest = safe_name(std::string(500, 'x') + ".log.gz");
  EXPECT_EQ(longest.size(), 100U);
  EXPECT_TRUE(longest.ends_with(".log.gz"));
}

Headers forwarded(const char* chain) {
  return {{"X-Forwarded-For", chain}, {"X-Forwarded-Proto", "https"}};
}

TEST(Forwarded, CountsOnlyFromATrustedProxy) {
  Settings settings;
  EXPECT_EQ(origin_of(forwarded("203.0.113.5"), "192.0.2.1", false, settings).address, "192.0.2.1");
  EXPECT_FALSE(origin_of(forwarded("203.0.113.5"), "192.0.2.1", false, settings).secure);
  settings.trusted_proxies = {"192.0.2.1"};
  EXPECT_EQ(origin_of(forwarded("203.0.113.5"), "192.0.2.1", false, settings).address, "203.0.113.5");
  EXPECT_TRUE(origin_of(forwarded("203.0.113.5"), "192.0.2.1", false, settings).secure);
}

TEST(Forwarded, WhatAClientMadeUpBeforeTheProxyIsNotBelieved) {
  Settings settings;
  settings.trusted_proxies = {"192.0.2.1", "192.0.2.2"};
  EXPECT_EQ(origin_of(forwarded("127.0.0.1, 203.0.113.5, 192.0.2.2"), "192.0.2.1", false, settings).address,
            "203.0.113.5");
  EXPECT_EQ(origin_of(forwarded("203.0.113.5, nonsense"), "192.0.2.1", false, settings).address, "192.0.2.1");
}

TEST(AnswerCache, ForgetsWhenTheStoreChanged) {
  AnswerCache cache;
  cache.keep("/a", "mark 1", {"text", "body", "etag"});
  EXPECT_EQ(cache.find("/a", "mark 1")->body, "body");
  EXPECT_FALSE(cache.find("/a", "mark 2"));
  cache.keep("/b", "mark 2", {"text", "other", "etag"});
  EXPECT_FALSE(cache.find("/a", "mark 2"));
}

TEST(AnswerCache, HoldsABoundedNumberOfBytes) {
  AnswerCache cache(4000);
  for (int i = 0; i < 100; ++i) cache.keep(std::to_string(i), "m", {"text", std::string(500, 'x'), "e"});
  EXPECT_FALSE(cache.find("0", "m"));
  EXPECT_TRUE(cache.find("99", "m"));
  cache.keep("large", "m", {"text", std::string(2000, 'x'), "e"});
  EXPECT_FALSE(cache.find("large", "m"));
}

Request get(const char* path) {
  Request request;
  request.target = *parse_target(path);
  return request;
}

TEST(StaticFiles, ViewsOfTheConsoleGetItsPageAndUnknownFilesNothing) {
  const StaticFile files[] = {{"/index.html", "text/html", "\"1\"", "console"},
                              {"/v.html", "text/html", "\"2\"", "victim"},
                              {"/assets/a.js", "text/javascript", "\"3\"", "script"}};
  const auto body = [&](const char* path) {
    Request request = get(path);
    request.headers = {{"Accept-Encoding", "gzip"}};
    return static_answer(request, files).body;
  };
  EXPECT_EQ(body("/"), "console");
  EXPECT_EQ(body("/servers?exposure=unpatched"), "console");
  EXPECT_EQ(body("/v/token"), "victim");
  EXPECT_EQ(body("/assets/a.js"), "script");
  EXPECT_EQ(static_answer(get("/assets/b.js"), files).status, 404U);
  EXPECT_EQ(static_answer(get("/%2e%2e%2fetc"), files).status, 404U);
}

TEST(StaticFiles, TheSameFileAgainIsNotSentTwice) {
  const StaticFile files[] = {{"/index.html", "text/html", "\"1\"", "console"}};
  Request request = get("/");
  request.headers = {{"If-None-Match", "\"1\""}};
  const Response response = static_answer(request, files);
  EXPECT_EQ(response.status, 304U);
  EXPECT_TRUE(response.body.empty());
}

TEST(StaticFiles, AProgramBuiltWithoutThemSaysSo) {
  const Response response = static_answer(get("/"), {});
  EXPECT_EQ(response.status, 503U);
  EXPECT_NE(response.body.find("built without its console"), std::string::npos);
}

}  // namespace
}  // namespace afterpatch::web
