// A scan of a population on IPv6, in a network of its own.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "app/scan_program.h"
#include "exposure/host_record.h"
#include "exposure/own_network.h"
#include "range/internet/internet.h"
#include "range/internet/internet_truth.h"

namespace afterpatch::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kNetworks = 3;
constexpr std::uint32_t kInEach = 30;

class ScanIpv6Test : public testing::Test {
 protected:
  ScanIpv6Test() {
    std::string name = testing::TempDir() + "/scan-ipv6-XXXXXX";
    folder_ = mkdtemp(name.data());
    settings_.population.seed = 5;
    settings_.population.hosts = kNetworks * 256;
    settings_.population.family = range::Family::ipv6;
    settings_.population.trouble_percent = 0;
    settings_.population.exchange_percent = 100;
    settings_.population.churn_percent = 0;
    settings_.port = 0;
    for (std::uint32_t network = 0; network < kNetworks; ++network)
      for (std::uint32_t host = 0; host < kInEach; ++host) numbers_.push_back(network * 256 + host);
  }
  ~ScanIpv6Test() override { fs::remove_all(folder_); }

  std::vector<std::string> addresses() const {
    std::vector<std::string> all;
    for (const std::uint32_t number : numbers_)
      all.push_back(range::address_text(number, range::Family::ipv6));
    return all;
  }

  void scan(std::uint16_t port) const {
    std::ofstream list(folder_ / "list");
    for (const std::string& address : addresses()) list << address << '\n';
    list.close();
    const Ran ran = run_scan_here({(folder_ / "list").string(), "--allow", "fd12:af7e::/32", "--contact",
                                   "scan@csirt.example", "--port", std::to_string(port), "--rate", "0",
                                   "--rate-network", "1000", "--output", (folder_ / "out").string(),
                                   "--no-progress", "--answer-timeout", "60", "--connect-timeout", "60"});
    EXPECT_EQ(ran.status, 0) << ran.err;
  }

  std::map<std::string, std::string> found() const {
    std::map<std::string, std::string> all;
    std::ifstream file(folder_ / "out");
    for (std::string line; std::getline(file, line);) {
      const auto record = exposure::parse_json_line(line);
      if (record) all[to_string(record->address)] = to_string(record->exposure);
    }
    return all;
  }

  fs::path folder_;
  range::InternetSettings settings_;
  std::vector<std::uint32_t> numbers_;
};

TEST_F(ScanIpv6Test, TellsEveryServerOfAListForWhatItIs) {
  const auto ran = exposure::in_own_network(addresses(), [&] {
    const auto internet = range::Internet::start(settings_);
    ASSERT_TRUE(internet) << to_string(internet.error());
    scan((*internet)->port());
    const auto exposures = found();
    EXPECT_EQ(exposures.size(), numbers_.size());
    for (const std::uint32_t number : numbers_) {
      const range::Host host = (*internet)->population().host(number);
      // Of a balanced pair, the one that is patched may have answered alone.
      if (host.nature == range::Nature::balanced || !exposures.contains(host.address())) continue;
      const auto state = (*internet)->population().state(host, 0);
      EXPECT_EQ(exposures.at(host.address()), range::visible_exposure(host, state)) << host.address();
    }
  });
  if (ran == exposure::OwnNetwork::not_allowed)
    GTEST_SKIP() << "this user may not have a network of its own with IPv6";
  EXPECT_EQ(ran, exposure::OwnNetwork::passed);
}

}  // namespace
}  // namespace afterpatch::app
