#include "app/scan_command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "app/command_line.h"
#include "exposure/small_server.h"

extern char** environ;

namespace afterpatch::app {
namespace {

namespace fs = std::filesystem;
using namespace exposure;

struct Ran {
  int status = -1;
  std::string out;
  std::string err;
};

Ran run_program(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "scan");
  std::ostringstream out;
  std::ostringstream err;
  Ran ran;
  ran.status = run(arguments, out, err);
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

class ScanCommandTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / ("scan_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::vector<HostRecord> records(const std::string& name) const {
    std::ifstream file(folder_ / name);
    std::vector<HostRecord> all;
    for (std::string line; std::getline(file, line);) {
      const auto record = parse_json_line(line);
      EXPECT_TRUE(record) << line;
      if (record) all.push_back(*record);
    }
    return all;
  }

  // The last line may be cut short by a kill.
  std::vector<HostRecord> records_of_whole_lines() const {
    std::ifstream file(folder_ / "out");
    std::vector<HostRecord> all;
    for (std::string line; std::getline(file, line);) {
      const auto record = parse_json_line(line);
      if (record) all.push_back(*record);
    }
    return all;
  }

  fs::path folder_;
};

ServerBehaviour exchange(const Address& address) {
  const std::string version = address.low % 3 == 0 ? "15.1.2176.9" : "15.1.2176.2";
  return {ServerBehaviour::Way::answer,
          [version](const std::string&, const std::string&, int) {
            return http_response(401, "X-FEServer: EX01\r\nX-OWA-Version: " + version + "\r\n");
          },
          {},
          false};
}

std::vector<std::string> quick(const SmallServer& server, const std::string& range) {
  return {range,
          "--port",
          std::to_string(server.port()),
          "--rate-address",
          "0",
          "--rate-network",
          "0",
          "--rate",
          "0",
          "--no-progress",
          "--answer-timeout",
          "60",
          "--connect-timeout",
          "60"};
}

TEST_F(ScanCommandTest, RefusesToScanOthersWithoutAContact) {
  const Ran ran = run_program({"198.41.0.4"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.err.find("--contact"), std::string::npos);
}

TEST_F(ScanCommandTest, RefusesToHurryOthers) {
  for (const std::vector<std::string> hurry :
       {std::vector<std::string>{"--rate-address", "2"}, {"--rate-address", "0"}, {"--rate-network", "0"}}) {
    std::vector<std::string> arguments = {"198.41.0.4", "--contact", "a@b.example", "--dry-run"};
    arguments.insert(arguments.end(), hurry.begin(), hurry.end());
    EXPECT_EQ(run_program(arguments).status, 2) << hurry.front();
  }
}

TEST_F(ScanCommandTest, DryRunSaysEverythingAndSendsNothing) {
  const SmallServer server(exchange);
  auto arguments = quick(server, "127.78.0.0/24");
  arguments.insert(arguments.end(), {"--dry-run", "--contact", "scan@csirt.example"});
  const Ran ran = run_program(arguments);
  EXPECT_EQ(ran.status, 0);
  for (const auto* part : {"Targets: 256", "GET /owa/ HTTP/1.1", "+scan@csirt.example", "Duration"}) {
    EXPECT_NE(ran.out.find(part), std::string::npos) << part;
  }
  EXPECT_TRUE(server.seen().empty());
}

TEST_F(ScanCommandTest, WritesALineForEachHostAndASummary) {
  const SmallServer server(exchange);
  auto arguments = quick(server, "127.78.1.0/28");
  arguments.insert(arguments.end(), {"--output", path("out")});
  const Ran ran = run_program(arguments);
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(records("out").size(), 16U);
  EXPECT_NE(ran.out.find("16 hosts probed, 16 reached"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("unpatched"), std::string::npos);
}

TEST_F(ScanCommandTest, NamesWhatIsNoTarget) {
  const Ran ran = run_program({"no such thing"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.err.find("no such thing"), std::string::npos);
  EXPECT_EQ(run_program({}).status, 2);
  EXPECT_EQ(run_program({"127.0.0.1", "--state", path("state")}).status, 2) << "a state needs an output";
}

TEST_F(ScanCommandTest, TakesNamesWithTheirAddress) {
  const SmallServer server(exchange);
  std::ofstream(path("list")) << "127.78.2.1,mail.example.org\n";
  auto arguments = quick(server, path("list"));
  arguments.insert(arguments.end(), {"--output", path("out")});
  EXPECT_EQ(run_program(arguments).status, 0);
  ASSERT_EQ(records("out").size(), 1U);
  EXPECT_EQ(records("out").front().name, "mail.example.org");
  EXPECT_NE(server.seen().front().request.find("Host: mail.example.org"), std::string::npos);
}

pid_t start(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {AFTERPATCH_PROGRAM, "scan"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& argument : all) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t process = 0;
  EXPECT_EQ(posix_spawn(&process, AFTERPATCH_PROGRAM, &actions, nullptr, pointers.data(), environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  return process;
}

std::size_t lines_in(const fs::path& file) {
  std::ifstream input(file);
  return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(input), {}, '\n'));
}

TEST_F(ScanCommandTest, GoesOnAfterBeingKilledAgainAndAgain) {
  const SmallServer server(exchange);
  auto arguments = quick(server, "127.78.3.0/25");
  arguments.insert(arguments.end(), {"--output", path("out"), "--state", path("state"), "--rate", "100", "--connections", "10"});
  std::set<Address> reported;
  std::size_t seen_before = 0;
  for (int round = 0; round < 4; ++round) {
    const pid_t process = start(arguments);
    const std::size_t enough = lines_in(folder_ / "out") + 10;
    while (lines_in(folder_ / "out") < enough && ::waitpid(process, nullptr, WNOHANG) == 0) ::usleep(2000);
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
    const auto seen = server.seen();
    for (std::size_t i = seen_before; i < seen.size(); ++i)
      EXPECT_FALSE(reported.contains(seen[i].address)) << "probed again: " << to_string(seen[i].address);
    for (const HostRecord& record : records_of_whole_lines()) reported.insert(record.address);
    ::usleep(300'000);  // connections of the killed one are still being accepted
    seen_before = server.seen().size();
  }
  const pid_t last = start(arguments);
  int status = 0;
  ::waitpid(last, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  std::map<Address, int> times;
  for (const HostRecord& record : records("out")) ++times[record.address];
  EXPECT_EQ(times.size(), 128U) << "nothing is lost";
  for (const auto& [address, count] : times) EXPECT_EQ(count, 1) << to_string(address);
}

}  // namespace
}  // namespace afterpatch::app
