#include "tests/app/truth_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "assess/self_removal.h"
#include "base/text.h"
#include "report/columns.h"
#include "report/terminal.h"

namespace afterpatch::app {
namespace {

using assess::ServerReport;

std::set<std::string> urls(const range::Truth& truth, bool present) {
  std::set<std::string> all;
  for (const auto& door : truth.doors) {
    if (door.present == present) all.insert(to_lower_ascii(door.url));
  }
  return all;
}

// Doors that the verdict rests on. A merely possible one is a hint for a person and may be there besides.
std::set<std::string> urls(const ServerReport& server, bool present) {
  std::set<std::string> all;
  for (const auto& door : server.doors) {
    if (door.confidence == assess::Confidence::possible) continue;
    if ((door.presence == assess::Presence::present) == present) all.insert(to_lower_ascii(door.url));
  }
  return all;
}

template <typename Door>
std::set<std::string> users_of(const Door& door) {
  std::set<std::string> clients;
  for (const auto& visitor : door.visitors) {
    if (visitor.effective) clients.insert(visitor.client);
  }
  return clients;
}

// Each client's requests, counted exactly.
void expect_visits(const assess::Door& door, const range::DoorTruth& truth) {
  for (const range::VisitorTruth& wanted : truth.visitors) {
    const auto told = std::ranges::find(door.visitors, wanted.client, &assess::DoorVisitor::client);
    ASSERT_NE(told, door.visitors.end()) << wanted.client << " asked for " << truth.url;
    EXPECT_EQ(told->requests, wanted.requests) << wanted.client << " at " << truth.url;
    EXPECT_EQ(told->answered, wanted.answered) << wanted.client << " at " << truth.url;
  }
  EXPECT_EQ(door.visitors.size(), truth.visitors.size()) << truth.url;
}

// Exports name no client, and the mailbox by its address or the name before the '@'.
bool is_of(const assess::MailboxAccess& access, const range::MailboxTruth& mailbox) {
  const std::string name = mailbox.mailbox.substr(0, mailbox.mailbox.find('@'));
  const bool same =
      equals_ignoring_case(access.mailbox, mailbox.mailbox) || equals_ignoring_case(access.mailbox, name);
  return same && (access.client.empty() || access.client == mailbox.client);
}

// Whole mailboxes that were exported besides are counted by themselves.
bool is_export(const assess::MailboxAccess& access) {
  return access.how == "export of the whole mailbox";
}

std::uint64_t requests_for(const ServerReport& server, const range::MailboxTruth& wanted, bool exported) {
  std::uint64_t requests = 0;
  for (const assess::MailboxAccess& access : server.mailboxes)
    if (is_of(access, wanted) && is_export(access) == exported) requests += access.requests;
  return requests;
}

bool is_wanted(const assess::MailboxAccess& access, const range::Truth& truth) {
  const auto exported = [&](const range::ExportTruth& wanted) {
    return is_export(access) && equals_ignoring_case(access.mailbox, wanted.mailbox);
  };
  return std::ranges::any_of(truth.mailboxes, [&](const auto& mailbox) { return is_of(access, mailbox); }) ||
         std::ranges::any_of(truth.events.exports, exported);
}

// The answer adds up what counts, so nothing may stand there twice: what is not told of a mailbox by name is
// told of an unknown one.
void expect_no_unknown_mailbox(const ServerReport& server) {
  for (const assess::MailboxAccess& access : server.mailboxes) {
    EXPECT_FALSE(access.mailbox == "unknown" && access.confidence >= assess::Confidence::likely)
        << access.how << ", " << access.requests << " requests";
  }
}

// Which mailboxes, each with its requests counted exactly; none besides.
void expect_mailboxes(const ServerReport& server, const range::Truth& truth) {
  for (const range::MailboxTruth& mailbox : truth.mailboxes) {
    const std::uint64_t read = requests_for(server, mailbox, false);
    EXPECT_EQ(read > 0 ? read : requests_for(server, mailbox, true), mailbox.requests) << mailbox.mailbox;
  }
  for (const assess::MailboxAccess& access : server.mailboxes) {
    const bool named = access.mailbox != "unknown" && access.confidence != assess::Confidence::possible;
    EXPECT_TRUE(!named || is_wanted(access, truth)) << access.mailbox;
  }
}

bool within_a_minute(Timestamp told, Timestamp truth) {
  return std::chrono::abs(told - truth) <= std::chrono::minutes(1);
}

// A second planting must be told when the logs show that the door was gone in between, and never else.
void expect_planted_again(const assess::Door& door, const range::DoorTruth& truth) {
  if (!truth.planted_again || !truth.seen_gone) {
    EXPECT_TRUE(door.replanted.empty()) << truth.url << " was planted once, as far as anybody can tell";
    return;
  }
  ASSERT_EQ(door.replanted.size(), 1U) << truth.url;
  EXPECT_TRUE(within_a_minute(door.replanted[0].planted, *truth.planted_again))
      << to_iso8601(door.replanted[0].planted) << " instead of " << to_iso8601(*truth.planted_again);
  // Logs tell whole seconds: the last request may seem to lie before the end that it was.
  EXPECT_GE(door.replanted[0].gone_by + std::chrono::seconds(1), *truth.removed_at);
}

// Who took it away, where a log tells; and when, to the minute, where that log is the scanner's own.
void expect_removal(const assess::Door& door, const range::DoorTruth& truth) {
  if (truth.removed_by == "defender") {
    EXPECT_EQ(door.removed_by, "Windows Defender") << truth.url;
    if (truth.planted_again) return;
    ASSERT_TRUE(door.removed_before) << truth.url;
    EXPECT_TRUE(within_a_minute(*door.removed_before, *truth.removed_at)) << truth.url;
  } else if (truth.removed_by == "request") {
    const assess::DoorVisitor* remover = assess::remover_of(door);
    ASSERT_NE(remover, nullptr) << truth.url << " was asked to delete itself";
    if (truth.planted_again) return;
    ASSERT_TRUE(door.removed_before) << truth.url;
    EXPECT_TRUE(within_a_minute(*door.removed_before, *truth.removed_at)) << truth.url;
  } else {
    EXPECT_EQ(door.removed_by, "") << truth.url << ": nobody can know";
  }
}

void expect_doors(const ServerReport& server, const range::Truth& truth) {
  EXPECT_EQ(urls(server, true), urls(truth, true)) << "doors that are still there";
  EXPECT_EQ(urls(server, false), urls(truth, false)) << "doors that are gone";
  for (const auto& wanted : truth.doors) {
    const auto door = std::find_if(server.doors.begin(), server.doors.end(), [&](const auto& candidate) {
      return equals_ignoring_case(candidate.url, wanted.url);
    });
    if (door != server.doors.end()) {
      expect_planted_again(*door, wanted);
      expect_removal(*door, wanted);
      expect_visits(*door, wanted);
      EXPECT_EQ(door->re_entered, wanted.re_entered) << wanted.url;
      EXPECT_EQ(users_of(*door), users_of(wanted)) << "who used " << wanted.url;
    }
  }
}

// Clocks that differ must be told; clocks that do not must not.
void expect_clocks(const ServerReport& server, const range::Truth& truth) {
  const auto true_ahead = [&](const std::string& log) {
    const auto found = std::ranges::find(truth.clocks, log, &range::ClockTruth::log);
    return std::chrono::seconds(found == truth.clocks.end() ? 0 : found->ahead_s);
  };
  for (const assess::ClockDifference& told : server.clocks) {
    const auto wanted = true_ahead(told.log);
    EXPECT_LE(std::chrono::abs(told.ahead - wanted), std::chrono::seconds(3))
        << told.log << " " << told.ahead.count() << " s instead of " << wanted.count() << " s";
  }
  const bool iis_is_off = true_ahead("iis-w3c") != std::chrono::seconds(0);
  const bool told =
      std::ranges::find(server.clocks, "iis-w3c", &assess::ClockDifference::log) != server.clocks.end();
  EXPECT_EQ(told, iis_is_off) << "whether the web server's clock is off";
}

void expect_first_evidence(const ServerReport& server, const range::Truth& truth) {
  if (!truth.first_exploited || truth.compromise == "no-evidence" || truth.compromise == "probed") return;
  ASSERT_TRUE(server.first_evidence);
  const auto difference = *server.first_evidence - *truth.first_exploited;
  EXPECT_LE(std::chrono::abs(difference), std::chrono::minutes(1))
      << to_iso8601(*server.first_evidence) << " instead of " << to_iso8601(*truth.first_exploited);
}

// What the event logs must tell, by the logs in which it really still stands.
bool tells(const ServerReport& server, detect::Step step, Timestamp time) {
  return std::ranges::any_of(server.server_events, [&](const assess::ServerEvent& event) {
    return event.step == step && event.time &&
           std::chrono::abs(*event.time - time) <= std::chrono::seconds(2);
  });
}

// Exchange's own log of cmdlets tells of exports, an administrator's among them, not of processes.
bool is_about_a_process(const assess::ServerEvent& event) {
  if (event.channel == "MSExchange Management") return false;
  return event.step == detect::Step::execution || event.step == detect::Step::credential_access ||
         event.step == detect::Step::staging;
}

void expect_server_events(const ServerReport& server, const range::EventTruth& truth) {
  for (const auto& planting : truth.plantings) {
    if (planting.channels.empty()) continue;
    const auto step = planting.worked ? detect::Step::write : detect::Step::write_attempt;
    EXPECT_TRUE(tells(server, step, planting.time)) << "who planted, " << to_iso8601(planting.time);
  }
  for (const auto& cleared : truth.cleared)
    EXPECT_TRUE(tells(server, detect::Step::cleanup, cleared.time)) << cleared.channel << " was cleared";
  const bool ran =
      std::ranges::any_of(truth.processes, [](const auto& process) { return !process.channels.empty(); });
  const bool told = std::ranges::any_of(server.server_events, is_about_a_process);
  EXPECT_EQ(told, ran) << "whether something ran under the web server";
}

}  // namespace

std::uint64_t seed_count() {
  const char* chosen = std::getenv("AFTERPATCH_SEEDS");
  return chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 10;
}

Result<assess::HuntReport> hunt_tree(const std::filesystem::path& tree) {
  Progress progress;
  HuntOptions options;
  options.sources = {tree.string()};
  return hunt(options, progress);
}

void expect_truth(const ServerReport& server, const range::Truth& truth) {
  EXPECT_EQ(to_string(server.verdict.compromise), truth.compromise);
  EXPECT_EQ(to_string(server.verdict.exposure), truth.exposure);
  EXPECT_EQ(server.verdict.mail_accessed, truth.mail_accessed);
  EXPECT_EQ(server.verdict.credentials_exposed, truth.credentials_exposed);
  if (truth.coverage_sufficient) {
    EXPECT_EQ(server.verdict.coverage_sufficient, *truth.coverage_sufficient);
  }
  EXPECT_EQ(server.patched_at.has_value(), truth.patched_at.has_value());
  expect_doors(server, truth);
  expect_first_evidence(server, truth);
  expect_clocks(server, truth);
  expect_mailboxes(server, truth);
  expect_no_unknown_mailbox(server);
  expect_server_events(server, truth.events);
}

void expect_one_screen(const assess::HuntReport& report) {
  const std::string text =
      report::terminal_text(report, {.width = 100, .report_path = "a/folder/of/some/length/report.html"});
  const auto lines = split(std::string_view(text).substr(0, text.size() - 1), '\n');
  EXPECT_LE(lines.size(), report::kTerminalLines) << text;
  for (const std::string_view line : lines) EXPECT_LE(report::columns_of(line), 100U) << line;
}

std::string test_name(std::string scenario) {
  std::ranges::replace(scenario, '-', '_');
  return scenario;
}

}  // namespace afterpatch::app
