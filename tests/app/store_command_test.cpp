// `afterpatch store`, from the command line on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "app/command_line.h"
#include "app/exit_status.h"
#include "app/store_import.h"
#include "app/store_statements.h"
#include "store/any_place.h"
#include "store/store.h"

namespace afterpatch::app {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kReport = R"({
  "schema_version": 1,
  "campaign": {"id": "exchange-2021-proxylogon"},
  "servers": [{
    "names": ["MAIL.klinik.example"],
    "verdict": {"compromise": "re-entered", "compromise_confidence": "confirmed", "mail_accessed": true,
                "credentials_exposed": false},
    "exposure": [{"build": "15.1.2176.2", "first": "2021-03-01T00:00:00Z", "last": "2021-03-20T00:00:00Z"}],
    "patched_at": "2021-03-10T04:00:00Z",
    "runs": [{"start": "2021-03-03T05:00:00Z", "outcome": "write-proven", "client": "192.0.2.66",
              "user_agents": ["python-requests/2.19.1"], "cluster_mark": "http://f/"},
             {"start": "2021-02-20T05:00:00Z", "outcome": "probe", "client": "192.0.2.77", "user_agents": []}],
    "doors": [{"path": "c:/inetpub/x.aspx", "url": "/x.aspx", "sha256": "ab", "presence": "present",
               "planted": "2021-03-03T05:01:00Z", "re_entered": true,
               "visitors": [{"client": "192.0.2.66", "planter": true, "effective": true, "first": "2021-03-03T05:02:00Z"},
                            {"client": "192.0.2.99", "planter": false, "effective": true, "first": "2021-03-07T01:00:00Z"}]}],
    "mailboxes": [{"mailbox": "unknown"}, {"mailbox": "chef@klinik.example"}],
    "coverage": []
  }]
})";

constexpr const char* kScan =
    R"({"time":"2021-03-05T10:00:00Z","address":"127.1.0.1","port":443,"name":"mail.klinik.example","reached":true,"product":"exchange-self-hosted","builds":["15.1.2176.2"],"exposure":"unpatched","confidence":"confirmed","country":"DE"})"
    "\n";

struct Ran {
  int status;
  std::string out;
  std::string err;
};

class StoreCommand : public testing::Test {
 protected:
  StoreCommand() {
    std::string name = testing::TempDir() + "/store-command-XXXXXX";
    folder_ = mkdtemp(name.data());
    place_ = store::new_place(folder_ / "team.db");
  }
  ~StoreCommand() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
    return folder_ / name;
  }
  const std::string& place() const { return place_; }
  Ran store(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "store");
    arguments.insert(arguments.end(), {"--store", place()});
    std::ostringstream out;
    std::ostringstream err;
    const int status = run(arguments, out, err);
    return {status, out.str(), err.str()};
  }
  store::ServerRow server(const std::string& address) {
    const auto opened = store::Store::open(place());
    const auto found = (*opened)->servers().server(address, 443);
    EXPECT_TRUE(found && *found) << address;
    return found && *found ? **found : store::ServerRow{};
  }

  std::filesystem::path folder_;
  std::string place_;
};

TEST_F(StoreCommand, TakesAHuntOfANamedServer) {
  const Ran ran = store({"import", write("report.json", kReport), "--server", "192.0.2.1"});
  ASSERT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2 statements: 2 new, 0 known"));
  const store::ServerRow row = server("192.0.2.1");
  EXPECT_EQ(row.compromise, store::Compromise::reentered);
  EXPECT_EQ(row.compromise_confidence, "confirmed");
  EXPECT_EQ(row.campaign, "exchange-2021-proxylogon");
  EXPECT_EQ(row.exploited, parse_time("2021-03-03T05:00:00Z"));
  EXPECT_EQ(row.backdoored, parse_time("2021-03-03T05:01:00Z"));
  EXPECT_EQ(row.reentered, parse_time("2021-03-07T01:00:00Z"));
  EXPECT_EQ(row.patched, parse_time("2021-03-10T04:00:00Z"));
  EXPECT_EQ(row.hunted, parse_time("2021-03-20T00:00:00Z"));
  EXPECT_TRUE(row.door_present);
  EXPECT_TRUE(row.mail_accessed);
  EXPECT_EQ(row.builds, "15.1.2176.2");
}

TEST_F(StoreCommand, FindsTheServerOfAHuntByItsName) {
  const std::string report = write("report.json", kReport);
  const Ran unknown = store({"import", report});
  EXPECT_EQ(unknown.status, kCannotRun);
  EXPECT_THAT(unknown.err, HasSubstr("--server"));
  ASSERT_EQ(store({"import", write("scan.jsonl", kScan)}).status, kSuccess);
  ASSERT_EQ(store({"import", report}).status, kSuccess);
  EXPECT_EQ(server("127.1.0.1").compromise, store::Compromise::reentered);
  EXPECT_EQ(server("127.1.0.1").exposure, "unpatched");
}

