#include "assess/accounts.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>

#include "assess/pivots.h"
#include "assess/server_events.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::Step;

constexpr std::size_t kMinAccountBytes = 4;
constexpr std::size_t kMaxAccountBytes = 64;  // Windows allows 20, a principal name is longer

// Web logs and event logs may come from clocks that differ by minutes (clocks.h).
constexpr std::chrono::hours kClockSlack{1};

constexpr std::array<std::string_view, 8> kOnEveryWindows = {
    "administrator", "admin", "guest", "system", "defaultaccount", "wdagutilityaccount", "krbtgt", "user"};

// Words between spaces, without quotes around them.
std::vector<std::string_view> words_of(std::string_view command) {
  std::vector<std::string_view> words;
  for (std::string_view word : split(command, ' ')) {
    while (!word.empty() && (word.front() == '"' || word.front() == '\'')) word.remove_prefix(1);
    while (!word.empty() && (word.back() == '"' || word.back() == '\'')) word.remove_suffix(1);
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

bool is_net(std::string_view word) {
  const std::string name = to_lower_ascii(word.substr(word.find_last_of("\\/") + 1));
  return name == "net" || name == "net1" || name == "net.exe" || name == "net1.exe";
}

bool is_worth_asking(const std::string& account) {
  return account.size() >= kMinAccountBytes && account.size() <= kMaxAccountBytes &&
         std::ranges::find(kOnEveryWindows, account) == kOnEveryWindows.end();
}

std::optional<Timestamp> first_break_in(const Runs& runs, const Incident& incident) {
  std::optional<Timestamp> first;
  for (const Run& run : runs.runs)
    if (proves_exploitation(run, incident)) first = std::min(first.value_or(run.start), run.start);
  return first;
}

// The rule for 4720 lets through only accounts that the system itself made. Management agents make some too,
// so it says something only once somebody was inside.
std::string account_made_by_system(const Detection& d, const Incident& incident,
                                   std::optional<Timestamp> break_in) {
  const bool later = break_in && d.time && *d.time >= *break_in && d.campaign == incident.campaign.id;
  return later && is_event(d) && d.field("event-id") == "4720" ? bare_account(d.field("target-user"))
                                                               : std::string();
}

std::string account_made_under_web_server(const Detection& d, const Incident& incident) {
  const bool proven = d.step == Step::execution && d.confidence >= detect::Confidence::likely;
  return proven && may_decide(d, incident.campaign.id) ? account_made_by(command_text(d)) : std::string();
}

// Name, and when it was first made; none if no row bears a time.
using MadeAccounts = std::map<std::string, std::optional<Timestamp>>;

MadeAccounts accounts_by_time(const Runs& runs, const Incident& incident) {
  const auto break_in = first_break_in(runs, incident);
  MadeAccounts accounts;
  for (const Detection& d : incident.detections) {
    if (accounts.size() >= kMaxAccounts) break;
    for (const std::string& account :
         {account_made_under_web_server(d, incident), account_made_by_system(d, incident, break_in)}) {
      if (!is_worth_asking(account)) continue;
      auto& made = accounts.try_emplace(account, d.time).first->second;
      if (d.time) made = std::min(made.value_or(*d.time), *d.time);
    }
  }
  return accounts;
}

}  // namespace

std::string bare_account(std::string_view user) {
  if (const std::size_t slash = user.rfind('\\'); slash != std::string_view::npos)
    user.remove_prefix(slash + 1);
  return to_lower_ascii(user.substr(0, user.find('@')));
}

std::string account_made_by(std::string_view command) {
  const auto words = words_of(command);
  for (std::size_t i = 0; i + 3 < words.size(); ++i) {
    if (!is_net(words[i]) || !equals_ignoring_case(words[i + 1], "user")) continue;
    const bool adds = std::any_of(words.begin() + static_cast<std::ptrdiff_t>(i) + 3, words.end(),
                                  [](std::string_view word) { return equals_ignoring_case(word, "/add"); });
    if (adds) return bare_account(words[i + 2]);
  }
  return {};
}

std::vector<std::string> made_accounts(const Runs& runs, const Incident& incident) {
  std::vector<std::string> names;
  for (const auto& [account, made] : accounts_by_time(runs, incident)) names.push_back(account);
  return names;
}

std::vector<SharedName> shared_names(const Runs& runs, const Incident& incident) {
  const MadeAccounts made = accounts_by_time(runs, incident);
  std::set<std::string> used_before;
  for (const auto& group : incident.findings.requests) {
    const auto account = made.find(group.account);
    if (account == made.end() || !account->second) continue;
    if (group.first < *account->second - kClockSlack) used_before.insert(group.account);
  }
  std::vector<SharedName> shared;
  for (const std::string& account : used_before) shared.push_back({account, *made.at(account)});
  return shared;
}

std::vector<Lead> account_leads(const std::vector<PivotStep>& pivots, const Runs& runs,
                                const Incident& incident) {
  std::set<std::string> asked = asked_values(pivots, to_string(PivotKind::account));
  for (const SharedName& shared : shared_names(runs, incident)) asked.erase(shared.account);
  return leads_of(runs, incident, [&](const detect::RequestGroup& group) {
    return asked.contains(group.account) ? group.account : std::string();
  });
}

}  // namespace afterpatch::assess
