#include "assess/scanner_actions.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;

constexpr std::string_view kDefender = "Microsoft-Windows-Windows Defender";
constexpr std::string_view kActed = "1117";
constexpr std::string_view kFailed = "1118";
constexpr std::string_view kFailedCritically = "1119";

struct KnownAction {
  std::string_view id;
  std::string_view name;  // in English: other languages are told by the id
  ScannerOutcome outcome;
  std::string_view did;
};
constexpr KnownAction kActions[] = {
    {"1", "clean", ScannerOutcome::taken_away, "cleaned"},
    {"2", "quarantine", ScannerOutcome::taken_away, "quarantined"},
    {"3", "remove", ScannerOutcome::taken_away, "removed"},
    {"6", "allow", ScannerOutcome::let_alone, "was told to allow"},
    {"8", "user defined", ScannerOutcome::untold, "did as its user had set with"},
    {"9", "no action", ScannerOutcome::let_alone, "did nothing with"},
    {"10", "block", ScannerOutcome::let_alone, "blocked, but did not take away,"},
};

const KnownAction* action_of(const Detection& d) {
  const std::string_view id = d.field("action-id");
  const std::string_view name = d.field("action");
  for (const KnownAction& known : kActions) {
    if (id.empty() ? equals_ignoring_case(name, known.name) : id == known.id) return &known;
  }
  return nullptr;
}

// "0x00000000" and "0" are success; nullopt where nothing tells.
std::optional<bool> succeeded(std::string_view code) {
  if (code.empty()) return std::nullopt;
  const int base = starts_with_ignoring_case(code, "0x") ? 16 : 10;
  if (base == 16) code.remove_prefix(2);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), number, base);
  if (error != std::errc{} || end != code.data() + code.size()) return std::nullopt;
  return number == 0;
}

ScannerAction failure(const Detection& d) {
  const std::string_view code = d.field("error-code");
  return {.time = *d.time,
          .outcome = ScannerOutcome::failed,
          .words = fmt::format("Windows Defender tried to act on it at {} and failed{}",
                               to_minute_text(*d.time), code.empty() ? "" : fmt::format(" ({})", code))};
}

}  // namespace

std::optional<ScannerAction> scanner_action(const Detection& d) {
  if (!d.time || d.field("provider") != kDefender) return std::nullopt;
  const std::string_view id = d.field("event-id");
  if (id == kFailed || id == kFailedCritically) return failure(d);
  if (id != kActed) return std::nullopt;
  const auto success = succeeded(d.field("error-code"));
  if (success == false) return failure(d);
  const KnownAction* action = action_of(d);
  if (action == nullptr || !success) {
    return ScannerAction{*d.time, ScannerOutcome::untold,
                         fmt::format("Windows Defender acted on it at {}; the event does not tell how, or "
                                     "whether it succeeded",
                                     to_minute_text(*d.time))};
  }
  return ScannerAction{*d.time, action->outcome,
                       fmt::format("Windows Defender {} it at {}", action->did, to_minute_text(*d.time))};
}

}  // namespace afterpatch::assess
