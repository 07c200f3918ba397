#include "store/servers.h"

#include <algorithm>
#include <random>

#include "store/each_store.h"

namespace afterpatch::store {
namespace {

class ServersTest : public EachStore {
 protected:
  void SetUp() override {
    EachStore::SetUp();
    if (!IsSkipped()) store_ = open();
  }

  void hunted(const std::string& subject, const std::string& content, int day,
              const std::string& kind = "hunted") {
    ASSERT_TRUE(store_->ledger().add({{.time = at(day),
                                       .received = at(day),
                                       .source = "hunt",
                                       .kind = kind,
                                       .subject_kind = "server",
                                       .subject = subject,
                                       .key = subject + content,
                                       .content = content}}));
  }
  ServerRow row(const std::string& address) {
    EXPECT_TRUE(store_->servers().refresh());
    const auto found = store_->servers().server(address, 443);
    EXPECT_TRUE(found && *found) << address;
    return found && *found ? **found : ServerRow{};
  }
  std::vector<std::string> addresses(const ServerQuery& query) {
    std::vector<std::string> out;
    const auto page = store_->servers().find(query);
    EXPECT_TRUE(page) << to_string(page.error());
    for (const ServerRow& one : page->rows) out.push_back(one.address);
    return out;
  }

  std::unique_ptr<Store> store_;
};
AFTERPATCH_EACH_STORE(ServersTest);

using Addresses = std::vector<std::string>;

TEST_P(ServersTest, TellsHowAServerStands) {
  write_all(*store_, {seen(0, "127.1.0.1", "unpatched"), seen(1, "127.1.0.1", "unpatched"),
                      seen(2, "127.1.0.1", "patched"), seen(3, "127.1.0.1", "patched")});
  const ServerRow server = row("127.1.0.1");
  EXPECT_EQ(server.exposure, "patched");
  EXPECT_EQ(server.confidence, "confirmed");
  EXPECT_EQ(server.builds, "15.1.2176.2");
  EXPECT_TRUE(server.present);
  EXPECT_EQ(server.first_seen, at(0));
  EXPECT_EQ(server.last_seen, at(3));
  EXPECT_EQ(server.first_open, at(0, 0));
  EXPECT_EQ(server.patched, at(1, 12));
  EXPECT_EQ(server.country, "DE");
  EXPECT_EQ(server.network, "AS1");
  EXPECT_EQ(server.compromise, Compromise::not_hunted);
  EXPECT_EQ(server.hunted, std::nullopt);
}

TEST_P(ServersTest, GoneIsNotPatched) {
  write_all(*store_, {seen(0, "127.1.0.1", "unpatched"), seen(0, "127.1.0.2", "patched"),
                      seen(9, "127.1.0.2", "patched")});
  const ServerRow gone = row("127.1.0.1");
  EXPECT_FALSE(gone.present);
  EXPECT_EQ(gone.exposure, "unpatched");
  EXPECT_EQ(gone.patched, std::nullopt);
}

TEST_P(ServersTest, WhatNeverWasAServerHasNoRow) {
  write_all(*store_, {seen(0, "127.1.0.1", "unknown", "other"), seen(0, "127.1.0.2", "unknown", "", false)});
  ASSERT_TRUE(store_->servers().refresh());
  EXPECT_EQ(store_->servers().find({})->total, 0U);
}

TEST_P(ServersTest, TellsTheWorstThatAHuntSaid) {
  write_all(*store_, {seen(0, "127.1.0.1", "unpatched")});
  hunted(
      "127.1.0.1:443",
      R"({"campaign":"a","compromise":"backdoored","confidence":"confirmed","exploited":"2021-03-01T00:00:00Z",
             "backdoored":"2021-03-01T00:05:00Z","reentered":null,"patched":"2021-03-04T12:00:00Z",
             "door_present":true,"mail_accessed":false,"credentials_exposed":true})",
      4);
  hunted(
      "127.1.0.1:443",
      R"({"campaign":"b","compromise":"no-evidence","confidence":"likely","exploited":"2021-02-28T00:00:00Z",
             "door_present":false,"mail_accessed":true})",
      6);
  const ServerRow server = row("127.1.0.1");
  EXPECT_EQ(server.compromise, Compromise::backdoored);
  EXPECT_EQ(server.compromise_confidence, "confirmed");
  EXPECT_EQ(server.campaign, "a");
  EXPECT_EQ(server.hunted, at(6));
  EXPECT_EQ(server.exploited, parse_time("2021-02-28"));
  EXPECT_EQ(server.backdoored, parse_time("2021-03-01T00:05:00Z"));
  EXPECT_EQ(server.reentered, std::nullopt);
  EXPECT_EQ(server.patched, parse_time("2021-03-04T12:00:00Z"));
  EXPECT_FALSE(server.door_present);
  EXPECT_TRUE(server.mail_accessed);
  EXPECT_TRUE(server.credentials_exposed);
}

