#include "records/event_export/event_cutter.h"

#include <algorithm>

namespace afterpatch::records::event_export {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kElement = "Event";

// A start tag, and the space up to the first child, fit in here.
constexpr std::size_t kStartBytes = 2048;

// Of the name of a namespace; those that are met have a letter or two.
constexpr std::size_t kMaxPrefixBytes = 32;

struct Tag {
  enum class Kind : std::uint8_t {
    none,
    start,  // of an event
    inner,  // of an element of the same name within an event
    end,
  };
  Kind kind = Kind::none;
  std::size_t begin = 0;
  std::size_t end = 0;
};

bool ends_name(std::string_view text, std::size_t at) {
  return at < text.size() && (text[at] == '>' || kSpace.find(text[at]) != std::string_view::npos);
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

// Where the name begins of which the local part is at text[at]: `e:Event` two bytes before.
std::size_t name_begin(std::string_view text, std::size_t at) {
  if (at == 0 || text[at - 1] != ':') return at;
  const std::size_t farthest = at - 1 - std::min(at - 1, kMaxPrefixBytes);
  std::size_t begin = at - 1;
  while (begin > farthest && is_name_character(text[begin - 1])) --begin;
  return begin;
}

bool is_system_tag(std::string_view text) {
  if (!text.starts_with('<')) return false;
  text.remove_prefix(1);
  const std::size_t colon = text.substr(0, kMaxPrefixBytes + 1).find(':');
  const bool is_prefixed =
      colon != std::string_view::npos && std::ranges::all_of(text.substr(0, colon), is_name_character);
  return (is_prefixed ? text.substr(colon + 1) : text).starts_with("System");
}

// `<Event ...>` and behind it `<System`, from text[at], which is the '<', on.
bool is_start(std::string_view text, std::size_t at) {
  const std::string_view near = text.substr(at, kStartBytes);
  const std::size_t close = near.find('>');
  if (close == std::string_view::npos) return false;
  const std::size_t child = near.find_first_not_of(kSpace, close + 1);
  return child != std::string_view::npos && is_system_tag(near.substr(child));
}

Tag next_tag(std::string_view text, std::size_t at) {
  for (; (at = text.find(kElement, at)) != std::string_view::npos; at += kElement.size()) {
    const std::size_t behind = at + kElement.size();
    const std::size_t name = name_begin(text, at);
    if (name == 0 || !ends_name(text, behind)) continue;
    if (text[name - 1] == '<') {
      const auto kind = is_start(text, name - 1) ? Tag::Kind::start : Tag::Kind::inner;
      return {kind, name - 1, behind};
    }
    const bool is_end = name >= 2 && text[name - 1] == '/' && text[name - 2] == '<';
    const std::size_t close = is_end ? text.find_first_not_of(kSpace, behind) : std::string_view::npos;
    if (close != std::string_view::npos && text[close] == '>') return {Tag::Kind::end, name - 2, close + 1};
  }
  return {};
}

}  // namespace

void EventCutter::take(std::size_t begin, std::size_t end, std::vector<EventSpan>& spans) {
  if (end - begin > kMaxEventBytes) {
    ++counts_.oversized;
  } else {
    spans.push_back({begin, end - begin});
  }
}

std::size_t EventCutter::cut_xml(std::string_view text, bool at_end, std::vector<EventSpan>& spans) {
  constexpr std::size_t kOutside = static_cast<std::size_t>(-1);
  std::size_t begin = kOutside;
  std::size_t inner = 0;  // open elements of the same name
  std::size_t done = 0;
  for (Tag tag = next_tag(text, 0); tag.kind != Tag::Kind::none; tag = next_tag(text, tag.end)) {
    const bool is_inner = tag.kind == Tag::Kind::inner;
    if (is_inner) {
      inner += begin == kOutside ? 0 : 1;
      continue;
    }
    if (tag.kind == Tag::Kind::end && inner > 0) {
      --inner;
      continue;
    }
    const bool is_start = tag.kind == Tag::Kind::start;
    if (!is_start && begin != kOutside) take(begin, tag.end, spans);
    // An event begins within one, or ends that never began.
    if (is_start == (begin != kOutside) && !skipping_) ++counts_.cut_off;
    skipping_ = false;
    inner = 0;
    begin = is_start ? tag.begin : kOutside;
    done = tag.end;
  }
  if (begin != kOutside && !at_end && text.size() - begin <= kMaxEventBytes) return begin;
  if (begin != kOutside && text.size() - begin > kMaxEventBytes) {
    ++counts_.oversized;
    skipping_ = true;
  } else if (begin != kOutside) {
    ++counts_.cut_off;
  }
  if (at_end) return text.size();
  return std::max(done, text.size() - std::min(text.size(), kStartBytes));
}

// True when the string ended; false when the text did, or a line.
bool JsonObjectScanner::skip_string(std::string_view text, std::size_t& at) {
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
      ++at;
      return true;
    }
    // Line ends are escaped in strings (RFC 8259, section 7): this one was cut off.
    if (c == '\n') return false;
  }
  return false;
}

// A '{' at the beginning of a line, where neither a value nor an item can begin.
bool JsonObjectScanner::is_new_event(std::string_view text, std::size_t at) const {
  return text[at] == '{' && at_line_start_ && depth_ > 0 && last_ != ',' && last_ != ':' && last_ != '[';
}

JsonObjectScanner::Result JsonObjectScanner::scan(std::string_view text, std::size_t& at) {
  while (at < text.size()) {
    if (in_string_) {
      if (skip_string(text, at)) continue;
      return at < text.size() ? Result::broken : Result::more;
    }
    const char c = text[at];
    if (is_new_event(text, at)) return Result::broken;
    at_line_start_ = c == '\n';
    ++at;
    if (kSpace.find(c) != std::string_view::npos) continue;
    last_ = c;
    in_string_ = c == '"';
    if (c == '{' || c == '[') ++depth_;
    if ((c == '}' || c == ']') && --depth_ == 0) return Result::end;
  }
  return Result::more;
}

std::size_t EventCutter::cut_json(std::string_view text, bool at_end, std::vector<EventSpan>& spans) {
  for (std::size_t at = 0;;) {
    if (!skipping_) {
      at = text.find('{', at);
      if (at == std::string_view::npos) return text.size();
      scanner_.restart();
    }
    const std::size_t begin = at;
    const auto result = scanner_.scan(text, at);
    if (result == JsonObjectScanner::Result::end && !skipping_) take(begin, at, spans);
    if (result == JsonObjectScanner::Result::broken && !skipping_) ++counts_.cut_off;
    if (result != JsonObjectScanner::Result::more) {
      skipping_ = false;
      continue;
    }
    if (skipping_) return text.size();
    if (at_end) ++counts_.cut_off;
    if (at_end || text.size() - begin <= kMaxEventBytes) return at_end ? text.size() : begin;
    ++counts_.oversized;
    skipping_ = true;
    return text.size();
  }
}

std::size_t EventCutter::cut(std::string_view text, bool at_end, std::vector<EventSpan>& spans) {
  return format_ == Format::xml ? cut_xml(text, at_end, spans) : cut_json(text, at_end, spans);
}

}  // namespace afterpatch::records::event_export
