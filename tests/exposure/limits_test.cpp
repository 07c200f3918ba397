// The limits of a scan as those see it who are scanned: by the servers' clocks, in any second and in any
// longer time, all limits at once.
//
// AFTERPATCH_LIMITS_SECONDS=130 lets the scan take so long that windows of 60 seconds are full too.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "exposure/exchange_context.h"
#include "exposure/own_network.h"
#include "exposure/scanner.h"
#include "exposure/small_server.h"

namespace afterpatch::exposure {
namespace {

using std::chrono::seconds;
using Seen = SmallServer::Seen;

constexpr double kAddress = 1;
constexpr double kNeighbourhood = 6;
constexpr double kNetwork = 10;
constexpr double kAll = 12;
constexpr unsigned kRequests = 3;  // that such a host is asked

int wanted_seconds() {
  const char* wanted = std::getenv("AFTERPATCH_LIMITS_SECONDS");
  return wanted == nullptr ? 4 : std::atoi(wanted);
}

// 60 seconds where the scan is long enough, else what it has.
seconds long_window() {
  return seconds(std::min(60, wanted_seconds() - 1));
}

// A busy kernel may hold the first packet of a window back and not the last, so that what was sent a second
// apart arrives a little closer. That the sends keep the exact limit is shown by
// tests/exposure/pace_test.cpp.
constexpr std::chrono::milliseconds kHeldBack{50};

// How many certainly came within one window, by when the server looked.
std::size_t most_in_any(const std::vector<Seen>& seen, Clock::duration window) {
  std::size_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < seen.size(); ++last) {
    while (first < last && seen[last].accepted - seen[first].earliest >= window) ++first;
    most = std::max(most, last + 1 - first);
  }
  return most;
}

using Key = std::function<std::string(const Address&)>;

void expect_limit(const std::vector<Seen>& all, const std::string& what, double per_second, const Key& key) {
  std::map<std::string, std::vector<Seen>> groups;
  for (const Seen& seen : all) groups[key(seen.address)].push_back(seen);
  for (const seconds window : {seconds(1), long_window()}) {
    const auto allowed = static_cast<std::size_t>(per_second * static_cast<double>(window.count()));
    std::size_t most = 0;
    for (const auto& [name, seen] : groups) {
      EXPECT_LE(most_in_any(seen, window - kHeldBack), allowed)
          << what << " " << name << " in " << window.count() << " s";
      most = std::max(most, most_in_any(seen, window));
    }
    fmt::print("{}: at most {} in any {} s, allowed {}\n", what, most, window.count(), allowed);
  }
}

class NoRecords final : public RecordSink {
 public:
  bool is_done(std::uint64_t) override { return false; }
  Result<void> done(std::uint64_t, const std::vector<HostRecord>&) override { return {}; }
  void all_done_below(std::uint64_t) override {}
};

ServerBehaviour exchange(const Address&) {
  return {ServerBehaviour::Way::answer,
          [](const std::string&, const std::string&, int) {
            return http_response(401, "X-OWA-Version: 15.1.2176.2\r\n");
          },
          {},
          false};
}

// `hosts` addresses in each of these networks: "127.77.8." and "fd12:af7e:1::".
std::vector<std::string> addresses_in(const std::vector<std::string>& networks, double hosts) {
  std::vector<std::string> all;
  for (const std::string& network : networks) {
    for (int host = 0; host < static_cast<int>(hosts); ++host)
      all.push_back(network.ends_with(':') ? fmt::format("{}{:x}", network, 0x100 + host)
                                           : fmt::format("{}{}", network, host));
  }
  return all;
}

ScanSettings limited(const SmallServer& server) {
  ScanSettings settings;
  settings.port = server.port();
  settings.limits = {{kAddress}, {kNeighbourhood}, {kNetwork}, {kAll}};
  settings.connections = 60;
  settings.connect_timeout = seconds(20);
  settings.answer_timeout = seconds(20);  // machines that test are busy
  settings.user_agent = "Afterpatch/test (census; +scan@csirt.example)";
  return settings;
}

// Scans them with all limits on. `operators`: a table of AS numbers, in which all of them are.
void scan_and_compare(const std::vector<std::string>& addresses, const std::string& operators) {
  const SmallServer server(exchange);
  TargetSet targets;
  targets.allow_special(*parse_range("fd12:af7e::/32"));
  for (const std::string& address : addresses) ASSERT_TRUE(targets.add(*parse_range(address)));
  targets.seal();
  const TargetOrder order(targets, 5, {});
  auto opt_out = OptOutFile::open({});
  const auto networks = NetworkTable::parse(operators, "operators");
  ASSERT_TRUE(networks);
  NoRecords sink;
  ScanCounts counts;
  Scanner scanner(targets, order, exchange_context(), limited(server), *opt_out, &*networks, sink, counts);
  const std::atomic<bool> stop{false};
  ASSERT_TRUE(scanner.run(stop));
  const std::vector<Seen> all = server.seen();
  EXPECT_EQ(all.size(), kRequests * addresses.size());
  expect_limit(all, "address", kAddress, [](const Address& address) { return to_string(address); });
  expect_limit(all, "neighbourhood", kNeighbourhood,
               [](const Address& address) { return to_string(neighbourhood(address)); });
  expect_limit(all, "operator", kNetwork,
               [&](const Address& address) { return networks->find(address)->network; });
  expect_limit(all, "all", kAll, [](const Address&) { return std::string("all"); });
}

TEST(Limits, HoldByTheClocksOfIpv4Servers) {
  const double hosts = std::min(256.0, wanted_seconds() * kAll / kRequests / 3);
  scan_and_compare(addresses_in({"127.77.8.", "127.77.9.", "127.78.8."}, hosts),
                   "127.77.0.0\t127.77.255.255\t64501\tNO\tONE\n"
                   "127.78.0.0\t127.78.255.255\t64502\tNO\tTWO\n");
}

TEST(Limits, HoldByTheClocksOfIpv6Servers) {
  const double hosts = wanted_seconds() * kAll / kRequests / 3;
  const auto addresses = addresses_in({"fd12:af7e:1::", "fd12:af7e:2::", "fd12:af7e:8001::"}, hosts);
  const auto ran = in_own_network(addresses, [&] {
    scan_and_compare(addresses,
                     "fd12:af7e::\tfd12:af7e:7fff:ffff:ffff:ffff:ffff:ffff\t64501\tNO\tONE\n"
                     "fd12:af7e:8000::\tfd12:af7e:ffff:ffff:ffff:ffff:ffff:ffff\t64502\tNO\tTWO\n");
  });
  if (ran == OwnNetwork::not_allowed) GTEST_SKIP() << "this user may not have a network of its own with IPv6";
  EXPECT_EQ(ran, OwnNetwork::passed);
}

}  // namespace
}  // namespace afterpatch::exposure
