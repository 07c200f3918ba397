// Holds our reports to what XARF 4's schemas ask (xarf.org/schemas/v4), restated here: the schemas are not
// ours to ship.
#include "notify/message/xarf.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <boost/json.hpp>

#include "notify/message/lists.h"
#include "notify/message_fixture.h"

namespace afterpatch::notify {
namespace {

namespace json = boost::json;

json::object report(const NoticeFacts& what) {
  const Result<std::string> written = write_xarf(agency(), what, what.servers[0]);
  EXPECT_TRUE(written) << to_string(written.error());
  return json::parse(*written).as_object();
}

std::string text(const json::object& object, const char* key) {
  EXPECT_TRUE(object.contains(key)) << key;
  return std::string(object.at(key).as_string());
}

void holds_core(const json::object& made) {
  EXPECT_TRUE(re2::RE2::FullMatch(text(made, "xarf_version"), R"(4\.\d+\.\d+)"));
  EXPECT_TRUE(re2::RE2::FullMatch(text(made, "report_id"),
                                  "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"))
      << text(made, "report_id");
  EXPECT_TRUE(parse_time(text(made, "timestamp")));
  for (const char* who : {"reporter", "sender"}) {
    const json::object& contact = made.at(who).as_object();
    EXPECT_EQ(contact.size(), 3U);
    EXPECT_LE(text(contact, "org").size(), 200U);
    EXPECT_EQ(text(contact, "contact"), "notices@agency.example");
    EXPECT_EQ(text(contact, "domain"), "agency.example");
  }
  EXPECT_EQ(text(made, "source_identifier"), "192.0.2.17");
  for (const json::value& tag : made.at("tags").as_array())
    EXPECT_TRUE(
        re2::RE2::FullMatch(std::string(tag.as_string()), "[a-z0-9][a-z0-9_+-]*:[a-z0-9][a-z0-9_+.-]*"))
        << tag.as_string();
  for (const json::value& item : made.at("evidence").as_array()) {
    text(item.as_object(), "payload");
    EXPECT_TRUE(re2::RE2::FullMatch(text(item.as_object(), "hash"), "sha256:[0-9a-f]{64}"));
  }
}

TEST(Xarf, ReportsAFlawByItsCve) {
  const json::object made = report(facts());
  holds_core(made);
  EXPECT_EQ(text(made, "category"), "vulnerability");
  EXPECT_EQ(text(made, "type"), "cve");
  EXPECT_EQ(text(made, "cve_id"), "CVE-2021-26855");
  EXPECT_EQ(text(made, "service"), "Microsoft Exchange Server");
  EXPECT_EQ(made.at("service_port"), 443);
  EXPECT_EQ(made.at("cve_ids").as_array().size(), 2U);
  EXPECT_EQ(made.at("patch_available"), true);
}

TEST(Xarf, ReportsABackDoorAsACompromisedServer) {
  const json::object made = report(facts("reentered"));
  holds_core(made);
  EXPECT_EQ(text(made, "category"), "infrastructure");
  EXPECT_EQ(text(made, "type"), "compromised_server");
  EXPECT_EQ(text(made, "compromise_type"), "webshell");
  EXPECT_EQ(text(made, "compromise_method"), "exploited vulnerability CVE-2021-26855");
  EXPECT_EQ(made.at("malicious_files").as_array()[0], "/aspnet_client/supp0rt.aspx");
  EXPECT_EQ(text(made, "first_seen"), "2021-03-14T10:25:00Z");
}

TEST(Xarf, IsTheSameForTheSameServerOnly) {
  NoticeFacts what = facts();
  EXPECT_EQ(*write_xarf(agency(), what, what.servers[0]), *write_xarf(agency(), what, what.servers[0]));
  const std::string id = text(report(what), "report_id");
  what.servers[0].port = 8443;
  EXPECT_NE(text(report(what), "report_id"), id);
}

TEST(Xarf, NeedsACveAndBoundsNames) {
  NoticeFacts what = facts();
  what.servers[0].build = std::string(5000, 'x') + "\x1b\xff";
  EXPECT_LE(text(report(what), "service_version").size(), 100U);
  what.flaws = {"ProxyLogon"};
  EXPECT_FALSE(write_xarf(agency(), what, what.servers[0]));
}

TEST(Lists, KeepSpreadsheetsFromRunningWhatStrangersWrote) {
  NoticeFacts what = facts("backdoored");
  what.servers[0].name = "=HYPERLINK(\"http://evil.example\")";
  what.servers[0].findings[0].place = "@SUM(A1),\"x\"\r\n+1";
  const std::string list = write_provider_list(what);
  EXPECT_TRUE(
      list.starts_with("\xEF\xBB\xBF"
                       "case,address,port,"));
  EXPECT_TRUE(list.contains(",\"'=HYPERLINK(\"\"http://evil.example\"\")\","));
  EXPECT_TRUE(list.contains("'@SUM"));
  EXPECT_EQ(std::ranges::count(list, '\n'), 2) << "one line a server";
  PhoneEntry entry;
  entry.case_number = "AP-2021-000017";
  entry.organisation = "-2+3";
  entry.phone = "+49 30 1234";
  const std::string calls = write_phone_list({entry, entry});
  EXPECT_EQ(std::ranges::count(calls, '\n'), 3);
  EXPECT_TRUE(calls.contains(",'-2+3,")) << calls;
  EXPECT_TRUE(calls.contains(",\"'+49 30 1234\","));
}

}  // namespace
}  // namespace afterpatch::notify
