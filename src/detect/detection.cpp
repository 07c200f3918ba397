#include "detect/detection.h"

#include <array>

namespace afterpatch::detect {
namespace {

template <typename Enum>
struct Word {
  Enum value;
  std::string_view text;
};

constexpr std::array<Word<Step>, 16> kSteps = {{
    {Step::context, "context"},
    {Step::probe, "probe"},
    {Step::exploit, "exploit"},
    {Step::session, "session"},
    {Step::write_attempt, "write-attempt"},
    {Step::write, "write"},
    {Step::backdoor_file, "backdoor-file"},
    {Step::backdoor_trace, "backdoor-trace"},
    {Step::backdoor_request, "backdoor-request"},
    {Step::backdoor_miss, "backdoor-miss"},
    {Step::mail_access, "mail-access"},
    {Step::execution, "execution"},
    {Step::credential_access, "credential-access"},
    {Step::staging, "staging"},
    {Step::cleanup, "cleanup"},
    {Step::mitigation, "mitigation"},
}};

constexpr std::array<Word<Confidence>, 3> kConfidences = {{
    {Confidence::possible, "possible"},
    {Confidence::likely, "likely"},
    {Confidence::confirmed, "confirmed"},
}};

constexpr std::array<Word<RuleKind>, 7> kRuleKinds = {{
    {RuleKind::sigma, "sigma"},
    {RuleKind::yara, "yara"},
    {RuleKind::indicator, "indicator"},
    {RuleKind::known_good, "known-good"},
    {RuleKind::web_content, "web-content"},
    {RuleKind::placement, "placement"},
    {RuleKind::pivot, "pivot"},
}};

template <typename Words, typename Enum>
std::string_view word_of(const Words& words, Enum value) {
  for (const auto& word : words) {
    if (word.value == value) return word.text;
  }
  return "";
}

template <typename Enum, std::size_t kCount>
std::optional<Enum> value_of(const std::array<Word<Enum>, kCount>& words, std::string_view text) {
  for (const auto& word : words) {
    if (word.text == text) return word.value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Step step) {
  return word_of(kSteps, step);
}
std::optional<Step> parse_step(std::string_view text) {
  return value_of(kSteps, text);
}
std::string_view to_string(Confidence confidence) {
  return word_of(kConfidences, confidence);
}
std::optional<Confidence> parse_confidence(std::string_view text) {
  return value_of(kConfidences, text);
}
std::string_view to_string(RuleKind kind) {
  return word_of(kRuleKinds, kind);
}

std::string_view Detection::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace afterpatch::detect
