// A store that goes away in the middle: a full disk, a database server that stops.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "app/command_line.h"
#include "app/exit_status.h"
#include "store/postgresql_server.h"
#include "store/store.h"

namespace afterpatch::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class LostStore : public testing::Test {
 protected:
  LostStore() {
    std::string name = testing::TempDir() + "/lost-store-XXXXXX";
    folder_ = mkdtemp(name.data());
    std::ofstream scan(folder_ / "scan.jsonl");
    for (int i = 0; i < kServers; ++i)
      scan << fmt::format(
          R"({{"time":"2021-03-05T10:00:00Z","address":"127.{}.{}.1","port":443,"product":"exchange-self-hosted","builds":["15.1.2176.2"],"exposure":"unpatched","confidence":"confirmed"}})"
          "\n",
          i / 250, i % 250);
  }
  ~LostStore() override { std::filesystem::remove_all(folder_); }

  struct Ran {
    int status = 0;
    std::string err;
  };
  Ran import_into(const std::string& place) const {
    std::ostringstream out;
    std::ostringstream err;
    const int status = run({"store", "import", folder_ / "scan.jsonl", "--store", place}, out, err);
    return {status, err.str()};
  }

  // In a program of its own, no file of which may grow beyond `bytes`.
  Ran import_with_files_up_to(rlim_t bytes, const std::string& place) const {
    const pid_t child = fork();
    if (child == 0) {
      signal(SIGXFSZ, SIG_IGN);
      const rlimit limit{bytes, bytes};
      setrlimit(RLIMIT_FSIZE, &limit);
      const Ran ran = import_into(place);
      std::ofstream(folder_ / "said") << ran.err << std::flush;
      _exit(ran.status);
    }
    int status = 0;
    waitpid(child, &status, 0);
    std::stringstream said;
    said << std::ifstream(folder_ / "said").rdbuf();
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, said.str()};
  }

  // One event of IntelMQ about each server.
  std::string write_events() const {
    std::ofstream events(folder_ / "events.jsonl");
    for (int i = 0; i < kServers; ++i)
      events << fmt::format(
          R"({{"time.source":"2021-03-12T10:00:00+00:00","source.ip":"127.{}.{}.1","source.port":443,"classification.type":"system-compromise","classification.identifier":"webshell"}})"
          "\n",
          i / 250, i % 250);
    return folder_ / "events.jsonl";
  }

  pid_t start_program(const std::string& file, const std::string& place) const {
    std::vector<std::string> words = {AFTERPATCH_PROGRAM, "store", "import", file, "--store", place};
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (folder_ / "said").c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t program = 0;
    EXPECT_EQ(posix_spawn(&program, AFTERPATCH_PROGRAM, &actions, nullptr, pointers.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    return program;
  }
  Ran end_of(pid_t program) const {
    int status = 0;
    waitpid(program, &status, 0);
    std::stringstream said;
    said << std::ifstream(folder_ / "said").rdbuf();
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, said.str()};
  }

  // Each server once, with one span.
  static void expect_whole(const std::string& place) {
    const auto store = store::Store::open(place);
    ASSERT_TRUE(store) << to_string(store.error());
    std::uint64_t servers = 0;
    ASSERT_TRUE((*store)->for_each_server("", [&](const store::ServerHistory& server) {
      ++servers;
      EXPECT_EQ(server.spans.size(), 1U) << server.address;
    }));
    EXPECT_EQ(servers, static_cast<std::uint64_t>(kServers));
    EXPECT_EQ((*store)->servers().find({})->total, static_cast<std::uint64_t>(kServers));
  }

  static constexpr int kServers = 30'000;  // three portions
  std::filesystem::path folder_;
};

TEST_F(LostStore, AFullDiskIsSaidAndTheNextImportGoesOn) {
  const std::string place = folder_ / "team.db";
  for (const rlim_t bytes : {rlim_t{100'000}, rlim_t{3'000'000}}) {
    const Ran full = import_with_files_up_to(bytes, place);
    EXPECT_EQ(full.status, kCannotRun) << bytes;
    EXPECT_THAT(full.err, HasSubstr("is the disk full?")) << bytes;
  }
  const Ran again = import_into(place);
  ASSERT_EQ(again.status, kSuccess) << again.err;
  expect_whole(place);
}

bool has_anything(const std::string& place) {
  const auto store = store::Store::open(place);
  if (!store) return false;
  const auto days = (*store)->active_days("scan");
  return days && !days->empty();
}

// The same database after its server was started again, which has another port now.
std::string place_now(store::PostgresqlServer& server, const std::string& place) {
  const std::string today = server.new_database();
  return today.substr(0, today.rfind('/')) + place.substr(place.rfind('/'));
}

std::uint64_t statements_in(const std::string& place) {
  const auto store = store::Store::open(place);
  std::uint64_t count = 0;
  if (store) static_cast<void>((*store)->ledger().for_each({}, [&](auto, const auto&) { ++count; }));
  return count;
}

TEST_F(LostStore, AServerThatStopsMidWayIsSaidAndTheNextImportGoesOn) {
  if (std::getenv("AFTERPATCH_TEST_POSTGRESQL") == nullptr) GTEST_SKIP() << "only a server can stop";
  const auto server = store::PostgresqlServer::start();
  ASSERT_NE(server, nullptr) << store::PostgresqlServer::kMissing;
  const std::string place = server->new_database();
  Ran lost;
  {
    std::atomic<bool> ended = false;
    std::jthread importing([&] {
      lost = import_into(place);
      ended = true;
    });
    while (!ended && !has_anything(place)) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    server->stop_at_once();  // the first portion is in, the others are not
  }
  EXPECT_EQ(lost.status, kCannotRun);
  EXPECT_THAT(lost.err, HasSubstr("is the server there?"));
  ASSERT_TRUE(server->run());
  const std::string same = place_now(*server, place);
  const Ran again = import_into(same);
  ASSERT_EQ(again.status, kSuccess) << again.err;
  expect_whole(same);
}

TEST_F(LostStore, AServerThatStopsMidWayLosesNothingOfWhatOthersReportedToTheRealProgram) {
  if (std::getenv("AFTERPATCH_TEST_POSTGRESQL") == nullptr) GTEST_SKIP() << "only a server can stop";
  const auto server = store::PostgresqlServer::start();
  ASSERT_NE(server, nullptr) << store::PostgresqlServer::kMissing;
  const std::string place = server->new_database();
  ASSERT_TRUE(store::Store::open(place));
  const std::string events = write_events();
  const pid_t program = start_program(events, place);
  while (statements_in(place) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  server->stop_at_once();
  const Ran lost = end_of(program);
  EXPECT_EQ(lost.status, kCannotRun) << lost.err;
  EXPECT_THAT(lost.err, HasSubstr("is the server there?"));
  EXPECT_THAT(lost.err, Not(HasSubstr("left out")));  // nothing is wrong with the records
  ASSERT_TRUE(server->run());
  const std::string same = place_now(*server, place);
  EXPECT_LT(statements_in(same), static_cast<std::uint64_t>(kServers));
  const Ran again = end_of(start_program(events, same));
  ASSERT_EQ(again.status, kSuccess) << again.err;
  EXPECT_EQ(statements_in(same), static_cast<std::uint64_t>(kServers));
  const auto store = store::Store::open(same);
  EXPECT_EQ((*store)->servers().find({})->total, static_cast<std::uint64_t>(kServers));
}

}  // namespace
}  // namespace afterpatch::app
