#include <fstream>

#include <set>
#include "base/file.h"
#include "base/hash.h"

#include "web/victim_language.h"
#include "web_world.h"

namespace afterpatch::web {
namespace {

class Victim : public WebWorld {
 protected:
  void SetUp() override { ASSERT_TRUE(shared->uploads.take()); }

  Response get(const std::string& target) { return ask(with_token(request(Method::get, target), token)); }
  Response post(const std::string& target, const std::string& body) {
    return ask(with_token(request(Method::post, target, body), token));
  }
  std::string announce(const std::string& name, std::uint64_t bytes, const std::string& more = {}) {
    const Response made =
        post("/api/v1/victim/uploads", fmt::format(R"({{"name":"{}","bytes":{}{}}})", name, bytes, more));
    EXPECT_EQ(made.status, 201U) << made.body;
    return made.status == 201 ? std::string(json(made).at("id").as_string()) : std::string();
  }
  Response send(const std::string& id, std::uint64_t offset, const std::string& bytes) {
    Request piece = with_token(request(Method::patch, "/api/v1/victim/uploads/" + id), token);
    piece.body = bytes;
    piece.headers.emplace_back("Content-Type", "application/offset+octet-stream");
    piece.headers.emplace_back("Upload-Offset", std::to_string(offset));
    return ask(piece);
  }
  std::uint64_t offset_of(const std::string& id) {
    const Response head = ask(with_token(request(Method::head, "/api/v1/victim/uploads/" + id), token));
    return *parse_count(header_of(head.headers, "upload-offset"));
  }
};

TEST_F(Victim, SeesItsOwnCaseAndNothingElse) {
  const Response response = get("/api/v1/victim/case");
  ASSERT_EQ(response.status, 200U) << response.body;
  const auto page = json(response);
  EXPECT_EQ(page.at("number"), "AP-2021-000001");
  EXPECT_EQ(page.at("language"), "de");
  EXPECT_EQ(page.at("servers").as_array().size(), 1U);
  EXPECT_FALSE(page.at("steps").as_array().empty());
  for (const char* other : {"192.0.2.2", "two.example", "org-2", "AP-2021-000002", "org-1", "cluster"})
    EXPECT_EQ(response.body.find(other), std::string::npos) << other;
}

TEST_F(Victim, StepsNameTheDoorsOfItsOwnServersAndHoldNoPlaceholder) {
  const auto door = [](const char* path) {
    return fmt::format(R"({{"marks":[{{"kind":"door-path","value":"{}"}}]}})", path);
  };
  ASSERT_TRUE(store->ledger().add(
      {{now, now, "hunt", "hunted", "server", "192.0.2.1:443", "", door("/owa/auth/of-this-one.aspx")},
       {now, now, "hunt", "hunted", "server", "192.0.2.2:443", "", door("/owa/auth/of-another.aspx")}}));
  const auto page = json(get("/api/v1/victim/case?language=en"));
  const std::string steps = boost::json::serialize(page.at("steps"));
  for (const char* hole :
       {"{server}", "{door_paths}", "{attacker_addresses}", "{first_evidence}", "of-another"})
    EXPECT_EQ(steps.find(hole), std::string::npos) << hole;
  EXPECT_NE(steps.find("of-this-one.aspx"), std::string::npos);
  EXPECT_NE(steps.find("not known before your logs are searched"), std::string::npos);
}

// With several servers in a case a step must not send anybody to the wrong one.
TEST_F(Victim, StepsNameTheServerThatWasHitAndWhereEachDoorIs) {
  add_scan("192.0.2.3", "hit.example");
  ASSERT_TRUE(store->cases().put_case_servers({{"AP-2021-000001", "192.0.2.3", 443}}));
  const std::string hunt =
      R"({"campaign":"exchange-2021-proxylogon","compromise":"backdoored","confidence":"confirmed",)"
      R"("exploited":"2021-03-03T09:10:00Z","backdoored":"2021-03-03T09:12:00Z","door_present":true,)"
      R"("marks":[{"kind":"door-path","value":"/owa/auth/a.aspx"}]})";
  const std::string sight = R"({"door_present":true,"url":"https://hit.example/aspnet_client/b.aspx"})";
  ASSERT_TRUE(
      store->ledger().add({{now, now, "hunt", "hunted", "server", "192.0.2.3:443", "", hunt},
                           {now, now, "shadowserver", "door-seen", "server", "192.0.2.3:443", "", sight}}));
  ASSERT_TRUE(store->servers().refresh());
  const auto page = json(get("/api/v1/victim/case?language=en"));
  const std::string steps = boost::json::serialize(page.at("steps"));
  EXPECT_NE(steps.find("First evidence on hit.example: 2021-03-03 09:10 UTC"), std::string::npos);
  EXPECT_NE(steps.find("hit.example: /owa/auth/a.aspx"), std::string::npos);
  EXPECT_NE(steps.find("https://hit.example/aspnet_client/b.aspx"), std::string::npos);
}

TEST_F(Victim, StepsAreInTheLanguageThatWasChosen) {
  std::set<std::string> titles, texts, checks;
  for (const char* language : {"en", "de", "fr", "es"}) {
    const auto page = json(ask(
        with_token(request(Method::get, std::string("/api/v1/victim/case?language=") + language), token)));
    const auto& step = page.at("steps").at(0);
    EXPECT_EQ(page.at("language"), language);
    for (const auto& each : page.at("steps").as_array()) EXPECT_EQ(each.at("language"), language);
    titles.emplace(step.at("title").as_string());
    texts.emplace(step.at("text").as_string());
    checks.emplace(step.at("check").as_string());
  }
  EXPECT_EQ(titles.size(), 4U);
  EXPECT_EQ(texts.size(), 4U);
  EXPECT_EQ(checks.size(), 4U);
  const auto unasked = json(ask(with_token(request(Method::get, "/api/v1/victim/case"), token)));
  EXPECT_EQ(unasked.at("steps").at(0).at("language"), "de") << "that of the notice";
  EXPECT_EQ(ask(with_token(request(Method::get, "/api/v1/victim/case?language=xx"), token)).status, 400U);
}

TEST_F(Victim, AVerdictIsSaidInTheLanguageThatWasChosen) {
  const boost::json::object verdict{{"exposure", "unpatched"},      {"compromise", "backdoored"},
                                    {"door_present", true},         {"mail_accessed", false},
                                    {"credentials_exposed", false}, {"partial", true}};
  const auto says = verdict_sentences(verdict, settings, "de");
  ASSERT_EQ(says.size(), 4U);
  EXPECT_EQ(says.at(1), "Eine Hintertür ist noch da.");
  EXPECT_NE(verdict_sentences(verdict, settings, "fr"), says);
  EXPECT_EQ(verdict_sentences({{"compromise", "no-evidence"}}, settings, "es").size(), 1U);
}

TEST_F(Victim, OpeningThePageIsSaidOnce) {
  get("/api/v1/victim/case");
  get("/api/v1/victim/case");
  int opened = 0;
  ASSERT_TRUE(store->ledger().for_each({"case", "AP-2021-000001", "page-opened", 0},
                                       [&](std::int64_t, const store::Statement&) { ++opened; }));
  EXPECT_EQ(opened, 1);
}

TEST_F(Victim, WrongExpiredRevokedAndMissingTokensGetTheSameAnswer) {
  const std::string expired = add_token("AP-2021-000001", now - std::chrono::seconds(1), false);
  const std::string revoked = add_token("AP-2021-000001", now + std::chrono::hours(1), true);
  const Response missing = ask(request(Method::get, "/api/v1/victim/case"));
  EXPECT_EQ(missing.status, 404U);
  for (const std::string& wrong :
       {expired, revoked, new_token(), std::string("x"), token + "x", digest_of(token)}) {
    const Response response = ask(with_token(request(Method::get, "/api/v1/victim/case"), wrong));
    EXPECT_EQ(response.status, missing.status);
    EXPECT_EQ(response.body, missing.body);
    EXPECT_EQ(response.headers, missing.headers);
  }
}

TEST_F(Victim, GuessingIsLimitedButAValidTokenStillWorks) {
  unsigned limited = 0;
  for (int i = 0; i < 40; ++i)
    limited +=
        ask(with_token(request(Method::get, "/api/v1/victim/case"), new_token())).status == 429 ? 1U : 0U;
  EXPECT_GE(limited, 15U);
  EXPECT_EQ(get("/api/v1/victim/case").status, 200U);
}

TEST_F(Victim, TickedStepsStayTicked) {
  const std::string step(json(get("/api/v1/victim/case")).at("steps").as_array()[0].at("id").as_string());
  ASSERT_EQ(
      post("/api/v1/victim/statements", fmt::format(R"({{"kind":"step-done","step":"{}"}})", step)).status,
      204U);
  EXPECT_TRUE(json(get("/api/v1/victim/case")).at("steps").as_array()[0].at("done").is_string());
  ASSERT_EQ(
      post("/api/v1/victim/statements", fmt::format(R"({{"kind":"step-undone","step":"{}"}})", step)).status,
      204U);
  EXPECT_TRUE(json(get("/api/v1/victim/case")).at("steps").as_array()[0].at("done").is_null());
  EXPECT_EQ(post("/api/v1/victim/statements", R"({"kind":"step-done"})").status, 400U);
  EXPECT_EQ(post("/api/v1/victim/statements", R"({"kind":"case-closed"})").status, 400U);
}

TEST_F(Victim, SendsAFileInPieces) {
  const std::string id = announce("u_ex210303.log", 10);
  EXPECT_EQ(send(id, 0, "01234").status, 204U);
  EXPECT_EQ(offset_of(id), 5U);
  const Response last = send(id, 5, "56789");
  EXPECT_EQ(last.status, 204U);
  EXPECT_EQ(header_of(last.headers, "upload-offset"), "10");
  EXPECT_EQ(json(get("/api/v1/victim/uploads/" + id)).at("state"), "queued");
  EXPECT_EQ(*read_file(shared->uploads.evidence(id) / "u_ex210303.log"), "0123456789");
}

TEST_F(Victim, PiecesAtTheWrongPlaceAreRefusedWithTheRightOne) {
  const std::string id = announce("a.log", 10);
  ASSERT_EQ(send(id, 0, "01234").status, 204U);
  for (const std::uint64_t wrong : {0U, 4U, 6U, 10U}) {
    const Response response = send(id, wrong, "x");
    EXPECT_EQ(response.status, 409U);
    EXPECT_EQ(header_of(response.headers, "upload-offset"), "5");
  }
  EXPECT_EQ(send(id, 5, "567890").status, 413U);
  EXPECT_EQ(offset_of(id), 5U);
}

TEST_F(Victim, GoesOnAfterTheServerDiedBetweenWritingAndAcknowledging) {
  const std::string id = announce("a.log", 10);
  ASSERT_EQ(send(id, 0, "01234").status, 204U);
  ASSERT_TRUE(shared->uploads.write(id, "a.log", 5, "XXXX"));  // on disk, but never acknowledged
  start();
  ASSERT_TRUE(shared->uploads.take());
  EXPECT_EQ(announce("a.log", 10), id);  // announced again: the one that was begun
  EXPECT_EQ(offset_of(id), 5U);
  ASSERT_EQ(send(id, 5, "56789").status, 204U);
  EXPECT_EQ(*shared->uploads.finish(id, "a.log", 10), sha256("0123456789"));
}

TEST_F(Victim, NamesNeverBecomePaths) {
  for (const char* name : {"../../../evil", "/etc/passwd", "C:\\\\evil.log", "..", "a/../../b"}) {
    const std::string id = announce(name, 1);
    ASSERT_EQ(send(id, 0, "x").status, 204U) << name;
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path()))
    if (entry.is_regular_file() && entry.path().string().find("/evidence/") != std::string::npos) ++files;
  EXPECT_EQ(files, 5U);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "evil"));
}

