// The report's words, spelled once.
#include "assess/server_report.h"

#include <array>

namespace afterpatch::assess {
namespace {

template <typename Enum>
struct Word {
  Enum value;
  std::string_view text;
};

constexpr std::array<Word<Exposure>, 6> kExposures = {{
    {Exposure::unknown, "unknown"},
    {Exposure::not_affected, "not-affected"},
    {Exposure::patched, "patched"},
    {Exposure::unpatched, "unpatched"},
    {Exposure::unsupported, "unsupported"},
    {Exposure::build_ambiguous, "build-ambiguous"},
}};

constexpr std::array<Word<Compromise>, 5> kCompromises = {{
    {Compromise::no_evidence, "no-evidence"},
    {Compromise::probed, "probed"},
    {Compromise::exploited, "exploited"},
    {Compromise::backdoored, "backdoored"},
    {Compromise::re_entered, "re-entered"},
}};

constexpr std::array<Word<RunOutcome>, 5> kOutcomes = {{
    {RunOutcome::probe, "probe"},
    {RunOutcome::exploited, "exploited"},
    {RunOutcome::session, "session"},
    {RunOutcome::write_attempted, "write-attempted"},
    {RunOutcome::write_proven, "write-proven"},
}};

constexpr std::array<Word<Presence>, 3> kPresences = {{
    {Presence::present, "present"},
    {Presence::removed, "removed"},
    {Presence::unknown, "unknown"},
}};

template <typename Enum, std::size_t kCount>
std::string_view word_of(const std::array<Word<Enum>, kCount>& words, Enum value) {
  for (const auto& word : words) {
    if (word.value == value) return word.text;
  }
  return "";
}

}  // namespace

std::string_view to_string(Exposure exposure) {
  return word_of(kExposures, exposure);
}
std::string_view to_string(Compromise compromise) {
  return word_of(kCompromises, compromise);
}
std::string_view to_string(RunOutcome outcome) {
  return word_of(kOutcomes, outcome);
}
std::string_view to_string(Presence presence) {
  return word_of(kPresences, presence);
}

std::optional<Compromise> parse_compromise(std::string_view text) {
  for (const auto& word : kCompromises) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

}  // namespace afterpatch::assess
