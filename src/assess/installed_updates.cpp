#include "assess/installed_updates.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <tuple>

#include <fmt/format.h>

namespace afterpatch::assess {
namespace {

using knowledge::BuildInfo;

constexpr std::string_view kInstaller = "MsiInstaller";
constexpr unsigned kFirstFailure = 1601;
constexpr unsigned kLastFailure = 1654;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Every run of digits and dots, such as "15.1.2176.2", "1603".
std::vector<std::string_view> numbers_in(std::string_view text) {
  std::vector<std::string_view> numbers;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
    std::string_view number = text.substr(at, end - at);
    while (number.ends_with('.')) number.remove_suffix(1);
    const bool inside_word = at > 0 && (text[at - 1] == 'B' || text[at - 1] == '-');
    if (!inside_word) numbers.push_back(number);
    at = end;
  }
  return numbers;
}

bool failed(std::string_view text) {
  return std::ranges::any_of(numbers_in(text), [](std::string_view number) {
    unsigned code = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), code);
    return error == std::errc{} && end == number.data() + number.size() && code >= kFirstFailure &&
           code <= kLastFailure;
  });
}

// "KB5000871".
std::string kb_in(std::string_view text) {
  for (std::size_t at = text.find("KB"); at != std::string_view::npos; at = text.find("KB", at + 2)) {
    std::size_t end = at + 2;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end - at >= 8 && end - at <= 10) return std::string(text.substr(at, end - at));
  }
  return {};
}

// Whether the words say this cumulative update: "Exchange Server 2016 Cumulative Update 19".
bool names_update(std::string_view text, const BuildInfo& info) {
  if (!info.product.starts_with("Exchange") || !info.cu.starts_with("CU")) return false;
  const std::string words =
      fmt::format("Exchange Server {} Cumulative Update {}", info.product.substr(8), info.cu.substr(2));
  const std::size_t at = text.find(words);
  return at != std::string_view::npos &&
         (at + words.size() == text.size() || !is_digit(text[at + words.size()]));
}

bool names_branch(std::string_view text, const BuildInfo& info) {
  return std::ranges::any_of(numbers_in(text), [&](std::string_view number) {
    const auto build = knowledge::parse_build(number);
    return build && std::equal(build->parts.begin(), build->parts.begin() + 3, info.build.parts.begin());
  });
}

std::optional<Timestamp> day_of(std::string_view digits) {
  if (digits.size() != 8 || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  return parse_time(fmt::format("{}-{}-{}", digits.substr(0, 4), digits.substr(4, 2), digits.substr(6)));
}

// A local day begins up to 14 hours before that day in UTC, and ends up to 12 hours after it.
bool fits_local_day(Timestamp time, Timestamp day) {
  return time >= day - std::chrono::hours(14) && time < day + std::chrono::hours(24 + 12);
}

void set_time(InstalledUpdate& update, const detect::InstalledProgram& program,
              std::optional<Timestamp> day) {
  update.record = UpdateRecord::registry;
  update.day_only = day && !(program.written && fits_local_day(*program.written, *day));
  update.time = update.day_only ? *day + std::chrono::days(1) - std::chrono::seconds(1) : *program.written;
}

// "Microsoft Exchange Server 2016 Cumulative Update 19", 15.1.2176.2.
std::optional<InstalledUpdate> read_cumulative_update(const detect::InstalledProgram& program,
                                                      const knowledge::Product& product) {
  const auto version = knowledge::parse_build(program.version);
  if (!version || !kb_in(program.name).empty()) return std::nullopt;
  for (const BuildInfo& info : product.builds) {
    if (!info.su.empty() || !info.build.same_branch(*version) || !names_update(program.name, info)) continue;
    const auto& p = info.build.parts;
    return InstalledUpdate{.time = {}, .kb = {}, .build = fmt::format("{}.{}.{}", p[0], p[1], p[2])};
  }
  return std::nullopt;
}

bool is_cumulative(const InstalledUpdate& update) {
  return update.kb.empty();
}

// Cumulative updates of which a security update is there too add nothing and know less.
void drop_what_says_less(std::vector<InstalledUpdate>& updates) {
  const auto has_more = [&](const InstalledUpdate& cumulative) {
    return std::ranges::any_of(updates, [&](const InstalledUpdate& other) {
      return !is_cumulative(other) && other.build.starts_with(cumulative.build + ".");
    });
  };
  std::vector<InstalledUpdate> kept;
  for (const InstalledUpdate& update : updates) {
    const bool known = std::ranges::find(kept, update.build, &InstalledUpdate::build) != kept.end();
    if (!known && !(is_cumulative(update) && has_more(update))) kept.push_back(update);
  }
  updates = std::move(kept);
}

}  // namespace

std::optional<InstalledUpdate> read_registered(const detect::InstalledProgram& program,
                                               const knowledge::Product& product) {
  const auto day = day_of(program.day);
  if (!day && !program.written) return std::nullopt;
  auto update = read_update(fmt::format("{} {}", program.name, program.version), {}, product);
  if (!update) update = read_cumulative_update(program, product);
  if (update) set_time(*update, program, day);
  return update;
}

std::optional<InstalledUpdate> read_update(std::string_view text, Timestamp time,
                                           const knowledge::Product& product) {
  const std::string kb = kb_in(text);
  if (kb.empty() || failed(text)) return std::nullopt;
  const BuildInfo* found = nullptr;
  for (const BuildInfo& info : product.builds) {
    if (info.kb != kb || info.su.empty()) continue;
    if (!names_update(text, info) && !names_branch(text, info)) continue;
    if (found != nullptr) return std::nullopt;
    found = &info;
  }
  if (found == nullptr) return std::nullopt;
  return InstalledUpdate{.time = time, .kb = kb, .build = to_string(found->build)};
}

std::vector<InstalledUpdate> installed_updates(const detect::Findings& findings,
                                               const knowledge::Product& product) {
  std::vector<InstalledUpdate> updates;
  for (const auto& d : findings.detections) {
    if (!d.time || d.field("provider") != kInstaller) continue;
    if (auto update = read_update(d.raw, *d.time, product)) updates.push_back(std::move(*update));
  }
  for (const auto& program : findings.installed_programs) {
    if (auto update = read_registered(program, product)) updates.push_back(std::move(*update));
  }
  std::ranges::stable_sort(updates, [](const InstalledUpdate& a, const InstalledUpdate& b) {
    return std::tie(a.record, a.time) < std::tie(b.record, b.time);
  });
  drop_what_says_less(updates);
  std::ranges::stable_sort(updates, {}, &InstalledUpdate::time);
  return updates;
}

}  // namespace afterpatch::assess