TEST_F(StoreCommand, TwiceIsOnce) {
  const std::string report = write("report.json", kReport);
  ASSERT_EQ(store({"import", report, "--server", "192.0.2.1"}).status, kSuccess);
  const Ran again = store({"import", report, "--server", "192.0.2.1"});
  EXPECT_THAT(again.out, HasSubstr("0 new, 2 known"));
}

TEST_F(StoreCommand, ShellsThatOthersSawAreDoors) {
  const std::string special =
      write("special.csv",
            "timestamp,ip,port,hostname,tag,asn,url\n"
            "2021-03-12 "
            "10:00:00,192.0.2.7,443,mail.a.example,\"exchange;webshell\",64500,https://192.0.2.7/x.aspx\n"
            "2021-03-12 10:00:00,192.0.2.8,443,mail.b.example,exchange,64500,\n"
            "2021-03-12 10:00:00,no address,443,x,webshell,1,\n");
  const Ran ran = store({"import", special});
  ASSERT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1 record could not be read"));
  EXPECT_THAT(ran.err, HasSubstr("special.csv:4"));
  EXPECT_EQ(server("192.0.2.7").compromise, store::Compromise::backdoored);
  EXPECT_TRUE(server("192.0.2.7").door_present);
  EXPECT_EQ(server("192.0.2.8").compromise, store::Compromise::not_hunted);
}

TEST_F(StoreCommand, ARowThatCantBeReadIsNamedTheSameWayInEachKindOfTable) {
  const std::string list = write("list.csv", "address,note\n192.0.2.1,\"never closed\n");
  EXPECT_THAT(store({"import", list}).err, HasSubstr("list.csv:2: a quoted field is never closed"));
  const std::string scan =
      write("scan_exchange.csv", "timestamp,ip,port,servername\n2021-03-12 10:00:00,\"192.0.2.7,443,x\n");
  EXPECT_THAT(store({"import", scan}).err, HasSubstr("scan_exchange.csv:2: a quoted field is never closed"));
  const std::string no_address = write("other.csv", "name,note\nx,y\n");
  EXPECT_THAT(store({"import", no_address, "--kind", "list"}).err,
              HasSubstr("other.csv:1: column 'address' is missing"));
}

TEST_F(StoreCommand, AnOldHuntMayBeReceivedOnTheDayOnWhichItWas) {
  const std::string report = write("report.json", kReport);
  EXPECT_EQ(store({"import", report, "--server", "192.0.2.1", "--received", "in March"}).status, kCannotRun);
  ASSERT_EQ(store({"import", report, "--server", "192.0.2.1", "--received", "2021-03-20"}).status, kSuccess);
  std::set<Timestamp> received;
  const auto opened = store::Store::open(place());
  ASSERT_TRUE(opened) << to_string(opened.error());
  ASSERT_TRUE((*opened)->ledger().for_each(
      {}, [&](auto, const store::Statement& statement) { received.insert(statement.received); }));
  EXPECT_EQ(received, (std::set<Timestamp>{*parse_time("2021-03-20")}));
}

TEST_F(StoreCommand, TakesIntelmqEventsFlatOrNested) {
  const std::string events = write(
      "events.jsonl",
      R"({"time.source":"2021-03-12T10:00:00+00:00","source.ip":"192.0.2.7","source.port":443,"classification.type":"system-compromise","classification.identifier":"webshell","source.url":"https://192.0.2.7/x.aspx"})"
      "\n"
      R"({"time":{"source":"2021-03-12T10:00:00+00:00"},"source":{"ip":"2001:db8::1"},"classification":{"type":"vulnerable-system"},"raw":"eA=="})"
      "\n"
      R"({"classification.type":"vulnerable-system","source.ip":"192.0.2.9"})"
      "\nnonsense\n");
  const Ran ran = store({"import", events});
  ASSERT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2 statements: 2 new, 0 known; 2 records could not be read"));
  EXPECT_EQ(server("192.0.2.7").compromise, store::Compromise::backdoored);
  EXPECT_EQ(server("2001:db8::1").compromise, store::Compromise::not_hunted);
}

