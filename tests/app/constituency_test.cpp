// `afterpatch constituency`, from the command line on, against made-up servers and the range's country.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "app/command_line.h"
#include "app/constituency_contacts.h"
#include "app/constituency_register.h"
#include "app/exit_status.h"
#include "constituency/made_mmdb.h"
#include "constituency/small_web_server.h"
#include "range/country/country.h"
#include "range/country/scan_days.h"
#include "range/country/write_country.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

struct Ran {
  int status;
  std::string out;
  std::string err;
};

class Constituency : public testing::Test {
 protected:
  Constituency() {
    std::string name = testing::TempDir() + "/constituency-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~Constituency() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  std::string store() const { return folder_ / "country.db"; }

  Ran run_with(std::vector<std::string> arguments) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = run(arguments, out, err);
    return {status, out.str(), err.str()};
  }
  Ran constituency(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "constituency");
    arguments.insert(arguments.end(), {"--store", store()});
    return run_with(std::move(arguments));
  }
  void scan(const std::string& lines) {
    const Ran ran = run_with({"scan", "import", write("scan.jsonl", lines), "--store", store()});
    ASSERT_EQ(ran.status, kSuccess) << ran.err;
  }
  std::vector<store::OwnerRow> owners() {
    std::vector<store::OwnerRow> rows;
    const auto opened = store::Store::open(store());
    EXPECT_TRUE((*opened)->directory().for_each_owner([&](const auto& row) { rows.push_back(row); }));
    return rows;
  }

  std::filesystem::path folder_;
};

std::string line(const std::string& address, const std::string& name, const std::string& certificate,
                 const std::string& more = {}) {
  return fmt::format(
      R"({{"time":"2021-03-08T10:00:00Z","address":"{}","port":443,"name":{},"reached":true,"tls":{{"version":"TLSv1.2","names":[{}],"sha256":""}},"product":"exchange-self-hosted","builds":["15.1.2176.2"],"status":{{}},"exposure":"unpatched","confidence":"confirmed","evidence":[],"country":null,"network":null,"sector":null,"errors":[]{}}})"
      "\n",
      address, name.empty() ? "null" : "\"" + name + "\"", certificate, more);
}

constexpr const char* kList =
    "id,name,domains,networks,as,sector,country,provider,authority_for,email,phone\n"
    "a,Klinikum A,a.example,192.0.2.0/24,,nace:86.10,DE,no,,it@a.example;it@elsewhere.example,+49 1 23\n"
    "b,Praxis B,b.example,,,nace:Q,DE,no,,,\n"
    "host,Hoster,host.example,198.51.100.0/24,64500,nace:J,DE,yes,,abuse@host.example,\n"
    "health,Health authority,health.example,,,,DE,no,nace:Q,desk@health.example,\n"
    "cert,National CSIRT,cert.example,,,,DE,no,all,report@cert.example,\n";

TEST_F(Constituency, AttributesAndSaysWhy) {
  scan(line("192.0.2.7", "mail.a.example", "\"mail.a.example\"") +
       line("198.51.100.7", "", "\"mail.b.example\"") + line("198.51.100.8", "", "\"mail.unknown.example\"") +
       line("203.0.113.9", "", "\"EX01\"") + line("192.0.2.8", "", "\"mail.b.example\""));
  const Ran imported = constituency({"import", write("list.csv", kList)});
  ASSERT_EQ(imported.status, kSuccess) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("list.csv: 5 organisations: 5 new, 0 changed, 0 as before"));
  const Ran attributed = constituency({"attribute"});
  ASSERT_EQ(attributed.status, kSuccess) << attributed.err;
  EXPECT_THAT(attributed.out, HasSubstr("5 servers: 4 have an owner, 1 have none"));
  EXPECT_THAT(attributed.out, HasSubstr("1 only by who hosts them, 1 in conflict"));

  const Ran mine = constituency({"lookup", "192.0.2.7"});
  ASSERT_EQ(mine.status, kSuccess) << mine.err;
  EXPECT_THAT(mine.out, HasSubstr("192.0.2.7:443  owner: a  (confirmed, by network)"));
  EXPECT_THAT(mine.out, HasSubstr("mail.a.example (a.example)"));
  EXPECT_THAT(mine.out, HasSubstr("1. email    it@a.example"));
  EXPECT_THAT(mine.out, HasSubstr("ON THE HIT DOMAIN: same domain as the hit server mail.a.example"));
  EXPECT_THAT(mine.out, HasSubstr("3. email    desk@health.example (Health authority)  [sector-authority"));
  EXPECT_THAT(mine.out, HasSubstr("report@cert.example (National CSIRT)  [national-csirt"));
  EXPECT_THAT(constituency({"lookup", "192.0.2.8"}).out, HasSubstr("CONFLICT with b"));
  EXPECT_THAT(constituency({"lookup", "mail.b.example"}).out, HasSubstr("hosted by host"));
  EXPECT_THAT(constituency({"lookup", "klinikum"}).out, HasSubstr("a  Klinikum A  nace:86.10  DE"));
  EXPECT_EQ(constituency({"lookup", "nobody"}).status, kCannotRun);
}

