#include "situation/situation.h"
#include "web/report_excerpt.h"
#include "web_world.h"

namespace afterpatch::web {
namespace {

class Console : public WebWorld {
 protected:
  boost::json::object get(const std::string& target, const std::string& account = "admin") {
    const Response response = ask(as(request(Method::get, target), sign_in(account)));
    EXPECT_EQ(response.status, 200U) << target << " " << response.body;
    return response.status == 200 ? json(response) : boost::json::object();
  }
  unsigned status(const std::string& target) {
    return ask(as(request(Method::get, target), sign_in("admin"))).status;
  }
  Response post(const std::string& target, const std::string& body, const std::string& account = "operator") {
    return ask(as(request(Method::post, target, body), sign_in(account)));
  }
};

class Kept : public BodySink {
 public:
  bool write(std::string chunk) override {
    text += chunk;
    return true;
  }
  std::string text;
};

TEST_F(Console, ListsServersWithTheirOrganisations) {
  const auto page = get("/api/v1/servers?sort=address");
  EXPECT_EQ(page.at("total").to_number<int>(), 2);
  const auto& first = page.at("rows").as_array()[0].as_object();
  EXPECT_EQ(first.at("subject"), "192.0.2.1:443");
  EXPECT_EQ(first.at("organisation_name"), kHostileName);
  EXPECT_EQ(first.at("compromise"), "not-hunted");
  EXPECT_EQ(get("/api/v1/servers?organisation=org-2").at("total").to_number<int>(), 1);
  EXPECT_EQ(get("/api/v1/servers?present=false").at("total").to_number<int>(), 0);
}

TEST_F(Console, RefusesWhatItDoesNotKnowInsteadOfShowingMore) {
  for (const char* target :
       {"/api/v1/servers?exposur=unpatched", "/api/v1/servers?exposure=open", "/api/v1/servers?limit=501",
        "/api/v1/servers?limit=0", "/api/v1/servers?offset=-1", "/api/v1/servers?sort=address;drop",
        "/api/v1/servers?country=DE&country=FR", "/api/v1/servers?present=yes",
        "/api/v1/servers/export?format=csv&limit=1", "/api/v1/servers/export", "/api/v1/cases?sort=x",
        "/api/v1/notices?state=gone", "/api/v1/situation?x=1", "/api/v1/audit?limit=x"})
    EXPECT_EQ(status(target), 400U) << target;
}

TEST_F(Console, ShowsAServerWithSpansAndStatements) {
  ASSERT_TRUE(store->ledger().add(
      {{now, now, "hunt", "hunted", "server", "192.0.2.1:443", "",
        R"({"compromise":"backdoored","confidence":"likely","marks":[{"kind":"tool","value":"x"}]})"}}));
  const auto detail = get("/api/v1/servers/192.0.2.1:443");
  EXPECT_EQ(detail.at("spans").as_array().size(), 1U);
  EXPECT_EQ(detail.at("spans").as_array()[0].at("source"), "scan");
  EXPECT_EQ(detail.at("owner").at("method"), "domain");
  EXPECT_EQ(detail.at("hunts").as_array()[0].at("compromise"), "backdoored");
  EXPECT_EQ(status("/api/v1/servers/192.0.2.9:443"), 404U);
  EXPECT_EQ(status("/api/v1/servers/nonsense"), 404U);
}

TEST_F(Console, ExportsCsvInWhichNothingIsAFormulaOrMarkup) {
  for (const char* name : {"=1+1", "+1", "-1", "@x", "a\"b,c"})
    add_scan(fmt::format("192.0.2.{}", 50 + name[0] % 40), name);
  ASSERT_TRUE(store->servers().refresh());
  const Response response =
      ask(as(request(Method::get, "/api/v1/servers/export?format=csv"), sign_in("analyst")));
  ASSERT_EQ(response.status, 200U);
  EXPECT_TRUE(header_of(response.headers, "content-disposition").starts_with("attachment"));
  Kept kept;
  response.stream(kept);
  EXPECT_TRUE(kept.text.starts_with("subject,address,port,name,"));
  EXPECT_NE(kept.text.find(",'=1+1,"), std::string::npos) << kept.text;
  for (const char* formula : {",=", ",+", ",@", ",-"})
    EXPECT_EQ(kept.text.find(formula), std::string::npos) << formula;
  EXPECT_NE(kept.text.find("\"a\"\"b,c\""), std::string::npos);
}

TEST_F(Console, ExportsJsonThatIsJson) {
  const Response response =
      ask(as(request(Method::get, "/api/v1/servers/export?format=json"), sign_in("analyst")));
  Kept kept;
  response.stream(kept);
  EXPECT_EQ(boost::json::parse(kept.text).as_array().size(), 2U);
}

// A report as `hunt` writes it, with hostile text in all that an intruder can write.
boost::json::object hostile_report() {
  const boost::json::object detection{
      {"time", "2021-03-03T05:00:00Z"},
      {"title", "Back door"},
      {"level", "high"},
      {"step", "door-use"},
      {"place", {{"source", "W3SVC1"}, {"artefact", kHostileName}, {"line", 7}}},
      {"raw", kHostileName}};
  const boost::json::object line{{"needed", true},
                                 {"title", "Web server (IIS)"},
                                 {"note", "whole"},
                                 {"spans", boost::json::array{{{"first", "2021-03-01T00:00:00Z"},
                                                               {"last", "2021-03-09T00:00:00Z"},
                                                               {"other", kHostileName}}}}};
  return {{"campaign",
           {{"id", "exchange-2021-proxylogon"},
            {"window_start", "2021-01-03T00:00:00Z"},
            {"window_end", "2021-03-31T00:00:00Z"}}},
          {"servers", boost::json::array{{{"detections", boost::json::array{detection}},
                                          {"coverage", boost::json::array{line}}}}}};
}

TEST_F(Console, AServersPageHasTheEvidenceCoverageAndRawLinesOfItsLastHunt) {
  const auto report = hostile_report();
  const auto& server = report.at("servers").at(0).as_object();
  const auto content = boost::json::serialize(evidence_content(report, server, std::string(64, 'a')));
  ASSERT_TRUE(store->ledger().add(
      {{now, now, "hunt", "hunt-evidence", "server", "192.0.2.1:443", "1", content},
       {now - std::chrono::hours(1), now, "hunt", "hunt-evidence", "server", "192.0.2.1:443", "0", "{}"}}));
  const Response response = ask(as(request(Method::get, "/api/v1/servers/192.0.2.1:443"), sign_in("viewer")));
  EXPECT_EQ(response.content_type, "application/json");
  const auto answer = json(response);
  ASSERT_EQ(answer.at("evidence").as_array().size(), 1U);
  const auto& evidence = answer.at("evidence").at(0);
  EXPECT_EQ(evidence.at("raw"), kHostileName);
  EXPECT_EQ(evidence.at("artefact"), kHostileName);
  EXPECT_EQ(evidence.at("place"), "line 7");
  EXPECT_EQ(answer.at("evidence_total"), 1);
  EXPECT_EQ(answer.at("coverage").at(0).at("needed_from"), "2021-01-03T00:00:00Z");
  EXPECT_EQ(answer.at("coverage").at(0).at("ranges").at(0).as_object().size(), 2U)
      << "what is not expected is left out";
  for (const auto& said : answer.at("statements").as_array()) EXPECT_NE(said.at("kind"), "hunt-evidence");
}

TEST(EvidenceContent, AlwaysFitsIntoAStatement) {
  boost::json::object report = hostile_report();
  auto& server = report.at("servers").at(0).as_object();
  boost::json::object detection = server.at("detections").at(0).as_object();
  detection["raw"] = std::string(100'000, '\x01');
  server["detections"] = boost::json::array(500, detection);
  boost::json::object line = server.at("coverage").at(0).as_object();
  line["note"] = std::string(100'000, '\x02');
  server["coverage"] = boost::json::array(500, line);
  const auto content = evidence_content(report, server, std::string(64, 'a'));
  EXPECT_LE(boost::json::serialize(content).size(), store::kMaxStatementBytes);
  EXPECT_EQ(content.at("evidence_total"), 500);
  EXPECT_FALSE(content.at("evidence").as_array().empty());
  EXPECT_FALSE(content.at("coverage").as_array().empty());
}

// Eight times four servers that have rare marks in common, hit on one day.
void hunt_alike(store::Store& store, Timestamp now) {
  std::vector<store::Statement> said;
  for (int i = 10; i < 42; ++i) {
    const int group = (i - 10) / 4;
    const boost::json::object content{
        {"campaign", "exchange-2021-proxylogon"},
        {"compromise", "backdoored"},
        {"confidence", "confirmed"},
        {"exploited", "2021-03-01T04:00:00Z"},
        {"door_present", true},
        {"marks", boost::json::array{
                      {{"kind", "door-path"},
                       {"value", group == 0 ? kHostileName : fmt::format("/aspnet_client/{}.aspx", group)}},
                      {{"kind", "door-hash"}, {"value", std::string(64, static_cast<char>('a' + group))}}}}};
    said.push_back({now, now, "hunt", "hunted", "server", fmt::format("192.0.2.{}:443", i), std::to_string(i),
                    boost::json::serialize(content)});
  }
  ASSERT_TRUE(store.ledger().add(said));
  ASSERT_TRUE(store.servers().refresh());
  ASSERT_TRUE(situation::save_clusters(store));
}

TEST_F(Console, ClustersSayByWhichMarksTheirServersBelongTogether) {
  hunt_alike(*store, now);
  shared->store_changed_here();
  const std::string viewer = sign_in("viewer");
  const auto all = json(ask(as(request(Method::get, "/api/v1/clusters"), viewer)));
  ASSERT_EQ(all.at("clusters").as_array().size(), 8U);
  EXPECT_EQ(all.at("unclustered"), 0);
  EXPECT_FALSE(all.at("second_group").is_null());
  const std::string id(all.at("clusters").at(0).at("id").as_string());
  const auto one = json(ask(as(request(Method::get, "/api/v1/clusters/" + id), viewer)));
  EXPECT_EQ(one.at("cluster").at("servers"), 4);
  EXPECT_EQ(one.at("cluster").at("before_patch"), 4) << "the patch came on 2 March";
  ASSERT_EQ(one.at("marks").as_array().size(), 2U);
  for (const auto& mark : one.at("marks").as_array()) {
    EXPECT_GT(mark.at("weight").to_number<double>(), 0);
    EXPECT_EQ(mark.at("servers"), 4);
    EXPECT_EQ(mark.at("elsewhere"), 0);
  }
  ASSERT_EQ(one.at("members").as_array().size(), 4U);
  EXPECT_EQ(one.at("members_total"), 4);
  for (const auto& member : one.at("members").as_array())
    EXPECT_EQ(member.at("marks"), (boost::json::array{0, 1}));
  const auto listed = json(ask(as(request(Method::get, "/api/v1/servers?cluster=" + id), viewer)));
  EXPECT_EQ(listed.at("total"), 4);
  const auto rest =
      json(ask(as(request(Method::get, "/api/v1/servers?cluster=-&at_least=exploited"), viewer)));
  EXPECT_EQ(rest.at("total"), all.at("unclustered"));
}

TEST_F(Console, TheEffectOfNoticesComesWithTheHoldBackThatWasDrawn) {
  const std::string viewer = sign_in("viewer");
  EXPECT_TRUE(
      json(ask(as(request(Method::get, "/api/v1/notices/effect"), viewer))).at("hold_back").is_null());
  const boost::json::object opened{{"organisation", "org-2"},
                                   {"campaign", "another"},
                                   {"reason", "unpatched"},
                                   {"servers", boost::json::array{{{"address", "192.0.2.2"}, {"port", 443}}}},
                                   {"held_until", to_iso8601(now - std::chrono::hours(40))},
                                   {"hold_from_minutes", 0},
                                   {"hold_to_minutes", 1440}};
  ASSERT_TRUE(notify::record(*store, {{now - std::chrono::hours(48), now, "notify", "case-opened", "case",
                                       "AP-2021-000003", "", boost::json::serialize(opened)}}));
  shared->store_changed_here();
  const auto effect = json(ask(as(request(Method::get, "/api/v1/notices/effect"), viewer)));
  const auto& held = effect.at("hold_back");
  EXPECT_EQ(held.at("cases"), 1);
  EXPECT_NEAR(held.at("held_days").to_number<double>(), 8.0 / 24, 1e-6);
  EXPECT_NEAR(held.at("told_days").to_number<double>(), 16.0 / 24, 1e-6);
}

TEST_F(Console, HostileTextComesBackAsItIsAndOnlyAsJson) {
  const Response response = ask(as(request(Method::get, "/api/v1/servers"), sign_in("viewer")));
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(json(response).at("rows").as_array()[0].at("organisation_name"), kHostileName);
}

TEST_F(Console, OrganisationsCountTheirServers) {
  const auto page = get("/api/v1/organisations?sort=name&search=two");
  EXPECT_EQ(page.at("total").to_number<int>(), 1);
  EXPECT_EQ(page.at("rows").as_array()[0].at("servers").to_number<int>(), 1);
  EXPECT_EQ(page.at("rows").as_array()[0].at("open").to_number<int>(), 1);
  EXPECT_EQ(page.at("rows").as_array()[0].at("case_number"), "AP-2021-000002");
  EXPECT_EQ(get("/api/v1/organisations/org-1").at("domains").as_array()[0], "one.example");
}

// "/api/v1/VIEW?..." of a figure's list.
std::string address_of(const boost::json::value& list) {
  std::string address = "/api/v1/" + std::string(list.at("view").as_string());
  for (const auto& one : list.at("parameters").as_object())
    address += (address.find('?') == std::string::npos ? "?" : "&") + std::string(one.key()) + "=" +
               std::string(one.value().as_string());
  return address;
}

TEST_F(Console, TheSituationCountsWhatTheListsShow) {
  const auto picture = get("/api/v1/situation");
  const auto& funnel = picture.at("funnel").as_array();
  for (const auto& step : funnel) {
    EXPECT_EQ(get(address_of(step.at("list"))).at("total"), step.at("servers").at("value")) << step.at("id");
    EXPECT_EQ(get(address_of(step.at("organisations_list"))).at("total"),
              step.at("organisations").at("value"))
        << step.at("id");
  }
  ASSERT_EQ(funnel.size(), 9U);
  EXPECT_EQ(funnel[0].at("servers").at("value").to_number<int>(), 2);
  EXPECT_EQ(funnel[1].at("servers").at("value").to_number<int>(), 2);
  for (const auto& step : funnel) {
    const auto& list = step.at("list").as_object();
    std::string target = "/api/v1/" + std::string(list.at("view").as_string()) + "?";
    for (const auto& parameter : list.at("parameters").as_object())
      target += std::string(parameter.key()) + "=" + std::string(parameter.value().as_string()) + "&";
    EXPECT_EQ(status(target), 200U) << target;
  }
}

TEST_F(Console, AnAnswerIsTheSameUntilTheStoreChanges) {
  const std::string cookie = sign_in("viewer");
  const Response first = ask(as(request(Method::get, "/api/v1/servers"), cookie));
  const std::string etag(header_of(first.headers, "etag"));
  ASSERT_FALSE(etag.empty());
  Request again = as(request(Method::get, "/api/v1/servers"), cookie);
  again.headers.emplace_back("If-None-Match", etag);
  EXPECT_EQ(ask(again).status, 304U);
  add_scan("192.0.2.77", "new.example");
  ASSERT_TRUE(store->servers().refresh());
  shared->set_mark("2");
  EXPECT_EQ(ask(again).status, 200U);
}

TEST_F(Console, CachedAnswersAreOnlyForThoseWhoMay) {
  get("/api/v1/servers");
  EXPECT_EQ(ask(request(Method::get, "/api/v1/servers")).status, 401U);
}

TEST_F(Console, NoticesAreListedWithTheirStatesAndApproved) {
  const auto page = get("/api/v1/notices?limit=1");
  EXPECT_EQ(page.at("rows").as_array().size(), 1U);
  EXPECT_EQ(page.at("total").to_number<int>(), 2);
  EXPECT_EQ(page.at("states").at("planned").to_number<int>(), 2);
  const Response changed =
      post("/api/v1/notices/approve", R"({"ids":["AP-2021-000001.1","AP-2021-000009.1"]})");
  ASSERT_EQ(changed.status, 200U) << changed.body;
  EXPECT_EQ(json(changed).at("changed").to_number<int>(), 1);
  EXPECT_EQ(json(changed).at("left").to_number<int>(), 1);
  int said = 0;
  ASSERT_TRUE(store->ledger().for_each({"notice", "AP-2021-000001.1", "notice-approved", 0},
                                       [&](std::int64_t, const store::Statement& statement) {
                                         ++said;
                                         EXPECT_EQ(statement.source, "operator:operator");
                                       }));
  EXPECT_EQ(said, 1);
  EXPECT_EQ(post("/api/v1/notices/approve", "{}").status, 400U);
  EXPECT_EQ(post("/api/v1/notices/approve", R"({"ids":["a"],"all_planned":true})").status, 400U);
}

TEST_F(Console, AnOperatorSaysWhatAVictimToldByPhone) {
  EXPECT_EQ(
      post("/api/v1/cases/AP-2021-000001/statements", R"({"kind":"rechecked","result":"clean"})").status,
      200U);
  EXPECT_EQ(post("/api/v1/cases/AP-2021-000001/statements", R"({"kind":"rechecked"})").status, 400U);
  EXPECT_EQ(post("/api/v1/cases/AP-2021-000001/statements", R"({"kind":"hunted"})").status, 400U);
  EXPECT_EQ(post("/api/v1/cases/AP-2021-000001/statements", R"({"kind":"patched","by":"me"})").status, 400U);
  EXPECT_EQ(post("/api/v1/cases/AP-2021-009999/statements", R"({"kind":"patched"})").status, 404U);
}

TEST_F(Console, ALinkWorksUntilItIsRevoked) {
  const Response made = post("/api/v1/cases/AP-2021-000002/link", "{}");
  ASSERT_EQ(made.status, 200U) << made.body;
  const std::string url(json(made).at("url").as_string());
  ASSERT_TRUE(url.starts_with("https://help.example/v/"));
  const std::string link = url.substr(url.rfind('/') + 1);
  const Request page = with_token(request(Method::get, "/api/v1/victim/case"), link);
  EXPECT_EQ(json(ask(page)).at("number"), "AP-2021-000002");
  EXPECT_EQ(ask(as(request(Method::delete_method, "/api/v1/cases/AP-2021-000002/link"), sign_in("operator")))
                .status,
            204U);
  EXPECT_EQ(ask(page).status, 404U);
}

TEST_F(Console, ViewsBelongToTheirAccount) {
  ASSERT_EQ(post("/api/v1/views", R"({"name":"open","url":"/servers?exposure=unpatched"})", "viewer").status,
            200U);
  ASSERT_EQ(post("/api/v1/views", R"({"name":"all","url":"/servers","shared":true})", "viewer").status, 200U);
  EXPECT_EQ(get("/api/v1/views", "viewer").at("views").as_array().size(), 2U);
  const auto others = get("/api/v1/views", "analyst").at("views").as_array();
  ASSERT_EQ(others.size(), 1U);
  const std::string id(others[0].at("id").as_string());
  EXPECT_EQ(ask(as(request(Method::delete_method, "/api/v1/views/" + id), sign_in("analyst"))).status, 404U);
  EXPECT_EQ(ask(as(request(Method::delete_method, "/api/v1/views/" + id), sign_in("viewer"))).status, 204U);
  for (const char* url :
       {"https://evil.example", "//evil.example", "/\\\\evil.example", "javascript:alert(1)"})
    EXPECT_EQ(post("/api/v1/views", fmt::format(R"({{"name":"x","url":"{}"}})", url), "viewer").status, 400U)
        << url;
}

TEST_F(Console, BodiesThatAreNoJsonObjectAreRefused) {
  for (const char* body : {"[]", "1", "{", "{\"kind\":1}", "nonsense"})
    EXPECT_EQ(post("/api/v1/cases/AP-2021-000001/statements", body).status, 400U) << body;
  EXPECT_EQ(
      post("/api/v1/views", "{\"name\":" + std::string(100, '[') + std::string(100, ']') + "}", "viewer")
          .status,
      400U);
  Request form = as(request(Method::post, "/api/v1/views"), sign_in("viewer"));
  form.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  EXPECT_EQ(ask(form).status, 415U);
}

TEST_F(Console, CampaignsAreThoseOfTheProgram) {
  EXPECT_GE(get("/api/v1/campaigns").at("campaigns").as_array().size(), 3U);
}

}  // namespace
}  // namespace afterpatch::web