TEST_F(StoreCommand, TakesStatementsOnceAndMakesTheRowsThatFollowFromThem) {
  const std::string statements = write(
      "said.jsonl",
      R"({"time":"2021-03-05T10:00:00Z","source":"notify","kind":"case-opened","subject_kind":"case","subject":"AP-2021-000001","key":"1","content":{"organisation":"de-1","campaign":"exchange-2021-proxylogon","reason":"unpatched","servers":[]}})"
      "\n"
      R"({"time":"2021-03-06T10:00:00Z","source":"victim","kind":"page-opened","subject_kind":"case","subject":"AP-2021-000001","key":"2"})"
      "\n"
      R"({"time":"2021-03-06T10:00:00Z","source":"victim","subject_kind":"case","subject":"AP-2021-000001"})"
      "\n");
  const Ran ran = store({"import", statements});
  ASSERT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2 statements: 2 new, 0 known; 1 record could not be read"));
  EXPECT_THAT(ran.err, HasSubstr("'kind' is missing"));
  EXPECT_THAT(store({"import", statements}).out, HasSubstr("2 statements: 0 new, 2 known"));
  const auto opened = store::Store::open(place());
  const auto row = (*opened)->cases().victim_case("AP-2021-000001");
  ASSERT_TRUE(row && *row);
  EXPECT_EQ((*row)->reached, parse_time("2021-03-06T10:00:00Z"));
}

TEST_F(StoreCommand, TakesAListByHand) {
  const std::string list =
      write("hand.csv", "Address,Port,Name,Note\n192.0.2.7,8443,Mail.A.example,\"a, b\"\n");
  ASSERT_EQ(store({"import", list}).status, kSuccess);
  const auto opened = store::Store::open(place());
  const auto found = (*opened)->servers().server("192.0.2.7", 8443);
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->name, "mail.a.example");
  EXPECT_EQ((*found)->compromise, store::Compromise::not_hunted);
  EXPECT_FALSE((*found)->present);
}

TEST_F(StoreCommand, RebuildGivesTheSame) {
  ASSERT_EQ(store({"import", write("scan.jsonl", kScan)}).status, kSuccess);
  ASSERT_EQ(store({"import", write("report.json", kReport)}).status, kSuccess);
  const store::ServerRow before = server("127.1.0.1");
  const Ran ran = store({"rebuild"});
  ASSERT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_EQ(ran.out, "servers: 1\n");
  EXPECT_EQ(server("127.1.0.1").reentered, before.reentered);
  EXPECT_EQ(server("127.1.0.1").last_seen, before.last_seen);
}

TEST_F(StoreCommand, InfoTellsWhatIsThere) {
  ASSERT_EQ(store({"import", write("scan.jsonl", kScan)}).status, kSuccess);
  ASSERT_EQ(store({"import", write("report.json", kReport)}).status, kSuccess);
  const Ran words = store({"info"});
  EXPECT_THAT(words.out, HasSubstr("scan                 1 day, 2021-03-05 to 2021-03-05"));
  EXPECT_THAT(words.out, HasSubstr("unpatched            1"));
  const Ran json = store({"info", "--format", "json"});
  EXPECT_THAT(json.out, HasSubstr(R"("statements":{"hunt-evidence":1,"hunted":1})"));
}

TEST_F(StoreCommand, WhatNobodyKnowsIsAskedFor) {
  const Ran ran = store({"import", write("x.bin", "\x01\x02\n")});
  EXPECT_EQ(ran.status, kCannotRun);
  EXPECT_THAT(ran.err, HasSubstr("--kind"));
  EXPECT_EQ(store({"import", "/none.json"}).status, kCannotRun);
}

TEST(StoreKind, IsToldByContent) {
  EXPECT_EQ(kind_of_content(kReport), "hunt");
  EXPECT_EQ(kind_of_content(kScan), "scan");
  EXPECT_EQ(kind_of_content("\xEF\xBB\xBF\"timestamp\",\"ip\",\"port\"\r\n"), "shadowserver");
  EXPECT_EQ(kind_of_content(R"({"classification.type":"x"})"), "intelmq");
  EXPECT_EQ(kind_of_content("address,port,name,note\n"), "list");
  EXPECT_EQ(kind_of_content("{}"), "");
  EXPECT_EQ(kind_of_content(""), "");
}

TEST(StoreServer, IsReadInEverySpelling) {
  EXPECT_EQ(parse_server("192.0.2.1"), ServerPlace("192.0.2.1", 443));
  EXPECT_EQ(parse_server("192.0.2.1:8443"), ServerPlace("192.0.2.1", 8443));
  EXPECT_EQ(parse_server("2001:DB8::1"), ServerPlace("2001:db8::1", 443));
  EXPECT_EQ(parse_server("[2001:db8::1]:80"), ServerPlace("2001:db8::1", 80));
  EXPECT_EQ(parse_server("192.0.2.1:0"), std::nullopt);
  EXPECT_EQ(parse_server("mail.example"), std::nullopt);
}

}  // namespace
}  // namespace afterpatch::app
