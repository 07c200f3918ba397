// `afterpatch scan --store`: what is reported is in the store, all of it and once, whatever ends a scan.
#include "app/scan_store_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>

#include <fmt/format.h>

#include "app/exit_status.h"
#include "app/scan_import.h"
#include "app/scan_program.h"
#include "exposure/host_record.h"
#include "store/postgresql_server.h"

namespace afterpatch::app {
namespace {

namespace fs = std::filesystem;
using exposure::SmallServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// All that a store holds of what was seen; without times, two scans of the same servers are equal.
std::vector<std::string> content_of(const std::string& place, bool with_times = true) {
  std::vector<std::string> all;
  const auto store = store::Store::open(place);
  EXPECT_TRUE(store);
  if (!store) return all;
  std::vector<store::ServerHistory> histories;
  EXPECT_TRUE((*store)->for_each_server("", [&](const auto& server) { histories.push_back(server); }));
  for (const store::ServerHistory& server : histories) {
    for (const store::SeenSpan& span : server.spans) {
      const auto content = (*store)->content_at(server.address, server.port, span.first);
      const std::string times =
          with_times ? fmt::format(" {} {}", to_iso8601(span.first), to_iso8601(span.last)) : std::string();
      all.push_back(fmt::format("{} {}{} {} {} {}", server.address, span.name, times, span.exposure,
                                span.builds, with_times ? content.value_or("") : ""));
    }
  }
  return all;
}

class StoreFeedTest : public testing::Test {
 protected:
  StoreFeedTest() {
    std::string name = testing::TempDir() + "/scan-feed-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~StoreFeedTest() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::vector<std::string> stored_scan(const SmallServer& server, const std::string& range,
                                       const std::string& store, const std::string& rate = "0") const {
    auto arguments = quick(server, range, rate);
    arguments.insert(arguments.end(), {"--output", path("out"), "--state", path("state"), "--store", store,
                                       "--connections", "10"});
    return arguments;
  }

  // What the store must hold: its output, read by the other way in.
  std::vector<std::string> imported(const std::string& output) const {
    const std::string place = path("imported.db");
    fs::remove(place);
    ScanImport import;
    import.files = {output};
    import.store = place;
    std::ostringstream out;
    std::ostringstream err;
    EXPECT_EQ(run_scan_import(import, out, err), kSuccess) << err.str();
    return content_of(place);
  }

  fs::path folder_;
};

void kill_after(pid_t process, std::chrono::milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end && ::waitpid(process, nullptr, WNOHANG) == 0) ::usleep(1000);
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
}

int status_of(pid_t process) {
  int status = 0;
  ::waitpid(process, &status, 0);
  return WEXITSTATUS(status);
}

TEST_F(StoreFeedTest, TheStoreHoldsWhatTheOutputSays) {
  const SmallServer server(exchange);
  const Ran ran = run_scan_here(stored_scan(server, "127.79.0.0/27", path("country.db")));
  ASSERT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Taken into the store: 32 hosts"));
  EXPECT_EQ(content_of(path("country.db")).size(), 32U);
  EXPECT_EQ(content_of(path("country.db")), imported(path("out")));
}

TEST_F(StoreFeedTest, AStoreIsEnoughToKeepWhatIsFound) {
  const SmallServer server(exchange);
  auto arguments = quick(server, "127.79.1.0/28");
  arguments.insert(arguments.end(), {"--store", path("country.db"), "--source", "partner", "--every", "7"});
  ASSERT_EQ(run_scan_here(arguments).status, kSuccess);
  EXPECT_EQ(content_of(path("country.db")).size(), 16U);
  const auto store = store::Store::open(path("country.db"));
  const auto sources = (*store)->sources();
  ASSERT_EQ(sources->size(), 1U);
  EXPECT_EQ(sources->front().name, "partner");
  EXPECT_EQ(sources->front().longest_gap, std::chrono::days(14));
}

TEST_F(StoreFeedTest, TheServersOfTheConsoleAreThoseOfTheScan) {
  const SmallServer server(exchange);
  ASSERT_EQ(run_scan_here(stored_scan(server, "127.79.2.0/28", path("country.db"))).status, kSuccess);
  const auto store = store::Store::open(path("country.db"));
  const auto page = (*store)->servers().find({});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->rows.size(), 16U);
}

