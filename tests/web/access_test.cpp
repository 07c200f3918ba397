// Who may call what: every route with every kind of caller, against a table written by hand.
#include <map>
#include <set>

#include "web_world.h"

namespace afterpatch::web {
namespace {

enum class Least { open, victim, viewer, analyst, operator_role, admin, local_or_admin };

struct Expected {
  Method method;
  const char* pattern;
  const char* target;
  Least least;
};

constexpr Expected kTable[] = {
    {Method::post, "/api/v1/session", "/api/v1/session", Least::open},
    {Method::get, "/api/v1/session", "/api/v1/session", Least::viewer},
    {Method::get, "/api/v1/situation", "/api/v1/situation", Least::viewer},
    {Method::get, "/api/v1/clusters", "/api/v1/clusters", Least::viewer},
    {Method::get, "/api/v1/clusters/{id}", "/api/v1/clusters/C-1", Least::viewer},
    {Method::get, "/api/v1/servers", "/api/v1/servers", Least::viewer},
    {Method::get, "/api/v1/servers/export", "/api/v1/servers/export?format=csv", Least::analyst},
    {Method::get, "/api/v1/servers/{subject}", "/api/v1/servers/192.0.2.1%3A443", Least::viewer},
    {Method::get, "/api/v1/organisations", "/api/v1/organisations", Least::viewer},
    {Method::get, "/api/v1/organisations/export", "/api/v1/organisations/export?format=json", Least::analyst},
    {Method::get, "/api/v1/organisations/{id}", "/api/v1/organisations/org-1", Least::analyst},
    {Method::get, "/api/v1/cases", "/api/v1/cases", Least::viewer},
    {Method::get, "/api/v1/cases/{number}", "/api/v1/cases/AP-2021-000001", Least::analyst},
    {Method::post, "/api/v1/cases/{number}/statements", "/api/v1/cases/AP-2021-000001/statements",
     Least::operator_role},
    {Method::post, "/api/v1/cases/{number}/link", "/api/v1/cases/AP-2021-000001/link", Least::operator_role},
    {Method::delete_method, "/api/v1/cases/{number}/link", "/api/v1/cases/AP-2021-000002/link",
     Least::operator_role},
    {Method::get, "/api/v1/notices", "/api/v1/notices", Least::viewer},
    {Method::post, "/api/v1/notices/plan", "/api/v1/notices/plan", Least::operator_role},
    {Method::post, "/api/v1/notices/approve", "/api/v1/notices/approve", Least::operator_role},
    {Method::post, "/api/v1/notices/cancel", "/api/v1/notices/cancel", Least::operator_role},
    {Method::post, "/api/v1/notices/send", "/api/v1/notices/send", Least::operator_role},
    {Method::get, "/api/v1/notices/effect", "/api/v1/notices/effect", Least::viewer},
    {Method::get, "/api/v1/notices/{id}/preview", "/api/v1/notices/AP-2021-000001.1/preview", Least::analyst},
    {Method::get, "/api/v1/campaigns", "/api/v1/campaigns", Least::viewer},
    {Method::get, "/api/v1/views", "/api/v1/views", Least::viewer},
    {Method::post, "/api/v1/views", "/api/v1/views", Least::viewer},
    {Method::delete_method, "/api/v1/views/{id}", "/api/v1/views/1", Least::viewer},
    {Method::get, "/api/v1/audit", "/api/v1/audit", Least::admin},
    {Method::get, "/api/v1/events", "/api/v1/events", Least::viewer},
    {Method::get, "/api/v1/victim/case", "/api/v1/victim/case", Least::victim},
    {Method::post, "/api/v1/victim/statements", "/api/v1/victim/statements", Least::victim},
    {Method::get, "/api/v1/victim/collector", "/api/v1/victim/collector", Least::victim},
    {Method::post, "/api/v1/victim/uploads", "/api/v1/victim/uploads", Least::victim},
    {Method::head, "/api/v1/victim/uploads/{id}", "/api/v1/victim/uploads/x", Least::victim},
    {Method::get, "/api/v1/victim/uploads/{id}", "/api/v1/victim/uploads/x", Least::victim},
    {Method::patch, "/api/v1/victim/uploads/{id}", "/api/v1/victim/uploads/x", Least::victim},
    {Method::delete_method, "/api/v1/victim/uploads/{id}", "/api/v1/victim/uploads/x", Least::victim},
    {Method::get, "/api/v1/victim/uploads/{id}/report", "/api/v1/victim/uploads/x/report", Least::victim},
    {Method::get, "/healthz", "/healthz", Least::open},
    {Method::get, "/metrics", "/metrics", Least::local_or_admin},
    {Method::delete_method, "/api/v1/session", "/api/v1/session",
     Least::viewer},  // last: it ends the session
};

// What is said to one who may not, by what the route needs; 0: may.
unsigned refusal(Least least, const std::string& caller) {
  static const std::map<std::string, int> kRank = {
      {"viewer", 1}, {"analyst", 2}, {"operator", 3}, {"admin", 4}};
  if (least == Least::open) return 0;
  if (least == Least::victim) return caller == "victim" ? 0 : 404;
  const auto rank = kRank.find(caller);
  if (rank == kRank.end()) return 401;
  const int needed = least == Least::viewer          ? 1
                     : least == Least::analyst       ? 2
                     : least == Least::operator_role ? 3
                                                     : 4;
  return rank->second >= needed ? 0 : 403;
}

using AccessTable = WebWorld;

TEST_F(AccessTable, NamesEveryRouteOnce) {
  std::set<std::pair<Method, std::string>> here;
  for (const Expected& row : kTable) EXPECT_TRUE(here.emplace(row.method, row.pattern).second) << row.pattern;
  std::set<std::pair<Method, std::string>> there;
  for (const Route& route : all_routes()) there.emplace(route.method, std::string(route.pattern));
  EXPECT_EQ(here, there);
}

TEST_F(AccessTable, EveryRouteRefusesWhoMayNotAndNobodyElse) {
  int turn = 0;  // wrong tokens from one address are slowed down
  for (const std::string caller : {"nobody", "victim", "viewer", "analyst", "operator", "admin"}) {
    for (const Expected& row : kTable) {
      Request asked = request(row.method, row.target, is_safe(row.method) ? "" : "{}");
      asked.address = fmt::format("198.51.100.{}", ++turn % 200 + 1);
      if (caller == "victim")
        asked = with_token(std::move(asked), token);
      else if (caller != "nobody")
        asked = as(std::move(asked), sign_in(caller));
      const Response response = ask(asked);
      const unsigned expected = refusal(row.least, caller);
      const std::string where =
          fmt::format("{} {} as {}: {}", to_string(row.method), row.target, caller, response.body);
      if (expected != 0) {
        EXPECT_EQ(response.status, expected) << where;
      } else if (row.least != Least::open) {
        EXPECT_TRUE(response.status != 401 && response.status != 403) << where;
      }
    }
  }
}

TEST_F(AccessTable, MetricsAreForThisMachineToo) {
  Request local = request(Method::get, "/metrics");
  local.address = "127.0.0.1";
  EXPECT_EQ(ask(local).status, 200U);
}

TEST_F(AccessTable, EveryChangeNeedsTheCsrfTokenOfItsSession) {
  const std::string cookie = sign_in("admin");
  for (const Expected& row : kTable) {
    if (is_safe(row.method) || row.least == Least::open || row.least == Least::victim) continue;
    for (const std::string& wrong : {std::string(), csrf_token(sign_in("admin"))}) {
      Request asked = request(row.method, row.target, "{}");
      asked.headers.emplace_back("Cookie", std::string(kSessionCookie) + "=" + cookie);
      if (!wrong.empty()) asked.headers.emplace_back("X-CSRF-Token", wrong);
      const Response response = ask(asked);
      EXPECT_EQ(response.status, 403U) << row.pattern;
      EXPECT_NE(response.body.find("/problems/csrf"), std::string::npos);
    }
  }
}

TEST_F(AccessTable, AChangeAskedForByAnotherSiteIsRefused) {
  Request asked =
      as(request(Method::post, "/api/v1/views", R"({"name":"a","url":"/servers"})"), sign_in("viewer"));
  asked.headers.emplace_back("Sec-Fetch-Site", "cross-site");
  EXPECT_EQ(ask(asked).status, 403U);
  Request signing = request(Method::post, "/api/v1/session", R"({"name":"viewer","password":"x"})");
  signing.headers.emplace_back("Origin", "https://evil.example");
  signing.headers.emplace_back("Host", "help.example");
  EXPECT_EQ(ask(signing).status, 403U);
}

TEST_F(AccessTable, EveryAnswerCarriesTheSecurityHeaders) {
  for (const Expected& row : kTable) {
    Request asked = request(row.method, row.target);
    asked.secure = true;
    const Response response = ask(asked);
    EXPECT_NE(header_of(response.headers, "content-security-policy").find("default-src 'self'"),
              std::string::npos)
        << row.pattern;
    EXPECT_NE(header_of(response.headers, "content-security-policy").find("frame-ancestors 'none'"),
              std::string::npos);
    EXPECT_EQ(header_of(response.headers, "x-content-type-options"), "nosniff");
    EXPECT_EQ(header_of(response.headers, "referrer-policy"), "no-referrer");
    EXPECT_EQ(header_of(response.headers, "cache-control"), "no-store");
    EXPECT_FALSE(header_of(response.headers, "strict-transport-security").empty());
  }
}

TEST_F(AccessTable, UnknownPathsAndMethodsAreToldApart) {
  EXPECT_EQ(ask(request(Method::get, "/api/v1/nothing")).status, 404U);
  EXPECT_EQ(ask(request(Method::put, "/api/v1/session")).status, 405U);
  EXPECT_EQ(ask(request(Method::other, "/api/v1/servers")).status, 405U);
}

}  // namespace
}  // namespace afterpatch::web
