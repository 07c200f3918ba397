#include "assess/tool_marks.h"

#include <algorithm>

#include "base/text.h"

namespace afterpatch::assess {
namespace {

constexpr std::size_t kMaxMarkBytes = 64;

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string_view skip(std::string_view text, std::string_view bytes) {
  const std::size_t at = text.find_first_not_of(bytes);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at);
}

// The name in what follows "Request": optional ".Item" and the like, a bracket, quotes, the name, a quote.
std::string name_in_brackets(std::string_view after) {
  const std::size_t open = after.substr(0, 16).find_first_of("[(");
  if (open == std::string_view::npos) return {};
  const std::string_view quoted = skip(after.substr(open + 1), " ");
  const std::string_view name = skip(quoted, "\"'\\");
  if (name.size() == quoted.size()) return {};
  const auto* const end = std::find_if_not(name.begin(), name.end(), is_name_byte);
  const auto length = static_cast<std::size_t>(end - name.begin());
  const bool closed = end != name.end() && (*end == '"' || *end == '\'' || *end == '\\');
  return closed && length <= kMaxMarkBytes ? std::string(name.substr(0, length)) : std::string{};
}

}  // namespace

std::string anchor_mark(std::string_view anchor) {
  constexpr std::string_view kPrefix = "ServerInfo~";
  if (!starts_with_ignoring_case(anchor, kPrefix)) return {};
  const std::string_view rest = anchor.substr(kPrefix.size());
  const std::size_t at = rest.find('@');
  if (at == std::string_view::npos || at > kMaxMarkBytes || rest.find('/') < at) return {};
  return std::string(rest.substr(0, at));
}

std::string script_mark(std::string_view row) {
  const std::size_t script = to_lower_ascii(row).find("<script");
  if (script == std::string_view::npos) return {};
  const std::string_view before = row.substr(0, script);
  const std::size_t url = before.rfind("http");
  if (url == std::string_view::npos || script - url > kMaxMarkBytes) return {};
  return std::string(before.substr(url));
}

std::string shell_parameter(std::string_view text) {
  const std::string lower = to_lower_ascii(text);
  for (std::size_t at = lower.find("request"); at != std::string::npos; at = lower.find("request", at + 1)) {
    std::string name = name_in_brackets(text.substr(at + 7));
    if (!name.empty()) return name;
  }
  return {};
}

}  // namespace afterpatch::assess
