#include "store/ledger.h"

#include "store/each_store.h"

namespace afterpatch::store {
namespace {

class LedgerTest : public EachStore {};
AFTERPATCH_EACH_STORE(LedgerTest);

Statement said(const std::string& kind, const std::string& subject, const std::string& key = {}) {
  return {.time = at(1),
          .received = at(2),
          .source = "operator:anna",
          .kind = kind,
          .subject_kind = "case",
          .subject = subject,
          .key = key,
          .content = R"({"why":"it's ü: 100 %"})"};
}

std::vector<Statement> read(Store& store, const StatementFilter& filter = {}) {
  std::vector<Statement> out;
  EXPECT_TRUE(store.ledger().for_each(
      filter, [&](std::int64_t, const Statement& statement) { out.push_back(statement); }));
  return out;
}

TEST_P(LedgerTest, GivesBackWhatWasSaid) {
  const auto store = open();
  ASSERT_EQ(store->ledger().add({said("case-closed", "AP-1", "k")}).value(), 1U);
  const auto all = read(*store);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].time, at(1));
  EXPECT_EQ(all[0].received, at(2));
  EXPECT_EQ(all[0].source, "operator:anna");
  EXPECT_EQ(all[0].kind, "case-closed");
  EXPECT_EQ(all[0].subject_kind, "case");
  EXPECT_EQ(all[0].subject, "AP-1");
  EXPECT_EQ(all[0].key, "k");
  EXPECT_EQ(all[0].content, R"({"why":"it's ü: 100 %"})");
}

TEST_P(LedgerTest, KeepsTheSameKeyOfASourceOnce) {
  const auto store = open();
  EXPECT_EQ(*store->ledger().add({said("a", "1", "k"), said("a", "1", "k"), said("a", "1", "l")}), 2U);
  EXPECT_EQ(*store->ledger().add({said("a", "1", "k")}), 0U);
  Statement other = said("a", "1", "k");
  other.source = "smtp";
  EXPECT_EQ(*store->ledger().add({other}), 1U);
}

TEST_P(LedgerTest, WithoutAKeyEveryStatementIsItsOwn) {
  const auto store = open();
  EXPECT_EQ(*store->ledger().add({said("a", "1"), said("a", "1")}), 2U);
  EXPECT_EQ(read(*store).size(), 2U);
}

TEST_P(LedgerTest, AddsAllOrNone) {
  const auto store = open();
  Statement broken = said("a", "2");
  broken.content = "[]";
  EXPECT_FALSE(store->ledger().add({said("a", "1"), broken}));
  EXPECT_TRUE(read(*store).empty());
}

TEST_P(LedgerTest, RefusesWhatADatabaseCantKeep) {
  const auto store = open();
  for (const std::string& content : {std::string(), std::string("{"), std::string("{\"a\":\"\xFF\"}"),
                                     "{\"a\":\"" + std::string(kMaxStatementBytes, 'x') + "\"}"}) {
    Statement broken = said("a", "1");
    broken.content = content;
    EXPECT_FALSE(store->ledger().add({broken})) << content.substr(0, 20);
  }
  Statement nul = said("a", std::string("1\0", 2));
  EXPECT_FALSE(store->ledger().add({nul}));
}

TEST_P(LedgerTest, FiltersByWhatIsNotEmpty) {
  const auto store = open();
  Statement server = said("hunted", "192.0.2.1:443");
  server.subject_kind = "server";
  ASSERT_TRUE(store->ledger().add({said("a", "1"), said("b", "1"), said("a", "2"), server}));
  EXPECT_EQ(read(*store, {.subject_kind = "case"}).size(), 3U);
  EXPECT_EQ(read(*store, {.subject_kind = "case", .subject = "1"}).size(), 2U);
  EXPECT_EQ(read(*store, {.kind = "a"}).size(), 2U);
}

TEST_P(LedgerTest, GoesOnAfterAnId) {
  const auto store = open();
  ASSERT_TRUE(store->ledger().add({said("a", "1"), said("a", "2"), said("a", "3")}));
  std::vector<std::int64_t> ids;
  ASSERT_TRUE(store->ledger().for_each({}, [&](std::int64_t id, const Statement&) { ids.push_back(id); }));
  ASSERT_EQ(ids.size(), 3U);
  EXPECT_LT(ids[0], ids[1]);
  const auto rest = read(*store, {.after = ids[1]});
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].subject, "3");
}

TEST_P(LedgerTest, IsPartOfTheTransactionAroundIt) {
  const auto store = open();
  EXPECT_FALSE(store->together([&]() -> Result<void> {
    EXPECT_TRUE(store->ledger().add({said("a", "1")}));
    return fail("no");
  }));
  EXPECT_TRUE(read(*store).empty());
  EXPECT_TRUE(store->together([&]() -> Result<void> {
    EXPECT_TRUE(store->ledger().add({said("a", "1")}));
    Statement broken = said("a", "2");
    broken.content = "1";
    EXPECT_FALSE(store->ledger().add({broken}));  // undoes itself only
    return {};
  }));
  EXPECT_EQ(read(*store).size(), 1U);
}

TEST(ServerSubject, BracketsIpv6) {
  EXPECT_EQ(server_subject("192.0.2.1", 443), "192.0.2.1:443");
  EXPECT_EQ(server_subject("2001:db8::1", 8443), "[2001:db8::1]:8443");
}

}  // namespace
}  // namespace afterpatch::store
