#include "evidence/event_export_recognition.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"

namespace afterpatch::evidence {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

// Of the name of a namespace; those that are met have a letter or two.
constexpr std::size_t kMaxPrefixBytes = 32;

// Keys of evtx_dump, winlogbeat, NXLog, Zircolite and PowerShell.
constexpr std::array<std::string_view, 4> kIdKeys = {"EventID", "event_id", "winlog.event_id", "EventId"};
constexpr std::array<std::string_view, 9> kPlaceKeys = {
    "Channel",        "Provider", "Provider_Name",        "SourceName",   "ProviderName",
    "winlog.channel", "log_name", "winlog.provider_name", "provider_name"};

std::string to_text(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return utf16le_to_utf8(bytes.substr(2));
  if (bytes.starts_with("\xFE\xFF")) return utf16be_to_utf8(bytes.substr(2));
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  return std::string(bytes);
}

std::string_view without_space(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kSpace), text.size()));
}

// `<name` or `<e:name`; what follows the name, nullopt when it is another.
std::optional<std::string_view> behind_tag(std::string_view text, std::string_view name) {
  if (!text.starts_with('<')) return std::nullopt;
  text.remove_prefix(1);
  const std::size_t colon = text.substr(0, kMaxPrefixBytes + 1).find_first_of(":<> \t\r\n=/");
  if (colon != std::string_view::npos && text[colon] == ':') text.remove_prefix(colon + 1);
  if (!text.starts_with(name)) return std::nullopt;
  return text.substr(name.size());
}

// `<Event>` or `<Event ...>`, then `<System`.
bool is_event_element(std::string_view text) {
  const auto behind = behind_tag(text, "Event");
  if (!behind || behind->empty()) return false;
  const char next = behind->front();
  const std::size_t close = behind->find('>');
  return (next == '>' || kSpace.find(next) != std::string_view::npos) && close != std::string_view::npos &&
         behind_tag(without_space(behind->substr(close + 1)), "System");
}

// evtxexport says its name and version before the events; evtx_dump writes "Record 1".
bool may_precede_events(std::string_view text) {
  constexpr std::size_t kMaxBannerBytes = 512;
  const std::string_view begin = without_space(text);
  const bool is_json = begin.starts_with('{') || begin.starts_with('[');
  return begin.starts_with('<') || (text.size() <= kMaxBannerBytes && !is_json);
}

bool is_event_xml(std::string_view text) {
  for (std::size_t at = text.find("Event"); at != std::string_view::npos; at = text.find("Event", at + 1)) {
    const std::size_t farthest = at - std::min(at, kMaxPrefixBytes + 2);
    const std::size_t tag = text.substr(farthest, at - farthest).rfind('<');
    if (tag != std::string_view::npos && is_event_element(text.substr(farthest + tag)))
      return may_precede_events(text.substr(0, farthest + tag));
  }
  return false;
}

// The key in quotes and a colon.
bool has_key(std::string_view text, std::string_view key) {
  const std::string quoted = '"' + std::string(key) + '"';
  for (std::size_t at = text.find(quoted); at != std::string_view::npos; at = text.find(quoted, at + 1)) {
    if (without_space(text.substr(at + quoted.size())).starts_with(':')) return true;
  }
  return false;
}

bool has_any_key(std::string_view text, auto keys) {
  return std::ranges::any_of(keys, [&](std::string_view key) { return has_key(text, key); });
}

bool is_event_json(std::string_view text) {
  text = without_space(text);
  if (text.starts_with("Record ")) text.remove_prefix(std::min(text.find('\n'), text.size()));
  text = without_space(text);
  if (text.starts_with('[')) text = without_space(text.substr(1));
  if (!text.starts_with('{')) return false;
  return has_any_key(text, kIdKeys) && has_any_key(text, kPlaceKeys);
}

}  // namespace

std::optional<Kind> recognise_event_export(std::string_view first_bytes) {
  const std::string text = to_text(first_bytes);
  if (is_event_xml(text)) return Kind::event_xml;
  if (is_event_json(text)) return Kind::event_json;
  return std::nullopt;
}

}  // namespace afterpatch::evidence