TEST_F(Constituency, ShowsGapsWorstFirst) {
  scan(line("198.51.100.7", "", "\"mail.b.example\"") + line("198.51.100.8", "", "\"mail.unknown.example\"") +
       line("203.0.113.9", "", "") + line("192.0.2.8", "", "\"mail.b.example\""));
  ASSERT_EQ(constituency({"import", write("list.csv", kList)}).status, kSuccess);
  ASSERT_EQ(constituency({"attribute"}).status, kSuccess);
  const Ran gaps = constituency({"gaps"});
  ASSERT_EQ(gaps.status, kSuccess) << gaps.err;
  EXPECT_THAT(gaps.out, HasSubstr("Servers without an owner, by network: 1 servers, 1 of them open\n"
                                  "       1 open      1 in all  203.0.113.9\n"));
  EXPECT_THAT(gaps.out, HasSubstr("Servers that several organisations claim: 1 servers, 1 of them open\n"
                                  "       1 open      1 in all  a, b\n"));
  EXPECT_THAT(gaps.out, HasSubstr("Organisations without any contact: 1 servers, 1 of them open\n"
                                  "       1 open      1 in all  b  Praxis B\n"));
  const json::value rows = json::parse(constituency({"gaps", "--format", "json"}).out);
  EXPECT_EQ(rows.at("by_host_only").at(0).at("key").as_string(), "host");
}

TEST_F(Constituency, TheSameListAgainChangesNothing) {
  const std::string file = write("list.csv", kList);
  ASSERT_EQ(constituency({"import", file}).status, kSuccess);
  EXPECT_THAT(constituency({"import", file}).out, HasSubstr("0 new, 0 changed, 5 as before"));
  const std::string changed = write("list.csv", std::string(kList) + "c,New,,,,,,,,,\n");
  EXPECT_THAT(constituency({"import", changed, "--dry-run"}).out, HasSubstr("1 new, 0 changed, 5 as before"));
  EXPECT_THAT(constituency({"import", changed}).out, HasSubstr("1 new, 0 changed, 5 as before"));
}

TEST_F(Constituency, AnOperatorsDecisionStandsAndSurvivesARebuild) {
  scan(line("192.0.2.7", "mail.a.example", "\"mail.a.example\"") + line("203.0.113.9", "", ""));
  ASSERT_EQ(constituency({"import", write("list.csv", kList)}).status, kSuccess);
  ASSERT_EQ(constituency({"attribute"}).status, kSuccess);
  EXPECT_EQ(constituency({"assign", "192.0.2.7", "nobody-such", "--by", "anna"}).status, kCannotRun);
  EXPECT_EQ(constituency({"assign", "not-an-address", "b", "--by", "anna"}).status, kCannotRun);
  ASSERT_EQ(constituency({"assign", "192.0.2.7:443", "b", "--by", "anna", "--why", "phoned"}).status,
            kSuccess);
  ASSERT_EQ(constituency({"assign", "203.0.113.9", "none", "--by", "anna"}).status, kSuccess);
  EXPECT_THAT(constituency({"lookup", "192.0.2.7"}).out, HasSubstr("owner: b  (confirmed, by operator)"));
  ASSERT_EQ(constituency({"attribute"}).status, kSuccess);
  const auto before = owners();
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[0].organisation, "b");
  EXPECT_EQ(before[1].organisation, "");
  EXPECT_EQ(before[1].method, "operator");
}

