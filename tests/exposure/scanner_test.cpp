#include "exposure/scanner.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "exposure/exchange_context.h"
#include "exposure/small_server.h"

namespace afterpatch::exposure {
namespace {

using Way = ServerBehaviour::Way;
using std::chrono::milliseconds;
using std::chrono::seconds;

class KeptRecords final : public RecordSink {
 public:
  bool is_done(std::uint64_t position) override { return finished.contains(position); }
  Result<void> done(std::uint64_t position, const std::vector<HostRecord>& records) override {
    EXPECT_TRUE(finished.insert(position).second) << "finished twice";
    for (const HostRecord& record : records) by_address[to_string(record.address)] = record;
    if (finished.size() >= fail_at) return fail("full");
    return {};
  }
  void all_done_below(std::uint64_t position) override { below = position; }

  std::set<std::uint64_t> finished;
  std::map<std::string, HostRecord> by_address;
  std::uint64_t below = 0;
  std::size_t fail_at = SIZE_MAX;
};

ServerBehaviour exchange(const std::string& version) {
  return {Way::answer,
          [version](const std::string&, const std::string&, int) {
            return http_response(302, "X-FEServer: EX01\r\nX-OWA-Version: " + version +
                                          "\r\nLocation: /owa/auth/logon.aspx\r\n");
          },
          {},
          false};
}

ScanSettings quick_settings(const SmallServer& server) {
  ScanSettings settings;
  settings.port = server.port();
  settings.limits = {{0}, {0}, {0}, {0}};
  settings.connect_timeout = seconds(20);
  settings.answer_timeout = seconds(20);  // machines that test are busy
  settings.user_agent = "Afterpatch/test (census; +scan@csirt.example)";
  return settings;
}

struct Scan {
  KeptRecords sink;
  ScanCounts counts;
  Result<void> outcome;
};

void scan(const std::string& range, const ScanSettings& settings, Scan& into,
          const std::filesystem::path& opt_out = {}) {
  TargetSet targets;
  ASSERT_TRUE(targets.add(*parse_range(range)));
  targets.seal();
  const TargetOrder order(targets, 5, {});
  auto list = OptOutFile::open(opt_out);
  ASSERT_TRUE(list);
  Scanner scanner(targets, order, exchange_context(), settings, *list, nullptr, into.sink, into.counts);
  const std::atomic<bool> stop{false};
  into.outcome = scanner.run(stop);
}

std::string kind_of_error(const HostRecord& record) {
  return record.errors.empty() ? "" : record.errors.front().probe + " " + record.errors.front().kind;
}

TEST(Scanner, TellsPatchedFromUnpatched) {
  const SmallServer server(
      [](const Address& address) { return exchange(address.low % 2 == 0 ? "15.1.2176.2" : "15.1.2176.9"); });
  Scan run;
  scan("127.77.0.0/27", quick_settings(server), run);
  ASSERT_TRUE(run.outcome);
  ASSERT_EQ(run.sink.by_address.size(), 32U);
  for (const auto& [text, record] : run.sink.by_address) {
    const bool even = record.address.low % 2 == 0;
    EXPECT_EQ(record.exposure, even ? BuildStatus::unpatched : BuildStatus::patched) << text;
    EXPECT_EQ(record.confidence, ScanConfidence::confirmed);
    ASSERT_TRUE(record.tls);
    EXPECT_EQ(record.tls->names.front(), "mail.example.org");
    EXPECT_EQ(record.tls->version, "TLSv1.3");
  }
  EXPECT_EQ(run.sink.below, 32U);
  EXPECT_EQ(run.counts.tables().exposures.at("patched"), 16U);
}

TEST(Scanner, SendsWhatItMustAndNothingElse) {
  const SmallServer server([](const Address&) { return exchange("15.1.2176.2"); });
  Scan run;
  scan("127.77.1.1", quick_settings(server), run);
  const auto seen = server.seen();
  ASSERT_EQ(seen.size(), 3U);
  for (const auto& one : seen) {
    EXPECT_EQ(one.request, "GET /owa/ HTTP/1.1\r\nHost: 127.77.1.1:" + std::to_string(server.port()) +
                               "\r\nUser-Agent: Afterpatch/test (census; +scan@csirt.example)\r\nAccept: "
                               "*/*\r\nConnection: close\r\n\r\n");
  }
}

// A sink that stands still, as a full disk or a busy machine does, for longer than hosts have to answer.
class SlowRecords final : public RecordSink {
 public:
  explicit SlowRecords(milliseconds pause) : pause_(pause) {}
  bool is_done(std::uint64_t) override { return false; }
  Result<void> done(std::uint64_t, const std::vector<HostRecord>& records) override {
    all.insert(all.end(), records.begin(), records.end());
    if (all.size() == 1) std::this_thread::sleep_for(pause_);
    return {};
  }
  void all_done_below(std::uint64_t) override {}
  std::vector<HostRecord> all;

