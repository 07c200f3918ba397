#include "assess/door_score.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace afterpatch::assess {
namespace {

using std::string_view_literals::operator""sv;

constexpr int kLikely = 5;
constexpr int kConfirmed = 8;
constexpr std::chrono::days kLate{7};

// Names under which public shells are passed around (tennc/webshell, and the shells of the indicators that
// campaigns list). Words that products use themselves, such as "shell" inside a longer name, are not
// compared.
constexpr std::array kShellNames = {"cmd"sv,     "cmdasp"sv,    "cmdaspx"sv,  "shell"sv,    "webshell"sv,
                                    "aspxspy"sv, "aspxshell"sv, "b374k"sv,    "c99"sv,      "r57"sv,
                                    "wso"sv,     "chopper"sv,   "antsword"sv, "behinder"sv, "godzilla"sv,
                                    "tunnel"sv,  "regeorg"sv};

int weight(DoorReason reason) {
  switch (reason) {
    case DoorReason::content:
    case DoorReason::written:
      return 3;
    case DoorReason::place:
      return 2;
    default:
      return 1;
  }
}

std::string stem_of(std::string_view windows_path) {
  const auto slash = windows_path.find_last_of("\\/");
  std::string_view name = slash == std::string_view::npos ? windows_path : windows_path.substr(slash + 1);
  return to_lower_ascii(name.substr(0, name.find('.')));
}

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// A digit with letters on both sides, twice or more: "x7gh2k". Versions and numbers stand at the end.
int digits_inside(std::string_view stem) {
  int count = 0;
  for (std::size_t i = 1; i + 1 < stem.size(); ++i) {
    if (is_digit(stem[i]) && is_letter(stem[i - 1]) && is_letter(stem[i + 1])) ++count;
  }
  return count;
}

bool looks_random(std::string_view stem) {
  if (stem.size() < 6 || stem.size() > 16) return false;
  if (!std::all_of(stem.begin(), stem.end(), [](char c) { return is_letter(c) || is_digit(c); }))
    return false;
  if (digits_inside(stem) >= 2) return true;
  const auto vowels = std::count_if(stem.begin(), stem.end(),
                                    [](char c) { return "aeiouy"sv.find(c) != std::string_view::npos; });
  const bool letters = std::all_of(stem.begin(), stem.end(), is_letter);
  return letters && stem.size() >= 8 && vowels <= 1;
}

}  // namespace

Confidence confidence_of(const std::set<DoorReason>& reasons, Confidence own) {
  int sum = 0;
  for (const DoorReason reason : reasons) sum += weight(reason);
  const bool content = reasons.contains(DoorReason::content);
  const bool decisive = content || reasons.contains(DoorReason::written);
  if (content && own >= Confidence::likely && sum >= kConfirmed) return Confidence::confirmed;
  return decisive && sum >= kLikely ? std::max(own, Confidence::likely) : own;
}

std::optional<std::string> late_arrival(const detect::WebFile& file) {
  if (!file.modified || !file.neighbours_modified || *file.modified - *file.neighbours_modified < kLate)
    return std::nullopt;
  return fmt::format("Out of line in time: the files beside it are of {}, it is of {}",
                     to_date_text(*file.neighbours_modified), to_date_text(*file.modified));
}

std::optional<std::string> telling_name(std::string_view windows_path) {
  const std::string stem = stem_of(windows_path);
  if (std::find(kShellNames.begin(), kShellNames.end(), stem) != kShellNames.end())
    return fmt::format("Its name, {}, is that of a widespread web shell", stem);
  if (looks_random(stem)) return fmt::format("Its name, {}, looks as if no person gave it", stem);
  return std::nullopt;
}

}  // namespace afterpatch::assess
