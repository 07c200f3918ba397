// What is shared of made-up servers (range/): it obeys its standard, keeps every known back door and its
// user, and names nobody of the truth.
#include <arpa/inet.h>
#include <gmock/gmock.h>

#include <unistd.h>

#include <set>

#include "app/hunt.h"
#include "base/text.h"
#include "range/evidence.h"
#include "range/scenarios.h"
#include "report/misp.h"
#include "report/navigator.h"
#include "report/sharing/common_words.h"
#include "report/stix.h"
#include "report/stix_rules.h"

namespace afterpatch::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class SharedOfTheRange : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("afterpatch_sharing_" + std::to_string(::getpid()) + GetParam());
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

void add(std::set<std::string>& names, std::string_view name) {
  const std::string lower = to_lower_ascii(name);
  if (lower.size() > 2 && !report::is_common_word(lower)) names.insert(lower);
}

// Server, accounts with their domain, mailboxes with their domain.
std::set<std::string> names_in(const range::Truth& truth) {
  std::set<std::string> names;
  add(names, truth.server);
  for (const auto& planting : truth.events.plantings) {
    for (const std::string_view part : split(planting.account, '\\')) add(names, part);
  }
  for (const auto& mailbox : truth.mailboxes) {
    for (const std::string_view part : split(mailbox.mailbox, '@')) add(names, part);
  }
  return names;
}

void expect_nobody_named(const assess::HuntReport& report, const range::Truth& truth) {
  using report::Share;
  for (const std::string& output :
       {report::stix_bundle(report, Share::without_victims),
        report::misp_event(report, Share::without_victims), report::navigator_layer(report)}) {
    for (const std::string& name : names_in(truth)) EXPECT_THAT(to_lower_ascii(output), Not(HasSubstr(name)));
  }
}

// The pattern of an address in its one canonical spelling (RFC 5952).
std::string pattern_of(const std::string& address) {
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return "[ipv4-addr:value = '" + address + "']";
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, &v6, text, sizeof text);
  return "[ipv6-addr:value = '" + std::string(text) + "']";
}

void expect_doors_and_users_told(const assess::HuntReport& report, const range::Truth& truth) {
  const std::string stix = to_lower_ascii(report::stix_bundle(report, report::Share::without_victims));
  for (const auto& door : truth.doors) {
    EXPECT_THAT(stix, HasSubstr(to_lower_ascii(door.url)));
    for (const auto& visitor : door.visitors) {
      if (!visitor.effective) continue;
      EXPECT_THAT(stix, HasSubstr(pattern_of(visitor.client)));
    }
  }
  for (const std::string& sweeper : truth.sweepers) EXPECT_THAT(stix, Not(HasSubstr(pattern_of(sweeper))));
}

TEST_P(SharedOfTheRange, ObeysItsStandardAndNamesNobody) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(GetParam() + " seed " + std::to_string(seed));
    const auto truth = range::make_evidence({.scenario = GetParam(), .seed = seed, .folder = folder_});
    ASSERT_TRUE(truth) << to_string(truth.error());
    Progress progress;
    HuntOptions options;
    options.sources = {(folder_ / "tree").string()};
    const auto report = hunt(options, progress);
    ASSERT_TRUE(report) << to_string(report.error());
    for (const report::Share share : {report::Share::without_victims, report::Share::with_victims}) {
      const auto bundle = boost::json::parse(report::stix_bundle(*report, share));
      EXPECT_THAT(report::stix_violations(bundle), testing::IsEmpty());
    }
    expect_nobody_named(*report, *truth);
    if (GetParam() != "log-gap") expect_doors_and_users_told(*report, *truth);
  }
}

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const auto& scenario : range::scenarios()) names.emplace_back(scenario.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, SharedOfTheRange, testing::ValuesIn(scenario_names()), [](const auto& param) {
  std::string name = param.param;
  std::erase(name, '-');
  return name;
});

}  // namespace
}  // namespace afterpatch::app