TEST_P(ServersTest, AShellSeenFromOutsideIsABackDoor) {
  hunted("[2001:db8::1]:443", R"({"campaign":"a","url":"/x.aspx","door_present":true})", 4, "door-seen");
  hunted("127.1.0.9:443", R"({"campaign":"a","door_present":false})", 4, "door-seen");
  const ServerRow server = row("2001:db8::1");
  EXPECT_EQ(server.compromise, Compromise::backdoored);
  EXPECT_EQ(server.compromise_confidence, "likely");
  EXPECT_TRUE(server.door_present);
  EXPECT_EQ(server.backdoored, std::nullopt) << "nobody knows when it was put there";
  EXPECT_EQ(server.exposure, "") << "no scan saw it";
  EXPECT_EQ(server.first_seen, at(4));
  EXPECT_EQ(row("127.1.0.9").compromise, Compromise::not_hunted);
}

TEST_P(ServersTest, HuntsWithStrangeContentAreLeftOut) {
  hunted("127.1.0.1:443", R"({"compromise":7,"exploited":"yesterday","door_present":"yes"})", 1);
  hunted("not a server", R"({"compromise":"backdoored"})", 1);
  const ServerRow server = row("127.1.0.1");
  EXPECT_EQ(server.compromise, Compromise::not_hunted);
  EXPECT_EQ(store_->servers().find({})->total, 1U);
}

TEST_P(ServersTest, TheOrganisationSaysWhereAServerBelongs) {
  write_all(*store_, {seen(0, "127.1.0.1", "unpatched"), seen(0, "127.1.0.2", "unpatched")});
  ASSERT_TRUE(store_->directory().put_organisations({{"at-1", "Spital", "AT", "AT-9", "nace:Q", "{}"}}));
  ASSERT_TRUE(store_->directory().put_owners({{"127.1.0.0", 443, "x", "network", "likely", "[]"},
                                              {"127.1.0.2", 80, "x", "network", "likely", "[]"},
                                              {"127.1.0.2", 443, "at-1", "network", "likely", "[]"}}));
  EXPECT_EQ(row("127.1.0.1").organisation, "");
  const ServerRow owned = row("127.1.0.2");
  EXPECT_EQ(owned.organisation, "at-1");
  EXPECT_EQ(owned.country, "AT");
  EXPECT_EQ(owned.region, "AT-9");
  EXPECT_EQ(owned.sector, "nace:Q");
  EXPECT_EQ(owned.network, "AS1");
}

