#include "evidence/event_export_recognition.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace afterpatch::evidence {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

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

// `<Event>` or `<Event ...>`, then `<System`.
bool is_event_element(std::string_view text) {
  constexpr std::string_view kStart = "<Event";
  if (!text.starts_with(kStart) || text.size() <= kStart.size()) return false;
  const char next = text[kStart.size()];
  const std::size_t close = text.find('>');
  return (next == '>' || kSpace.find(next) != std::string_view::npos) && close != std::string_view::npos &&
         without_space(text.substr(close + 1)).starts_with("<System");
}

// evtxexport says its name and version before the events; evtx_dump writes "Record 1".
bool may_precede_events(std::string_view text) {
  constexpr std::size_t kMaxBannerBytes = 512;
  const std::string_view begin = without_space(text);
  const bool is_json = begin.starts_with('{') || begin.starts_with('[');
  return begin.starts_with('<') || (text.size() <= kMaxBannerBytes && !is_json);
}

bool is_event_xml(std::string_view text) {
  for (std::size_t at = text.find("<Event"); at != std::string_view::npos; at = text.find("<Event", at + 1)) {
    if (is_event_element(text.substr(at))) return may_precede_events(text.substr(0, at));
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