TEST_F(StoreFeedTest, NothingIsSentIfTheStoreCantBeOpened) {
  const SmallServer server(exchange);
  std::ofstream(path("no-store")) << "this is no database, whatever its name may say, and it is long enough";
  const Ran ran = run_scan_here(stored_scan(server, "127.79.3.0/28", path("no-store")));
  EXPECT_EQ(ran.status, kCannotRun);
  EXPECT_THAT(ran.err, HasSubstr("no-store"));
  EXPECT_TRUE(server.seen().empty());
}

TEST_F(StoreFeedTest, KilledAtAnyMomentItEndsAsIfNothingHadHappened) {
  const SmallServer server(exchange);
  const auto arguments = stored_scan(server, "127.79.4.0/25", path("country.db"), "100");
  std::mt19937 random(17);
  for (int round = 0; round < 5; ++round) {
    const std::size_t enough = lines_in(path("out")) + random() % 25;
    const pid_t process = start_scan(arguments);
    while (lines_in(path("out")) < enough && ::waitpid(process, nullptr, WNOHANG) == 0) ::usleep(2000);
    kill_after(process, std::chrono::milliseconds(random() % 400));
  }
  EXPECT_LT(lines_in(path("out")), 128U) << "the kills came too late to show anything";
  ASSERT_EQ(status_of(start_scan(arguments)), kSuccess);
  EXPECT_EQ(lines_in(path("out")), 128U);
  EXPECT_EQ(content_of(path("country.db")), imported(path("out")));
  auto unbroken = quick(server, "127.79.4.0/25");
  unbroken.insert(unbroken.end(), {"--store", path("unbroken.db")});
  ASSERT_EQ(run_scan_here(unbroken).status, kSuccess);
  EXPECT_EQ(content_of(path("country.db"), false), content_of(path("unbroken.db"), false));
}

TEST_F(StoreFeedTest, GoesOnIntoAnotherStoreWithAll) {
  const SmallServer server(exchange);
  const auto arguments = stored_scan(server, "127.79.5.0/26", path("country.db"), "100");
  const pid_t process = start_scan(arguments);
  while (lines_in(path("out")) < 10 && ::waitpid(process, nullptr, WNOHANG) == 0) ::usleep(2000);
  kill_after(process, std::chrono::milliseconds(0));
  ASSERT_EQ(run_scan_here(stored_scan(server, "127.79.5.0/26", path("other.db"))).status, kSuccess);
  EXPECT_EQ(content_of(path("other.db")), imported(path("out")));
}

TEST_F(StoreFeedTest, TakesOnlyWhatIsNewWhenItGoesOn) {
  const SmallServer server(exchange);
  const auto arguments = stored_scan(server, "127.79.6.0/27", path("country.db"));
  ASSERT_EQ(run_scan_here(arguments).status, kSuccess);
  const Ran again = run_scan_here(arguments);
  EXPECT_EQ(again.status, kSuccess) << again.err;
  EXPECT_THAT(again.out, HasSubstr("Taken into the store: 0 hosts"));
  EXPECT_EQ(server.seen().size(), 3U * 32U) << "nobody is asked again";
}

TEST_F(StoreFeedTest, TwoShardsShareAStore) {
  const SmallServer server(exchange);
  std::vector<pid_t> processes;
  for (const std::string part : {"1", "2"}) {
    auto arguments = quick(server, "127.79.8.192-127.79.9.63");
    arguments.insert(arguments.end(), {"--shard", part + "/2", "--store", path("country.db"), "--output",
                                       path("out" + part), "--state", path("state" + part)});
    processes.push_back(start_scan(arguments));
  }
  for (const pid_t process : processes) EXPECT_EQ(status_of(process), kSuccess);
  EXPECT_EQ(lines_in(path("out1")) + lines_in(path("out2")), 128U);
  EXPECT_EQ(content_of(path("country.db")).size(), 128U);
}

void run_statement(const std::string& database, const std::string& statement) {
  soci::session session(soci::sqlite3, "db=" + database);
  session << statement;
}