TEST_P(ServersTest, FindsByWhatIsAsked) {
  write_all(*store_, {seen(0, "127.1.0.1", "unpatched"), seen(0, "127.1.0.2", "patched"),
                      seen(0, "127.1.0.3", "unpatched"), seen(0, "127.2.0.3", "unsupported")});
  hunted("127.1.0.3:443", R"({"campaign":"a","compromise":"re-entered","confidence":"confirmed"})", 4);
  hunted("127.1.0.2:443", R"({"campaign":"b","compromise":"probed","confidence":"confirmed"})", 4);
  ASSERT_TRUE(store_->directory().put_organisations({{"de-1", "100% Klinik", "DE", "", "", "{}"}}));
  ASSERT_TRUE(store_->directory().put_owners({{"127.1.0.3", 443, "de-1", "network", "likely", "[]"}}));
  ASSERT_TRUE(store_->servers().put_clusters({{"c1", "127.1.0.1", 443}, {"c1", "127.1.0.3", 443}}));
  ASSERT_TRUE(store_->servers().refresh());
  ServerQuery query;
  query.exposure = "unpatched";
  EXPECT_EQ(addresses(query), (Addresses{"127.1.0.1", "127.1.0.3"}));
  query = {};
  query.at_least = Compromise::probed;
  EXPECT_EQ(addresses(query), (Addresses{"127.1.0.2", "127.1.0.3"}));
  query.campaign = "b";
  EXPECT_EQ(addresses(query), (Addresses{"127.1.0.2"}));
  query = {};
  query.compromise = Compromise::not_hunted;
  EXPECT_EQ(addresses(query), (Addresses{"127.1.0.1", "127.2.0.3"}));
  query = {};
  query.cluster = "c1";
  EXPECT_EQ(addresses(query), (Addresses{"127.1.0.1", "127.1.0.3"}));
  query = {};
  query.search = "0% kLI";
  EXPECT_EQ(addresses(query), (Addresses{"127.1.0.3"}));
  query.search = "127.2.";
  EXPECT_EQ(addresses(query), (Addresses{"127.2.0.3"}));
  query.search = "_";
  EXPECT_EQ(addresses(query), Addresses{});
  query.search = "' OR 1=1 --";
  EXPECT_EQ(addresses(query), Addresses{});
}

TEST_P(ServersTest, SortsAndPages) {
  write_all(*store_, {seen(0, "127.1.0.1", "unpatched"), seen(1, "127.1.0.2", "patched"),
                      seen(0, "127.1.0.3", "unsupported")});
  ASSERT_TRUE(store_->servers().refresh());
  ServerQuery query;
  query.sort = "exposure";
  query.descending = true;
  EXPECT_EQ(addresses(query), (Addresses{"127.1.0.3", "127.1.0.1", "127.1.0.2"}));
  query.sort = "first_open";
  EXPECT_EQ(addresses(query), (Addresses{"127.1.0.1", "127.1.0.3", "127.1.0.2"})) << "without one: last";
  query.limit = 1;
  query.offset = 1;
  EXPECT_EQ(addresses(query), Addresses{"127.1.0.3"});
  EXPECT_EQ(store_->servers().find(query)->total, 3U);
  query.sort = "address; DROP TABLE server";
  EXPECT_FALSE(store_->servers().find(query));
}

TEST_P(ServersTest, VisitsAllWhateverThePage) {
  write_all(*store_, {seen(0, "127.1.0.1", "unpatched"), seen(1, "127.1.0.2", "patched")});
  ASSERT_TRUE(store_->servers().refresh());
  ServerQuery query;
  query.limit = 1;
  Addresses visited;
  ASSERT_TRUE(
      store_->servers().for_each(query, [&](const ServerRow& one) { visited.push_back(one.address); }));
  EXPECT_EQ(visited, (Addresses{"127.1.0.1", "127.1.0.2"}));
}

