// A store with a little in it, an application over it, and callers of every kind, without any socket.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "notify/case_book.h"
#include "store/any_place.h"
#include "store/store.h"
#include "web/application.h"
#include "web/secret.h"
#include "web/shared.h"
#include "web/sign_in.h"

namespace afterpatch::web {

inline constexpr const char* kPassword = "twelve or more bytes";
inline constexpr const char* kHostileName = "<script>alert(1)</script>\"'=1+1";

inline Timestamp moment(const char* text) {
  return *parse_time(text);
}

// Removed with all in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const char* base = std::getenv("TEST_TMPDIR");
    std::string pattern =
        fmt::format("{}/afterpatch-web-{}-XXXXXX", base == nullptr ? "/tmp" : base, ::getpid());
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline const std::string& password_hash() {
  static const std::string kHash = *hash_password(kPassword);
  return kHash;
}

class WebWorld : public ::testing::Test {
 protected:
  WebWorld() {
    settings.store = store::new_place(folder.path() / "store.db");
    settings.uploads = folder.path() / "uploads";
    settings.version = "test";
    settings.public_url = "https://help.example";
    settings.knowledge = std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge";
    store = std::move(*store::Store::open(settings.store));
    fill();
    start();
  }

  void start() {
    application.reset();
    shared = std::make_unique<Shared>(settings);
    shared->set_mark("1");
    application = std::make_unique<Application>(*shared, all_routes());
  }

  void fill() {
    using store::Role;
    for (const Role role : {Role::viewer, Role::analyst, Role::operator_role, Role::admin})
      ASSERT_TRUE(
          store->accounts().put_account({std::string(to_string(role)), role, password_hash(), now, false}));
    ASSERT_TRUE(store->directory().put_organisations(
        {{"org-1", kHostileName, "DE", "", "nace:Q", R"({"id":"org-1","domains":["one.example"]})"},
         {"org-2", "Two", "FR", "", "nace:C", "{}"}}));
    ASSERT_TRUE(store->directory().put_owners({{"192.0.2.1", 443, "org-1", "domain", "likely", "[]"},
                                               {"192.0.2.2", 443, "org-2", "domain", "likely", "[]"}}));
    add_scan("192.0.2.1", kHostileName);
    add_scan("192.0.2.2", "two.example");
    ASSERT_TRUE(store->servers().refresh());
    add_case("AP-2021-000001", "org-1", "192.0.2.1");
    add_case("AP-2021-000002", "org-2", "192.0.2.2");
    token = add_token("AP-2021-000001", now + std::chrono::hours(24), false);
  }

  void add_scan(const std::string& address, const std::string& name) {
    auto writer = std::move(*store->write("scan", store::kDefaultLongestGap));
    const boost::json::object line{{"time", "2021-03-05T06:00:00Z"},
                                   {"address", address},
                                   {"port", 443},
                                   {"name", name},
                                   {"reached", true},
                                   {"product", "exchange-self-hosted"},
                                   {"builds", boost::json::array{"15.1.2176.2"}},
                                   {"exposure", "unpatched"},
                                   {"confidence", "confirmed"}};
    const auto observation = store::read_scan_line(boost::json::serialize(line), "test");
    ASSERT_TRUE(observation) << to_string(observation.error());
    ASSERT_TRUE(writer->add(*observation));
    ASSERT_TRUE(writer->commit());
  }

  void add_case(const std::string& number, const std::string& organisation, const std::string& address) {
    const boost::json::object opened{
        {"organisation", organisation},
        {"campaign", "exchange-2021-proxylogon"},
        {"reason", "backdoored"},
        {"servers", boost::json::array{boost::json::object{{"address", address}, {"port", 443}}}}};
    const boost::json::object planned{{"channel", "email"},
                                      {"recipient", "it@one.example"},
                                      {"language", "de"},
                                      {"text", "backdoored"},
                                      {"why", "made up"}};
    const auto kept = notify::record(
        *store, {{now, now, "notify", "case-opened", "case", number, "", boost::json::serialize(opened)},
                 {now, now, "notify", "notice-planned", "notice", number + ".1", "",
                  boost::json::serialize(planned)}});
    ASSERT_TRUE(kept) << to_string(kept.error());
  }

  std::string add_token(const std::string& number, Timestamp expires, bool revoked) {
    const std::string made = new_token();
    EXPECT_TRUE(store->cases().put_token({digest_of(made), number, now, expires, revoked}));
    return made;
  }

  // The value of the cookie of a new session.
  std::string sign_in(const std::string& account) {
    const std::string cookie = new_token();
    EXPECT_TRUE(store->accounts().begin_session(
        {digest_of(cookie), account, "192.0.2.99", now, now, now + std::chrono::hours(12)}));
    return cookie;
  }

  static Request request(Method method, const std::string& target, std::string body = {}) {
    Request out;
    out.method = method;
    out.target = *parse_target(target);
    out.address = "192.0.2.99";
    out.body = std::move(body);
    if (!out.body.empty()) out.headers.emplace_back("Content-Type", "application/json");
    return out;
  }

  // With the session and, where it is needed, its CSRF token.
  static Request as(Request request, const std::string& cookie) {
    request.headers.emplace_back("Cookie", std::string(kSessionCookie) + "=" + cookie);
    if (!is_safe(request.method)) request.headers.emplace_back("X-CSRF-Token", csrf_token(cookie));
    return request;
  }
  static Request with_token(Request request, const std::string& value) {
    request.headers.emplace_back("Authorization", "Bearer " + value);
    return request;
  }

  Response ask(const Request& request) { return application->answer(request, *store, now); }
  static boost::json::object json(const Response& response) {
    return boost::json::parse(response.body).as_object();
  }

  TemporaryFolder folder;
  Settings settings;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Shared> shared;
  std::unique_ptr<Application> application;
  Timestamp now = moment("2021-03-10T12:00:00Z");
  std::string token;  // of AP-2021-000001
};

}  // namespace afterpatch::web