TEST_F(Constituency, GivesEachOrganisationItsLadder) {
  scan(line("192.0.2.7", "", "\"EX01\"") + line("198.51.100.7", "", "\"mail.b.example\""));
  ASSERT_EQ(constituency({"import", write("list.csv", kList)}).status, kSuccess);
  const auto opened = store::Store::open(store());
  const auto book = ContactBook::open(**opened);
  ASSERT_TRUE(book) << to_string(book.error());
  const auto ladder_of = [&](const char* id, const char* address) {
    const auto server = load_server(**opened, address, 443);
    EXPECT_TRUE(server && *server);
    return (*book)->ladder(*(*book)->known().find(id), {(**server).signs}, {}, *parse_time("2021-03-08"));
  };
  const auto a = ladder_of("a", "192.0.2.7");
  EXPECT_EQ(a[0].contact.value, "it@a.example");
  EXPECT_TRUE(a[0].on_hit_domain);
  EXPECT_FALSE(a[1].on_hit_domain);               // it@elsewhere.example
  const auto b = ladder_of("b", "198.51.100.7");  // hosted by `host`
  const auto is_provider = [](const auto& step) {
    return step.contact.channel == constituency::Channel::provider && step.contact.value == "host";
  };
  EXPECT_EQ(std::ranges::count_if(b, is_provider), 1);
}

TEST_F(Constituency, LooksUpOnePlaceWithoutTheOthers) {
  scan(line("192.0.2.7", "", "\"EX01\"") + line("192.0.2.70", "", "\"EX02\""));
  ASSERT_EQ(constituency({"import", write("list.csv", kList)}).status, kSuccess);
  ASSERT_EQ(constituency({"attribute"}).status, kSuccess);
  const Ran one = constituency({"lookup", "192.0.2.7"});
  EXPECT_THAT(one.out, HasSubstr("192.0.2.7:443"));
  EXPECT_THAT(one.out, Not(HasSubstr("192.0.2.70:443")));
  const Ran all = constituency({"lookup", "a"});
  EXPECT_THAT(all.out, HasSubstr("192.0.2.7:443"));
  EXPECT_THAT(all.out, HasSubstr("192.0.2.70:443"));
  EXPECT_THAT(constituency({"lookup", "192.0.2.99"}).out, HasSubstr("no server was seen there"));
}

bool same_owner(const store::OwnerRow& a, const store::OwnerRow& b) {
  return std::tie(a.address, a.port, a.organisation, a.method, a.confidence, a.others) ==
         std::tie(b.address, b.port, b.organisation, b.method, b.confidence, b.others);
}

TEST_F(Constituency, ARebuildGivesTheSameOwners) {
  const auto database = constituency::made_mmdb({{*parse_network("203.0.113.0/24"), "DE", 64500, ""}});
  scan(line("192.0.2.7", "mail.a.example", "\"mail.a.example\"") +
       line("192.0.2.8", "", "\"mail.b.example\"") + line("198.51.100.7", "", "\"mail.b.example\"") +
       line("203.0.113.9", "", ""));
  ASSERT_EQ(constituency({"import", write("list.csv", kList)}).status, kSuccess);
  const Ran attributed = constituency({"attribute", "--mmdb", write("as.mmdb", database)});
  ASSERT_EQ(attributed.status, kSuccess) << attributed.err;
  EXPECT_THAT(attributed.out, HasSubstr("1 were located by MaxMind DB files"));
  const auto before = owners();
  ASSERT_EQ(before.size(), 4U);
  EXPECT_EQ(before[3].method, "as");
  const auto opened = store::Store::open(store());
  ASSERT_TRUE(replay_constituency(**opened));
  const auto after = owners();
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) EXPECT_TRUE(same_owner(after[i], before[i])) << i;
}

TEST_F(Constituency, TakesTheHolderOfANetworkFromItsRegistry) {
  const constituency::SmallWebServer registry([](const std::string&, int) {
    return constituency::SmallWebServer::Reply{
        200, R"({"objectClassName":"ip network","handle":"NET-9","startAddress":"203.0.113.0",
        "endAddress":"203.0.113.255","name":"ISP","entities":[{"roles":["abuse"],"vcardArray":["vcard",
        [["email",{},"text","abuse@isp.example"]]]}]})"};
  });
  const std::string bootstrap =
      write("ipv4.json", fmt::format(R"({{"services":[[["203.0.113.0/24"],["{}"]]]}})", registry.url("/")));
  const std::string cache = folder_ / "rdap.jsonl";
  scan(line("203.0.113.9", "", "") + line("203.0.113.10", "", ""));
  EXPECT_EQ(constituency({"attribute", "--rdap", "--bootstrap", bootstrap}).status, kCannotRun);  // who asks?
  const Ran attributed = constituency({"attribute", "--rdap", "--allow-loopback", "--bootstrap", bootstrap,
                                       "--rdap-cache", cache, "--contact", "csirt@csirt.example"});
  ASSERT_EQ(attributed.status, kSuccess) << attributed.err;
  EXPECT_THAT(attributed.out, HasSubstr("1 holders of networks were taken from RDAP"));
  EXPECT_THAT(attributed.out, HasSubstr("2 servers: 2 have an owner"));
  EXPECT_EQ(registry.seen().size(), 1U);
  EXPECT_THAT(registry.seen()[0].agent, HasSubstr("csirt@csirt.example"));
  EXPECT_THAT(constituency({"lookup", "203.0.113.9", "--rdap-cache", cache}).out,
              HasSubstr("network held by ISP (RDAP, "));
  EXPECT_EQ(registry.seen().size(), 1U);
}