 private:
  milliseconds pause_;
};

TEST(Scanner, BlamesNoHostForItsOwnDelay) {
  const SmallServer server([](const Address& address) {
    ServerBehaviour host = exchange("15.1.2176.2");
    if ((address.low & 1U) == 0) return host;
    host.answer = [answer = host.answer](const std::string& path, const std::string& name, int visit) {
      std::this_thread::sleep_for(milliseconds(300));  // it is being asked when the sink stands still
      return answer(path, name, visit);
    };
    return host;
  });
  ScanSettings settings = quick_settings(server);
  settings.answer_timeout = seconds(3);
  TargetSet targets;
  ASSERT_TRUE(targets.add(*parse_range("127.77.9.0/28")));
  targets.seal();
  const TargetOrder order(targets, 5, {});
  auto list = OptOutFile::open({});
  SlowRecords sink(milliseconds(4500));
  ScanCounts counts;
  Scanner scanner(targets, order, exchange_context(), settings, *list, nullptr, sink, counts);
  const std::atomic<bool> stop{false};
  ASSERT_TRUE(scanner.run(stop));
  ASSERT_EQ(sink.all.size(), 16U);
  for (const HostRecord& record : sink.all) {
    EXPECT_EQ(record.exposure, BuildStatus::unpatched) << to_string(record.address);
    EXPECT_TRUE(record.errors.empty()) << kind_of_error(record);
  }
}

TEST(Scanner, ReachesServersByIpv6AndAsksThemByIt) {
  if (!std::filesystem::exists("/proc/net/if_inet6")) GTEST_SKIP() << "this machine has no IPv6";
  const SmallServer server([](const Address&) { return exchange("15.1.2176.9"); });
  Scan run;
  scan("::1", quick_settings(server), run);
  ASSERT_EQ(run.sink.by_address.size(), 1U);
  EXPECT_EQ(run.sink.by_address.at("::1").exposure, BuildStatus::patched);
  const auto seen = server.seen();
  ASSERT_FALSE(seen.empty());
  EXPECT_NE(seen.front().request.find("Host: [::1]:"), std::string::npos);
}

TEST(Scanner, ReadsServersThatOnlyKnowTls10) {
  const SmallServer server([](const Address&) {
    ServerBehaviour old = exchange("15.0.1497.2");
    old.tls = "1.0";
    return old;
  });
  Scan run;
  scan("127.77.2.1", quick_settings(server), run);
  const HostRecord& record = run.sink.by_address.at("127.77.2.1");
  ASSERT_TRUE(record.tls) << kind_of_error(record);
  EXPECT_EQ(record.tls->version, "TLSv1.0");
  EXPECT_EQ(record.exposure, BuildStatus::unpatched);
}

TEST(Scanner, SurvivesHostileServers) {
  const std::vector<std::pair<Way, std::string>> ways = {{Way::silent, "tls timeout"},
                                                         {Way::reset, "tcp reset"},
                                                         {Way::plain, "tls not-tls"},
                                                         {Way::garbage, "tls not-tls"},
                                                         {Way::slow_drip, "owa timeout"},
                                                         {Way::endless_headers, "owa header-too-large"},
                                                         {Way::silent_after_tls, "owa timeout"},
                                                         {Way::wrong_record, "owa not-tls"},
                                                         {Way::huge_record, "owa tls-broken"},
                                                         {Way::close_after_tls, "owa closed"}};
  const SmallServer server(
      [&](const Address& address) { return ServerBehaviour{ways[address.low & 255U].first, {}, {}, false}; });
  Scan run;
  ScanSettings settings = quick_settings(server);
  settings.answer_timeout = seconds(4);
  scan("127.77.3.0-127.77.3." + std::to_string(ways.size() - 1), settings, run);
  ASSERT_EQ(run.sink.by_address.size(), ways.size());
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const HostRecord& record = run.sink.by_address.at("127.77.3." + std::to_string(i));
    EXPECT_EQ(record.reached, ways[i].first != Way::reset) << i;
    EXPECT_EQ(kind_of_error(record), ways[i].second) << i;
    EXPECT_EQ(record.exposure, BuildStatus::unknown);
  }
}

TEST(Scanner, ReadsOnlyTheBeginningOfAnEndlessBody) {
  const SmallServer server([](const Address&) { return ServerBehaviour{Way::endless_body, {}, {}, false}; });
  Scan run;
  scan("127.77.4.1", quick_settings(server), run);
  const HostRecord& record = run.sink.by_address.at("127.77.4.1");
  EXPECT_EQ(record.product, ProductKind::not_exchange);
  EXPECT_LE(server.seen().size(), 4U);
}

ServerBehaviour saying(const std::string& response) {
  return {
      Way::answer, [response](const std::string&, const std::string&, int) { return response; }, {}, false};
}

TEST(Scanner, NeverUnpacksWhatIsPacked) {
  const std::string bomb("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xed\xc1\x01\x0d", 13);
  const SmallServer server([&](const Address&) {
    return saying(http_response(200, "Content-Encoding: gzip\r\n", bomb + std::string(30'000, '\0')));
  });
  Scan run;
  scan("127.77.16.1", quick_settings(server), run);
  const HostRecord& record = run.sink.by_address.at("127.77.16.1");
  EXPECT_EQ(record.product, ProductKind::not_exchange);
  for (const auto& seen : server.seen())
    EXPECT_EQ(seen.request.find("Accept-Encoding"), std::string::npos) << "nobody asked for it";
}

TEST(Scanner, ReadsNoAnswerWithoutAStatusLine) {
  const SmallServer server([](const Address&) { return saying("<html>HTTP/0.9 was like this</html>"); });
  Scan run;
  scan("127.77.17.1", quick_settings(server), run);
  const HostRecord& record = run.sink.by_address.at("127.77.17.1");
  EXPECT_TRUE(record.reached);
  EXPECT_EQ(kind_of_error(record), "owa http-malformed");
  EXPECT_EQ(record.product, ProductKind::unknown);
}

TEST(Scanner, NeverLeavesTheHostWhereverItIsSent) {
  const SmallServer server([](const Address& address) {
    const std::string other = address.low % 2 == 0 ? "127.77.19.7" : "evil.example.net";
    return saying(http_response(302, "Location: https://" + other + "/owa/\r\n"));
  });
  Scan run;
  scan("127.77.18.0/29", quick_settings(server), run);
  EXPECT_EQ(run.sink.by_address.size(), 8U);
  for (const auto& seen : server.seen()) {
    EXPECT_EQ(to_string(neighbourhood(seen.address)), "127.77.18.0");
    EXPECT_EQ(seen.request.find("evil.example.net"), std::string::npos);
  }
}

TEST(Scanner, EndsRedirectsThatNeverEnd) {
  const SmallServer server([](const Address&) {
    return ServerBehaviour{Way::answer,
                           [](const std::string& path, const std::string& host, int) {
                             const std::string next =
                                 path == "/owa/" ? "/owa/auth/logon.aspx?url=again" : "/owa/";
                             return http_response(302, "Location: https://" + host + next + "\r\n");
                           },
                           {},
                           false};
  });
  Scan run;
  scan("127.77.20.1", quick_settings(server), run);
  EXPECT_EQ(run.sink.by_address.size(), 1U);
  EXPECT_LE(server.seen().size(), 4U);
}

TEST(Scanner, RefusesHugeCertificates) {
  const SmallServer server([](const Address&) {
    ServerBehaviour behaviour = exchange("15.1.2176.2");
    behaviour.huge_certificate = true;
    return behaviour;
  });
  Scan run;
  scan("127.77.5.1", quick_settings(server), run);
  const HostRecord& record = run.sink.by_address.at("127.77.5.1");
  EXPECT_TRUE(kind_of_error(record) == "tls certificate-too-large" ||
              kind_of_error(record) == "tls too-many-bytes")
      << kind_of_error(record);
  EXPECT_TRUE(record.reached);
}

TEST(Scanner, FindsExchangeByTheNameInTheCertificate) {
  const SmallServer server([](const Address&) {
    return ServerBehaviour{Way::answer,
                           [](const std::string&, const std::string& host, int) {
                             return host.starts_with("mail.example.org")
                                        ? http_response(401, "X-OWA-Version: 15.1.2176.2\r\n")
                                        : http_response(404, "");
                           },
                           {},
                           false};
  });
  Scan run;
  scan("127.77.6.1", quick_settings(server), run);
  EXPECT_EQ(run.sink.by_address.at("127.77.6.1").exposure, BuildStatus::unpatched);
  EXPECT_EQ(run.sink.by_address.at("127.77.6.1").name, "mail.example.org");
}

TEST(Scanner, ClosedPortsAreNotReached) {
  ScanSettings settings;
  {
    const SmallServer server([](const Address&) { return ServerBehaviour{}; });
    settings = quick_settings(server);
  }
  Scan run;
  scan("127.77.7.0/29", settings, run);
  ASSERT_EQ(run.sink.by_address.size(), 8U);
  for (const auto& [text, record] : run.sink.by_address) {
    EXPECT_FALSE(record.reached);
    EXPECT_EQ(kind_of_error(record), "tcp refused");
  }
}

TEST(Scanner, AsksNobodyWhoOptsOutMeanwhile) {
  const auto list = std::filesystem::path(testing::TempDir()) / ("opt_" + std::to_string(getpid()));
  std::ofstream(list) << "127.77.12.0/26\n";
  const SmallServer server([](const Address&) { return exchange("15.1.2176.2"); });
  ScanSettings settings = quick_settings(server);
  settings.limits.all = {40};
  Scan run;
  std::atomic<TimePoint> changed{TimePoint::max()};
  std::jthread complaint([&] {
    while (run.counts.hosts < 5) std::this_thread::sleep_for(milliseconds(1));
    std::ofstream(list) << "127.77.12.0/25\n";
    changed = Clock::now();
  });
  scan("127.77.12.0/25", settings, run, list);
  std::filesystem::remove(list);
  EXPECT_EQ(run.sink.finished.size(), 128U);
  EXPECT_GT(run.counts.opted_out, 64U);
  EXPECT_LT(run.sink.by_address.size(), 64U);
  for (const auto& seen : server.seen()) {
    EXPECT_GE(seen.address.low & 255U, 64U);
    EXPECT_LT(seen.earliest - changed.load(), milliseconds(1100)) << "the list is read again within a second";
  }
}

TEST(Scanner, LeavesAloneWhoOptedOutByTheNameInItsCertificate) {
  const auto list = std::filesystem::path(testing::TempDir()) / ("names_" + std::to_string(getpid()));
  std::ofstream(list) << "example.org\n";
  const SmallServer server([](const Address&) { return exchange("15.1.2176.2"); });
  Scan run;
  scan("127.77.15.1", quick_settings(server), run, list);
  std::filesystem::remove(list);
  EXPECT_EQ(server.seen().size(), 1U);
  EXPECT_TRUE(run.sink.by_address.empty());
  EXPECT_EQ(run.counts.opted_out, 1U);
}

TEST(Scanner, EndsWhenItsRecordsCantBeKept) {
  const SmallServer server([](const Address&) { return exchange("15.1.2176.2"); });
  Scan run;
  run.sink.fail_at = 5;
  scan("127.77.13.0/26", quick_settings(server), run);
  EXPECT_FALSE(run.outcome);
  EXPECT_LT(run.sink.finished.size(), 64U);
}

TEST(Scanner, StopsWhenAskedAndForgetsOnlyWhatIsUnfinished) {
  const SmallServer server([](const Address&) { return exchange("15.1.2176.2"); });
  TargetSet targets;
  ASSERT_TRUE(targets.add(*parse_range("127.77.14.0/26")));
  targets.seal();
  const TargetOrder order(targets, 5, {});
  auto list = OptOutFile::open({});
  ScanSettings settings = quick_settings(server);
  settings.limits.all = {100};
  KeptRecords sink;
  ScanCounts counts;
  std::atomic<bool> stop{false};
  std::jthread stopper([&] {
    while (counts.hosts < 5) std::this_thread::sleep_for(milliseconds(1));
    stop = true;
  });
  Scanner first(targets, order, exchange_context(), settings, *list, nullptr, sink, counts);
  ASSERT_TRUE(first.run(stop));
  EXPECT_LT(sink.finished.size(), 64U);
  EXPECT_GT(sink.finished.size(), 0U);
  EXPECT_LE(sink.below, 64U);
  stop = false;
  settings.limits.all = {0};
  settings.first_position = sink.below;
  Scanner second(targets, order, exchange_context(), settings, *list, nullptr, sink, counts);
  ASSERT_TRUE(second.run(stop));
  EXPECT_EQ(sink.finished.size(), 64U);
  EXPECT_EQ(sink.by_address.size(), 64U);
}

}  // namespace
}  // namespace afterpatch::exposure