TEST_P(ServersTest, CountsByColumns) {
  write_all(*store_, {seen(0, "127.1.0.1", "unpatched"), seen(0, "127.1.0.2", "patched"),
                      seen(0, "127.1.0.3", "unpatched")});
  hunted("127.1.0.3:443", R"({"campaign":"a","compromise":"re-entered","confidence":"confirmed"})", 4);
  ASSERT_TRUE(store_->directory().put_owners({{"127.1.0.1", 443, "de-1", "network", "likely", "[]"},
                                              {"127.1.0.3", 443, "de-1", "network", "likely", "[]"}}));
  ASSERT_TRUE(store_->servers().refresh());
  const auto groups = store_->servers().count_by({"exposure", "present"}, {});
  ASSERT_TRUE(groups) << to_string(groups.error());
  ASSERT_EQ(groups->size(), 2U);
  EXPECT_EQ((*groups)[0].values, (std::vector<std::string>{"unpatched", "true"}));
  EXPECT_EQ((*groups)[0].servers, 2U);
  EXPECT_EQ((*groups)[0].organisations, 1U);
  EXPECT_EQ((*groups)[1].organisations, 0U);
  const auto hunts = store_->servers().count_by({"compromise"}, {});
  ASSERT_EQ(hunts->size(), 2U);
  EXPECT_EQ((*hunts)[0].values[0], "not-hunted");
  EXPECT_EQ((*hunts)[1].values[0], "re-entered");
  ServerQuery open_ones;
  open_ones.exposure = "unpatched";
  EXPECT_EQ(store_->servers().count_by({}, open_ones)->at(0).servers, 2U);
  EXPECT_FALSE(store_->servers().count_by({"patched"}, {}));
}

TEST_P(ServersTest, ClustersAreReplacedAsAWhole) {
  ASSERT_TRUE(store_->servers().put_clusters({{"c2", "127.1.0.1", 443}, {"c1", "127.1.0.2", 443}}));
  ASSERT_TRUE(store_->servers().put_clusters({{"c1", "127.1.0.3", 8443}}));
  const auto members = store_->servers().clusters();
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 1U);
  EXPECT_EQ((*members)[0].cluster, "c1");
  EXPECT_EQ((*members)[0].address, "127.1.0.3");
  EXPECT_EQ((*members)[0].port, 8443);
}

// All rows as one text.
std::string picture_of(Store& store) {
  std::string text;
  EXPECT_TRUE(store.servers().refresh());
  EXPECT_TRUE(store.servers().for_each({}, [&](const ServerRow& one) {
    text += fmt::format("{} {} {} {} {} {} {} {} {}\n", one.address, one.name, one.exposure, one.confidence,
                        one.present, to_iso8601(one.first_seen), to_iso8601(one.last_seen),
                        name_of(one.compromise), one.campaign);
  }));
  return text;
}

TEST_P(ServersTest, RefreshDoesNotDependOnTheOrderOfImports) {
  const std::vector<std::vector<Observation>> imports = {
      {seen(0, "127.1.0.1", "unpatched"), seen(0, "127.1.0.2", "patched")},
      {seen(0, "127.1.0.1", "patched"), seen(0, "127.1.0.2", "unpatched"), seen(0, "127.1.0.3", "patched")}};
  const auto say = [](Store& store, const std::string& campaign) {
    ASSERT_TRUE(store.ledger().add(
        {{.time = at(3),
          .received = at(3),
          .source = "hunt",
          .kind = "hunted",
          .subject_kind = "server",
          .subject = "127.1.0.2:443",
          .key = campaign,
          .content = R"({"compromise":"exploited","confidence":"likely","campaign":")" + campaign + "\"}"}}));
  };
  write_all(*store_, imports[0], "scan");
  write_all(*store_, imports[1], "shadowserver");
  say(*store_, "a");
  say(*store_, "b");
  const std::string first = picture_of(*store_);
  store_.reset();
  start_again();
  store_ = open();
  say(*store_, "b");
  write_all(*store_, imports[1], "shadowserver");
  say(*store_, "a");
  write_all(*store_, imports[0], "scan");
  EXPECT_EQ(picture_of(*store_), first);
  EXPECT_NE(first.find("127.1.0.3"), std::string::npos);
}

TEST_P(ServersTest, RefreshTwiceIsOnce) {
  write_all(*store_, {seen(0, "127.1.0.1", "unpatched")});
  const std::string first = picture_of(*store_);
  EXPECT_EQ(picture_of(*store_), first);
}

}  // namespace
}  // namespace afterpatch::store