TEST_F(Constituency, ShowsHostileTextEscaped) {
  scan(line("192.0.2.7", "", "\"mail.x.example\""));
  ASSERT_EQ(constituency({"import", write("list.csv",
                                          "id,name,domains,email\n"
                                          "x,\"=1+1\x1b[31mred\n\",x.example,it@x.example\n")})
                .status,
            kSuccess);
  const std::string shown = constituency({"lookup", "192.0.2.7"}).out;
  EXPECT_THAT(shown, HasSubstr("=1+1\\x1b[31mred"));
  EXPECT_THAT(shown, Not(HasSubstr("\x1b")));
}

TEST_F(Constituency, SaysWhatIsWrongWithAListAndGoesOn) {
  const Ran ran = constituency({"import", write("list.csv", "id,name,networks\na,A,10.0.0.1/8\n,,\nb,,\n")});
  EXPECT_EQ(ran.status, kSuccess);
  EXPECT_THAT(ran.err, HasSubstr("value left out: list.csv:2, column networks: '10.0.0.1/8' is no network"));
  EXPECT_THAT(ran.out,
              HasSubstr("1 organisations: 1 new, 0 changed, 0 as before; 1 rows and 1 values left out"));
  EXPECT_EQ(constituency({"import", write("list.csv", "nome\nA\n")}).status, kCannotRun);
  EXPECT_EQ(constituency({"import", "/nowhere.csv"}).status, kCannotRun);
}

// AFTERPATCH_SEEDS countries, three if it is not set.
std::uint64_t seeds() {
  const char* text = std::getenv("AFTERPATCH_SEEDS");
  return text == nullptr ? 3 : std::strtoull(text, nullptr, 10);
}

// The range's word for how the outside can tell, held against who was found.
TEST_F(Constituency, FindsTheOwnersOfTheRangesCountry) {
  ASSERT_GE(seeds(), 1U);
  for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
    std::filesystem::remove(store());
    range::CountrySettings settings;
    settings.seed = seed;
    settings.servers = 2000;
    settings.days = 3;
    const range::Country country = range::make_country(settings);
    ASSERT_TRUE(range::write_scan_days(country, folder_));
    for (int day = 0; day < settings.days; ++day) {
      const std::string file = folder_ / fmt::format("scan-day-{:02}.jsonl", day);
      ASSERT_EQ(run_with({"scan", "import", file, "--store", store()}).status, kSuccess);
    }
    ASSERT_EQ(constituency({"import", write("list.csv", range::constituency_csv(country))}).status, kSuccess);
    ASSERT_EQ(constituency({"attribute"}).status, kSuccess);
    std::map<std::string, std::string> found;
    for (const auto& row : owners()) found[row.address] = row.organisation;
    std::size_t attributable = 0;
    std::size_t right = 0;
    std::size_t wrong = 0;
    for (const range::CountryServer& server : country.servers) {
      const auto owner = found.find(server.address);
      if (owner == found.end()) continue;  // not seen in these days
      if (!server.owner.empty()) ++attributable;
      if (!server.owner.empty() && owner->second == server.owner) ++right;
      if (owner->second != server.owner && !owner->second.empty()) ++wrong;
    }
    fmt::print("seed {}: {} of {} attributable servers right, {} wrong\n", seed, right, attributable, wrong);
    EXPECT_GE(attributable, 1000U);
    EXPECT_GE(static_cast<double>(right), 0.99 * static_cast<double>(attributable)) << seed;
    EXPECT_EQ(wrong, 0U) << seed;
  }
}

}  // namespace
}  // namespace afterpatch::app
