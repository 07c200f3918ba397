#include "web_world.h"

namespace afterpatch::web {
namespace {

class SignIn : public WebWorld {
 protected:
  Response try_sign_in(const std::string& name, const std::string& password, const std::string& cookie = {}) {
    Request asked =
        request(Method::post, "/api/v1/session",
                boost::json::serialize(boost::json::object{{"name", name}, {"password", password}}));
    if (!cookie.empty()) asked.headers.emplace_back("Cookie", std::string(kSessionCookie) + "=" + cookie);
    return ask(asked);
  }
  static std::string cookie_of(const Response& response) {
    const std::string_view header = header_of(response.headers, "set-cookie");
    const std::size_t start = header.find('=') + 1;
    return std::string(header.substr(start, header.find(';') - start));
  }
  unsigned status_with(const std::string& cookie) {
    return ask(as(request(Method::get, "/api/v1/session"), cookie)).status;
  }
};

TEST_F(SignIn, GivesASessionThatWorks) {
  const Response response = try_sign_in("analyst", kPassword);
  ASSERT_EQ(response.status, 200U) << response.body;
  EXPECT_EQ(json(response)["role"], "analyst");
  const std::string cookie = cookie_of(response);
  EXPECT_EQ(json(response)["csrf"], csrf_token(cookie));
  EXPECT_EQ(status_with(cookie), 200U);
}

TEST_F(SignIn, AnUnknownAccountAndAWrongPasswordGetTheSameAnswer) {
  const Response wrong = try_sign_in("analyst", "another password");
  const Response unknown = try_sign_in("nobody", "another password");
  EXPECT_EQ(wrong.status, 401U);
  EXPECT_EQ(unknown.status, 401U);
  EXPECT_EQ(wrong.body, unknown.body);
  EXPECT_TRUE(header_of(unknown.headers, "set-cookie").empty());
}

TEST_F(SignIn, ADisabledAccountIsLikeAnUnknownOne) {
  const std::string cookie = sign_in("analyst");
  ASSERT_TRUE(store->accounts().put_account({"analyst", store::Role::analyst, password_hash(), now, true}));
  EXPECT_EQ(try_sign_in("analyst", kPassword).status, 401U);
  EXPECT_EQ(status_with(cookie), 401U);
}

TEST_F(SignIn, ASessionThatSomebodyPlantedIsNotTakenOver) {
  const std::string planted = new_token();
  const Response response = try_sign_in("viewer", kPassword, planted);
  ASSERT_EQ(response.status, 200U);
  EXPECT_NE(cookie_of(response), planted);
  EXPECT_EQ(status_with(planted), 401U);
}

TEST_F(SignIn, EndsTheSessionThatWasThereBefore) {
  const std::string before = sign_in("viewer");
  const Response response = try_sign_in("viewer", kPassword, before);
  EXPECT_EQ(status_with(before), 401U);
  EXPECT_EQ(status_with(cookie_of(response)), 200U);
}

TEST_F(SignIn, TheStoreHoldsNoSessionToken) {
  const std::string cookie = cookie_of(try_sign_in("viewer", kPassword));
  EXPECT_FALSE(*store->accounts().session(cookie));
  EXPECT_TRUE(*store->accounts().session(digest_of(cookie)));
}

TEST_F(SignIn, IdleAndOldSessionsEnd) {
  const std::string cookie = sign_in("viewer");
  now += std::chrono::minutes(59);
  EXPECT_EQ(status_with(cookie), 200U);  // used: idle time begins anew
  now += std::chrono::minutes(59);
  EXPECT_EQ(status_with(cookie), 200U);
  now += std::chrono::minutes(61);
  EXPECT_EQ(status_with(cookie), 401U);
  const std::string busy = sign_in("viewer");
  for (int i = 0; i < 12; ++i) {
    now += std::chrono::minutes(58);
    EXPECT_EQ(status_with(busy), 200U) << i;
  }
  now += std::chrono::minutes(58);
  EXPECT_EQ(status_with(busy), 401U);
}

TEST_F(SignIn, SigningOutEndsTheSessionInTheStore) {
  const std::string cookie = sign_in("viewer");
  const Response response = ask(as(request(Method::delete_method, "/api/v1/session"), cookie));
  EXPECT_EQ(response.status, 204U);
  EXPECT_NE(header_of(response.headers, "set-cookie").find("Max-Age=0"), std::string::npos);
  EXPECT_EQ(status_with(cookie), 401U);
}

TEST_F(SignIn, GuessesAreLimitedByAccountWhetherItIsThereOrNot) {
  for (const char* name : {"viewer", "nobody"}) {
    start();
    unsigned refused = 0;
    for (int i = 0; i < 7; ++i) refused += try_sign_in(name, "another password").status == 429 ? 1U : 0U;
    EXPECT_EQ(refused, 2U) << name;
  }
}

TEST_F(SignIn, WhoDidWhatIsInTheAuditLog) {
  try_sign_in("viewer", "another password");
  try_sign_in("viewer", kPassword);
  ask(as(request(Method::get, "/api/v1/cases/AP-2021-000001"), sign_in("analyst")));
  ask(as(request(Method::get, "/api/v1/cases/AP-2021-000001"), sign_in("viewer")));
  const auto page = *store->accounts().audit({});
  ASSERT_EQ(page.total, 4U);
  EXPECT_EQ(page.rows[0].outcome, "refused");
  EXPECT_EQ(page.rows[0].account, "viewer");
  EXPECT_EQ(page.rows[1].action, "case.see");
  EXPECT_EQ(page.rows[1].subject, "AP-2021-000001");
  EXPECT_EQ(page.rows[1].account, "analyst");
  EXPECT_EQ(page.rows[1].address, "192.0.2.99");
  EXPECT_EQ(page.rows[2].action, "session.begin");
  EXPECT_EQ(page.rows[3].detail, "account 'viewer'");
}

}  // namespace
}  // namespace afterpatch::web
