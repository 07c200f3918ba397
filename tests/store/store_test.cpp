#include "store/store.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <fstream>

#include "store/each_store.h"

namespace afterpatch::store {
namespace {

class StoreTest : public EachStore {};
AFTERPATCH_EACH_STORE(StoreTest);

using SqliteFile = StoreFolder;

TEST_P(StoreTest, KeepsWhatWasSeenAsSpans) {
  const auto store = open();
  write_all(*store, {seen(0, "127.1.0.1", "unpatched"), seen(1, "127.1.0.1", "unpatched"),
                     seen(2, "127.1.0.1", "patched"), seen(0, "127.1.0.2", "unknown")});
  const auto servers = all_of(*store);
  ASSERT_EQ(servers.size(), 2U);
  ASSERT_EQ(servers[0].spans.size(), 2U);
  EXPECT_EQ(servers[0].spans[0].first, at(0));
  EXPECT_EQ(servers[0].spans[0].last, at(1));
  EXPECT_EQ(servers[0].spans[0].exposure, "unpatched");
  EXPECT_EQ(servers[0].spans[1].exposure, "patched");
  EXPECT_EQ(servers[0].spans[1].country, "DE");
  EXPECT_EQ(servers[1].address, "127.1.0.2");
}

TEST_P(StoreTest, TheSameTwiceChangesNothing) {
  const std::vector<Observation> all = {seen(0, "127.1.0.1", "unpatched"), seen(1, "127.1.0.1", "unpatched"),
                                        seen(2, "127.1.0.1", "patched")};
  const auto store = open();
  write_all(*store, all);
  auto writer = store->write("scan", kDefaultLongestGap);
  ASSERT_TRUE(writer);
  for (const Observation& observation : all) ASSERT_TRUE((*writer)->add(observation));
  ASSERT_TRUE((*writer)->commit());
  EXPECT_EQ((*writer)->counts().unchanged, 3U);
  EXPECT_EQ((*writer)->counts().changed + (*writer)->counts().extended, 0U);
}

TEST_P(StoreTest, WhatWasNotCommittedIsNotThere) {
  const auto store = open();
  {
    auto writer = store->write("scan", kDefaultLongestGap);
    ASSERT_TRUE((*writer)->add(seen(0, "127.1.0.1", "unpatched")));
    ASSERT_TRUE((*writer)->commit());
    ASSERT_TRUE((*writer)->add(seen(0, "127.1.0.2", "unpatched")));
  }
  EXPECT_EQ(all_of(*store).size(), 1U);
}

TEST_P(StoreTest, IsReadWhileItIsWritten) {
  const auto writing = open();
  auto writer = writing->write("scan", kDefaultLongestGap);
  ASSERT_TRUE((*writer)->add(seen(0, "127.1.0.1", "unpatched")));
  ASSERT_TRUE((*writer)->commit());
  ASSERT_TRUE((*writer)->add(seen(0, "127.1.0.2", "unpatched")));
  const auto reading = open();
  EXPECT_EQ(all_of(*reading).size(), 1U);
  ASSERT_TRUE((*writer)->commit());
  EXPECT_EQ(all_of(*reading).size(), 2U);
}

TEST_P(StoreTest, LaterSpansAreFoundWhenAnOldDayComesLate) {
  const auto store = open();
  write_all(*store, {seen(0, "127.1.0.1", "unpatched"), seen(5, "127.1.0.1", "patched")});
  write_all(*store, {seen(4, "127.1.0.1", "patched"), seen(1, "127.1.0.1", "unpatched")});
  const auto servers = all_of(*store);
  ASSERT_EQ(servers[0].spans.size(), 2U);
  EXPECT_EQ(servers[0].spans[0].last, at(1));
  EXPECT_EQ(servers[0].spans[1].first, at(4));
}

TEST_P(StoreTest, SourcesKeepTheirOwnSpans) {
  const auto store = open();
  write_all(*store, {seen(0, "127.1.0.1", "unpatched")}, "scan");
  write_all(*store, {seen(1, "127.1.0.1", "build-ambiguous")}, "shadowserver");
  const auto servers = all_of(*store);
  ASSERT_EQ(servers.size(), 1U);
  EXPECT_EQ(servers[0].spans.size(), 2U);
  EXPECT_EQ(store->active_days("scan")->size(), 1U);
  EXPECT_EQ(store->active_days("")->size(), 2U);
}

TEST_P(StoreTest, AnotherRhythmOfAKnownSourceIsRefused) {
  const auto store = open();
  write_all(*store, {seen(0, "127.1.0.1", "unpatched")});
  EXPECT_FALSE(store->write("scan", std::chrono::hours(24)));
}

TEST_P(StoreTest, RemembersImportedFiles) {
  const auto store = open();
  auto writer = store->write("scan", kDefaultLongestGap);
  EXPECT_FALSE(*(*writer)->was_imported("abc"));
  ASSERT_TRUE((*writer)->note_import("abc", "day1.jsonl", 3));
  ASSERT_TRUE((*writer)->commit());
  EXPECT_TRUE(*(*writer)->was_imported("abc"));
}

TEST_P(StoreTest, KnowsHowFarItHasFollowedWhatStillGrows) {
  const auto store = open();
  auto writer = store->write("scan", kDefaultLongestGap);
  EXPECT_EQ(*(*writer)->followed("abc"), 0U);
  ASSERT_TRUE((*writer)->note_followed("abc", "now.jsonl", 3));
  ASSERT_TRUE((*writer)->commit());
  ASSERT_TRUE((*writer)->note_followed("abc", "now.jsonl", 5));
  ASSERT_TRUE((*writer)->commit());
  ASSERT_TRUE((*writer)->note_followed("abc", "now.jsonl", 9));
  writer->reset();  // without a commit
  writer = store->write("scan", kDefaultLongestGap);
  EXPECT_EQ(*(*writer)->followed("abc"), 5U);
  EXPECT_EQ(*(*store->write("partner", kDefaultLongestGap).value()).followed("abc"), 0U)
      << "each source by itself";
}

TEST_P(StoreTest, GivesBackAllThatWasSeenOnADay) {
  const auto store = open();
  write_all(*store, {seen(0, "127.1.0.1", "unpatched"), seen(1, "127.1.0.1", "unpatched")});
  const auto content = store->content_at("127.1.0.1", 443, at(0, 20));
  ASSERT_TRUE(content);
  EXPECT_EQ(*content, seen(0, "127.1.0.1", "unpatched").content);
  EXPECT_EQ(*store->content_at("127.1.0.1", 443, at(9)), "");
}

TEST_F(SqliteFile, AFileThatIsNoStoreIsAClearError) {
  std::ofstream(file()) << std::string(5000, 'x');
  const auto store = Store::open(file());
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().where, file());
}

TEST_F(SqliteFile, AFolderThatIsNotThereIsAClearError) {
  EXPECT_FALSE(Store::open(folder_ / "none" / "test.db"));
}

TEST_F(SqliteFile, AStoreOfANewerProgramIsLeftAlone) {
  open().reset();
  soci::session(soci::sqlite3, "db=" + file()) << "UPDATE schema_version SET version = 99";
  const auto newer = Store::open(file());
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().what.find("99"), std::string::npos);
}

}  // namespace
}  // namespace afterpatch::store