TEST_F(StoreFeedTest, AStoreThatFailsEndsTheScanAndTheJournalGoesOn) {
  const SmallServer server(exchange);
  ASSERT_TRUE(store::Store::open(path("country.db")));
  run_statement(path("country.db"),
                "CREATE TRIGGER full BEFORE INSERT ON span WHEN (SELECT COUNT(*) FROM span) >= 20 "
                "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");
  const auto arguments = stored_scan(server, "127.79.10.0/25", path("country.db"), "60");
  const Ran ran = run_scan_here(arguments);
  EXPECT_EQ(ran.status, kCannotRun);
  EXPECT_THAT(ran.err, HasSubstr("database or disk is full"));
  EXPECT_THAT(ran.err, HasSubstr("every host reported so far is in " + path("out")));
  EXPECT_THAT(ran.out, HasSubstr("Stopped early"));
  const std::size_t reported = lines_in(path("out"));
  EXPECT_LT(reported, 128U) << "a scan that can't be kept goes on asking";
  run_statement(path("country.db"), "DROP TRIGGER full");
  ASSERT_EQ(run_scan_here(arguments).status, kSuccess);
  EXPECT_EQ(lines_in(path("out")), 128U);
  EXPECT_EQ(content_of(path("country.db")), imported(path("out")));
}

TEST_F(StoreFeedTest, ADatabaseServerThatDiesEndsTheScanAndTheJournalGoesOn) {
  const auto database = store::PostgresqlServer::start();
  if (database == nullptr) GTEST_SKIP() << store::PostgresqlServer::kMissing;
  const SmallServer server(exchange);
  const std::string place = database->new_database();
  std::jthread accident([&] {
    while (lines_in(path("out")) < 30) ::usleep(2000);
    database->stop_at_once();
  });
  const Ran ran = run_scan_here(stored_scan(server, "127.79.11.0/25", place, "60"));
  accident.join();
  EXPECT_EQ(ran.status, kCannotRun);
  EXPECT_THAT(ran.err, HasSubstr("its store can't be written"));
  EXPECT_LT(lines_in(path("out")), 128U);
  ASSERT_TRUE(database->run());
  const std::string fresh = database->new_database();  // tells the port of today
  const std::string same = fresh.substr(0, fresh.rfind('/')) + place.substr(place.rfind('/'));
  const Ran again = run_scan_here(stored_scan(server, "127.79.11.0/25", same));
  ASSERT_EQ(again.status, kSuccess) << again.err;
  EXPECT_EQ(lines_in(path("out")), 128U);
  EXPECT_EQ(content_of(same), imported(path("out")));
}

std::string line_of(int number) {
  exposure::HostRecord record;
  record.time = *parse_time("2021-03-05T10:00:00Z");
  record.address = *exposure::parse_address(fmt::format("127.79.{}.{}", number / 256, number % 256));
  record.reached = true;
  return to_json_line(record) + "\n";
}

TEST_F(StoreFeedTest, WhatIsNoRecordIsCountedAndLeftOut) {
  auto feed = StoreFeed::open({path("country.db"), "scan", 1}, {}, {});
  ASSERT_TRUE(feed);
  ASSERT_TRUE((*feed)->give(line_of(1)));
  ASSERT_TRUE((*feed)->give("{\"address\":\"nowhere\"}\n"));
  ASSERT_TRUE((*feed)->give(line_of(2)));
  ASSERT_TRUE((*feed)->finish());
  EXPECT_EQ((*feed)->told().lines, 3U);
  EXPECT_EQ((*feed)->told().left_out, 1U);
  EXPECT_EQ(content_of(path("country.db")).size(), 2U);
}

TEST_F(StoreFeedTest, SaysWhenItIsBehind) {
  auto feed = StoreFeed::open({path("country.db"), "scan", 1}, {}, {});
  ASSERT_TRUE(feed);
  std::string many;
  int lines = 0;
  while (many.size() < StoreFeed::kMostWaitingBytes) many += line_of(lines++);
  ASSERT_TRUE((*feed)->give(line_of(0)));  // so that it is at work
  bool was_behind = false;
  for (int round = 0; round < 3 && !was_behind; ++round) {
    ASSERT_TRUE((*feed)->give(many));
    was_behind = !*(*feed)->has_room();
  }
  EXPECT_TRUE(was_behind);
  ASSERT_TRUE((*feed)->finish());
  EXPECT_TRUE(*(*feed)->has_room());
}

TEST_F(StoreFeedTest, WithoutAnEndNothingUncommittedStays) {
  {
    auto feed = StoreFeed::open({path("country.db"), "scan", 1}, {}, {});
    ASSERT_TRUE(feed);
    ASSERT_TRUE((*feed)->give(line_of(1)));
  }
  EXPECT_TRUE(content_of(path("country.db")).empty());
}

}  // namespace
}  // namespace afterpatch::app
