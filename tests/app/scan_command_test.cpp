#include "app/scan_command.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <map>
#include <set>

#include "app/scan_program.h"
#include "exposure/host_record.h"
#include "exposure/small_server.h"

namespace afterpatch::app {
namespace {

namespace fs = std::filesystem;
using namespace exposure;

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

TEST_F(ScanCommandTest, RefusesToScanOthersWithoutAContact) {
  const Ran ran = run_scan_here({"198.41.0.4"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.err.find("--contact"), std::string::npos);
}

TEST_F(ScanCommandTest, RefusesToHurryOthers) {
  const std::vector<std::vector<std::string>> hurries = {
      {"--rate-address", "2"}, {"--rate-address", "0"}, {"--rate-network", "0"}};
  for (const auto& hurry : hurries) {
    std::vector<std::string> arguments = {"198.41.0.4", "--contact", "a@b.example", "--dry-run"};
    arguments.insert(arguments.end(), hurry.begin(), hurry.end());
    EXPECT_EQ(run_scan_here(arguments).status, 2) << hurry.front();
  }
}

TEST_F(ScanCommandTest, DryRunSaysEverythingAndSendsNothing) {
  const SmallServer server(exchange);
  auto arguments = quick(server, "127.78.0.0/24");
  arguments.insert(arguments.end(), {"--dry-run", "--contact", "scan@csirt.example"});
  const Ran ran = run_scan_here(arguments);
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
  const Ran ran = run_scan_here(arguments);
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(records("out").size(), 16U);
  EXPECT_NE(ran.out.find("16 hosts probed, 16 reached"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("unpatched"), std::string::npos);
}

TEST_F(ScanCommandTest, NamesWhatIsNoTarget) {
  const Ran ran = run_scan_here({"no such thing"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_NE(ran.err.find("no such thing"), std::string::npos);
  EXPECT_EQ(run_scan_here({}).status, 2);
  EXPECT_EQ(run_scan_here({"127.0.0.1", "--state", path("state")}).status, 2) << "a state needs an output";
}

TEST_F(ScanCommandTest, TakesNamesWithTheirAddress) {
  const SmallServer server(exchange);
  std::ofstream(path("list")) << "127.78.2.1,mail.example.org\n";
  auto arguments = quick(server, path("list"));
  arguments.insert(arguments.end(), {"--output", path("out")});
  EXPECT_EQ(run_scan_here(arguments).status, 0);
  ASSERT_EQ(records("out").size(), 1U);
  EXPECT_EQ(records("out").front().name, "mail.example.org");
  EXPECT_NE(server.seen().front().request.find("Host: mail.example.org"), std::string::npos);
}

TEST_F(ScanCommandTest, GoesOnAfterBeingKilledAgainAndAgain) {
  const SmallServer server(exchange);
  auto arguments = quick(server, "127.78.3.0/25", "100");
  arguments.insert(arguments.end(),
                   {"--output", path("out"), "--state", path("state"), "--connections", "10"});
  std::set<Address> reported;
  std::size_t seen_before = 0;
  for (int round = 0; round < 4; ++round) {
    const pid_t process = start_scan(arguments);
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
  const pid_t last = start_scan(arguments);
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
