// What only a database server can do to us.
#include <thread>

#include "store/each_store.h"

namespace afterpatch::store {
namespace {

// These start servers of their own.
class Postgresql : public testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("AFTERPATCH_TEST_POSTGRESQL") == nullptr)
      GTEST_SKIP() << "set AFTERPATCH_TEST_POSTGRESQL=1: all tests on PostgreSQL run in one program";
    if (PostgresqlServer::shared() == nullptr) GTEST_SKIP() << PostgresqlServer::kMissing;
  }
};

TEST_F(Postgresql, ManyProgramsMayMakeTheTablesAtOnce) {
  const std::string place = PostgresqlServer::shared()->new_database();
  std::vector<std::string> errors(6);
  {
    std::vector<std::jthread> programs;
    for (std::string& error : errors) {
      programs.emplace_back([&] {
        const auto store = Store::open(place);
        if (!store) error = to_string(store.error());
      });
    }
  }
  for (const std::string& error : errors) EXPECT_EQ(error, "");
  EXPECT_TRUE(Store::open(place));
}

TEST_F(Postgresql, AServerThatIsNotThereIsAClearErrorWithoutThePassword) {
  const auto store = Store::open("postgresql://anna:geheim@127.0.0.1:1/none");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().where, "postgresql://anna@127.0.0.1:1/none");
  EXPECT_EQ(to_string(store.error()).find("geheim"), std::string::npos);
  EXPECT_NE(store.error().what.find("refused"), std::string::npos) << store.error().what;
}

TEST_F(Postgresql, ALostServerLeavesNothingHalfWritten) {
  const auto server = PostgresqlServer::start();
  ASSERT_NE(server, nullptr);
  const std::string place = server->new_database();
  const auto lost = *Store::open(place);
  write_all(*lost, {seen(0, "127.1.0.1", "unpatched")});
  auto writer = lost->write("scan", kDefaultLongestGap);
  ASSERT_TRUE((*writer)->add(seen(0, "127.1.0.2", "unpatched")));
  server->stop_at_once();
  const auto failed = (*writer)->commit();
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().next.find("not in the store"), std::string::npos);
  EXPECT_FALSE(lost->servers().refresh());
  EXPECT_FALSE(lost->ledger().add(
      {{.time = {}, .received = {}, .source = "a", .kind = "b", .subject_kind = "case", .subject = "c"}}));
  ASSERT_TRUE(server->run());
  EXPECT_FALSE(lost->sources()) << "a lost connection stays lost";
}

TEST_F(Postgresql, WhatWasCommittedIsThereWhenTheServerIsBack) {
  const auto server = PostgresqlServer::start();
  ASSERT_NE(server, nullptr);
  const auto place_now = [&, name = server->new_database()] {
    const std::string fresh = server->new_database();  // tells the port of today
    return fresh.substr(0, fresh.rfind('/')) + name.substr(name.rfind('/'));
  };
  {
    const auto store = *Store::open(place_now());
    write_all(*store, {seen(0, "127.1.0.1", "unpatched")});
    auto writer = store->write("scan", kDefaultLongestGap);
    ASSERT_TRUE((*writer)->add(seen(0, "127.1.0.2", "unpatched")));
    server->stop_at_once();
  }
  ASSERT_TRUE(server->run());
  const auto store = *Store::open(place_now());
  EXPECT_EQ(all_of(*store).size(), 1U);
}

TEST_F(Postgresql, AFailedStatementUndoesTheWholeTransactionAndSaysSo) {
  const auto store = *Store::open(PostgresqlServer::shared()->new_database());
  const auto done = store->together([&]() -> Result<void> {
    EXPECT_TRUE(store->directory().put_organisations({{"a", "A", "DE", "", "", "{}"}}));
    EXPECT_FALSE(store->directory().organisation(std::string("\xFF")));  // the server refuses the bytes
    return {};                                                           // and nobody listens
  });
  EXPECT_FALSE(done);
  EXPECT_FALSE(store->directory().organisation("a")->has_value());
}

TEST_F(Postgresql, MoreRowsThanAPortionAreAllRead) {
  const auto store = *Store::open(PostgresqlServer::shared()->new_database());
  std::vector<ClusterMember> members;
  for (int i = 0; i < 10'000; ++i)
    members.push_back({"c", fmt::format("127.{}.{}.1", i / 200, i % 200), 443});
  ASSERT_TRUE(store->servers().put_clusters(members));
  EXPECT_EQ(store->servers().clusters()->size(), members.size());
}

TEST_F(Postgresql, AVisitorMayAskAndWriteMeanwhile) {
  const auto store = *Store::open(PostgresqlServer::shared()->new_database());
  std::vector<OrganisationRow> rows;
  for (int i = 0; i < 5000; ++i) rows.push_back({fmt::format("o{:04}", i), "name\t\\n", "", "", "", "{}"});
  ASSERT_TRUE(store->directory().put_organisations(rows));
  int asked = 0;
  ASSERT_TRUE(store->directory().for_each_organisation([&](const OrganisationRow& row) {
    if (row.id.ends_with("000")) {
      EXPECT_TRUE(store->directory().organisation(row.id)->has_value());
      EXPECT_TRUE(store->directory().put_owners({{row.id, 443, row.id, "network", "likely", "[]"}}));
    }
    ++asked;
  }));
  EXPECT_EQ(asked, 5000);
  int kept = 0;
  ASSERT_TRUE(store->directory().for_each_owner([&](const OwnerRow&) { ++kept; }));
  EXPECT_EQ(kept, 5);
}

}  // namespace
}  // namespace afterpatch::store