TEST_F(Victim, AnUploadOfAnotherCaseIsNotThere) {
  const std::string id = announce("a.log", 10);
  const std::string other = add_token("AP-2021-000002", now + std::chrono::hours(1), false);
  for (const Method method : {Method::get, Method::head, Method::delete_method})
    EXPECT_EQ(ask(with_token(request(method, "/api/v1/victim/uploads/" + id), other)).status, 404U);
  EXPECT_EQ(ask(with_token(request(Method::get, "/api/v1/victim/uploads/" + id + "/report"), other)).status,
            404U);
}

TEST_F(Victim, WhatIsTooLargeOrHasNoRoomIsRefusedBeforehand) {
  settings.upload_limit = 1000;
  settings.case_quota = 1500;
  start();
  ASSERT_TRUE(shared->uploads.take());
  EXPECT_EQ(post("/api/v1/victim/uploads", R"({"name":"a","bytes":1001})").status, 413U);
  announce("a", 1000);
  EXPECT_EQ(post("/api/v1/victim/uploads", R"({"name":"b","bytes":501})").status, 507U);
  EXPECT_EQ(post("/api/v1/victim/uploads", R"({"name":"b","bytes":0})").status, 400U);
  EXPECT_EQ(post("/api/v1/victim/uploads", R"({"name":"b","bytes":-1})").status, 400U);
  EXPECT_EQ(post("/api/v1/victim/uploads", R"({"name":"b","bytes":5,"sha256":"no"})").status, 400U);
}

TEST_F(Victim, GivingUpRemovesTheBytes) {
  const std::string id = announce("a.log", 10);
  ASSERT_EQ(send(id, 0, "01234").status, 204U);
  EXPECT_EQ(ask(with_token(request(Method::delete_method, "/api/v1/victim/uploads/" + id), token)).status,
            204U);
  EXPECT_FALSE(std::filesystem::exists(shared->uploads.evidence(id)));
  EXPECT_EQ(send(id, 5, "56789").status, 409U);
  EXPECT_NE(announce("a.log", 10), id);
}

TEST_F(Victim, TwoServersDoNotShareAFolder) {
  UploadFolder second(settings.uploads);
  const auto taken = second.take();
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().what.find("another server"), std::string::npos);
}

}  // namespace
}  // namespace afterpatch::web
