// Plans over a whole store: groups servers to targets, numbers new cases, keeps what was planned.
#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "notify/case_book.h"
#include "notify/plan.h"

namespace afterpatch::notify {
namespace {

using store::ServerRow;
using CaseKey = std::pair<std::string, std::string>;  // organisation and campaign

struct Groups {
  std::map<CaseKey, std::vector<ServerRow>> servers;
  std::uint64_t of_concern = 0;
  std::uint64_t without_owner = 0;
};

Result<Groups> group_servers(store::Store& store, const PlanSettings& settings) {
  Groups groups;
  const auto read = store.servers().for_each({}, [&](const ServerRow& server) {
    if (!is_of_concern(server)) return;
    ++groups.of_concern;
    if (server.organisation.empty()) {
      ++groups.without_owner;
      return;
    }
    groups.servers[{server.organisation, server.campaign.empty() ? settings.campaign : server.campaign}]
        .push_back(server);
  });
  if (!read) return std::unexpected(read.error());
  return groups;
}

struct KnownCases {
  std::map<CaseKey, std::string> numbers;
  std::int64_t highest = 0;  // counter of all numbers
};

Result<KnownCases> known_cases(store::Store& store) {
  KnownCases known;
  const auto read = store.cases().for_each([&](const store::CaseRow& row) {
    known.numbers[{row.organisation, row.campaign}] = row.number;
    std::int64_t counter = 0;
    const std::string digits = row.number.substr(row.number.rfind('-') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), counter);
    known.highest = std::max(known.highest, counter);
  });
  if (!read) return std::unexpected(read.error());
  return known;
}

std::string case_number(const PlanSettings& settings, Timestamp now, std::int64_t counter) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(now));
  return fmt::format("{}-{}-{:06}", settings.prefix, static_cast<int>(date.year()), counter);
}

Result<void> check_numbers(store::Store& store, const std::vector<store::Statement>& statements) {
  for (const store::Statement& said : statements) {
    if (said.kind != "case-opened") continue;
    const auto there = store.cases().victim_case(said.subject);
    if (!there) return std::unexpected(there.error());
    if (*there)
      return fail(fmt::format("case {} was opened meanwhile", said.subject), {}, "make the plan again");
  }
  return {};
}

}  // namespace

std::uint64_t Plan::notices() const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(cases, [](const PlannedCase& one) { return one.notice.has_value(); }));
}

Result<Plan> make_plan(store::Store& store, const FindAddressee& find, const PlanSettings& settings,
                       Timestamp now) {
  auto groups = group_servers(store, settings);
  if (!groups) return std::unexpected(groups.error());
  auto known = known_cases(store);
  if (!known) return std::unexpected(known.error());
  Plan plan;
  plan.servers = groups->of_concern;
  plan.without_owner = groups->without_owner;
  for (auto& [key, servers] : groups->servers) {
    auto addressee = find(key.first, servers);
    if (!addressee) return std::unexpected(addressee.error());
    Target target{std::move(*addressee), key.second, std::move(servers), std::nullopt};
    const auto number = known->numbers.find(key);
    if (number != known->numbers.end()) {
      auto picture = look_up(store, number->second);
      if (!picture) return std::unexpected(picture.error());
      target.known = std::move(*picture);
    }
    const std::string fresh = target.known ? std::string() : case_number(settings, now, ++known->highest);
    plan.cases.push_back(plan_case(target, fresh, settings, now));
  }
  return plan;
}

Result<void> keep_plan(store::Store& store, const Plan& plan) {
  std::vector<store::Statement> statements;
  for (const PlannedCase& one : plan.cases)
    statements.insert(statements.end(), one.statements.begin(), one.statements.end());
  if (statements.empty()) return {};
  return record(store, statements, [&] { return check_numbers(store, statements); });
}

}  // namespace afterpatch::notify
