#include "records/key_value.h"

#include <algorithm>

#include "base/text.h"

namespace afterpatch::records {
namespace {

constexpr std::size_t kMaxEntries = 4096;

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Takes one entry after another off the text. An entry that starts with a quote goes on to the quote that is
// not doubled.
class Entries {
 public:
  Entries(std::string_view text, std::deque<std::string>& scratch) : text_(text), scratch_(scratch) {}

  bool at_end() const { return text_.empty(); }

  std::string_view next() {
    if (text_.starts_with('\'')) return quoted();
    const std::size_t end = std::min(text_.find(';'), text_.size());
    const std::string_view entry = text_.substr(0, end);
    drop_through_separator(end);
    return entry;
  }

 private:
  std::string_view quoted() {
    std::size_t quote = text_.find('\'', 1);
    bool has_doubled = false;
    while (quote != text_.npos && quote + 1 < text_.size() && text_[quote + 1] == '\'') {
      has_doubled = true;
      quote = text_.find('\'', quote + 2);
    }
    const std::size_t end = std::min(quote, text_.size());
    const std::string_view inside = text_.substr(1, end - 1);
    drop_through_separator(std::min(text_.find(';', end), text_.size()));
    return has_doubled ? undoubled(inside) : inside;
  }

  std::string_view undoubled(std::string_view inside) {
    std::string& plain = scratch_.emplace_back();
    plain.reserve(inside.size());
    for (std::size_t i = 0; i < inside.size(); ++i) {
      plain.push_back(inside[i]);
      if (inside[i] == '\'' && i + 1 < inside.size() && inside[i + 1] == '\'') ++i;
    }
    return plain;
  }

  void drop_through_separator(std::size_t end) { text_.remove_prefix(std::min(end + 1, text_.size())); }

  std::string_view text_;
  std::deque<std::string>& scratch_;
};

// "S:", "Dbl:", "I32:", "F:", "Dt:": up to three letters or digits.
std::string_view without_type(std::string_view key) {
  const std::size_t colon = key.substr(0, 4).find(':');
  if (colon == key.npos || colon == 0) return key;
  const std::string_view type = key.substr(0, colon);
  return std::all_of(type.begin(), type.end(), is_letter_or_digit) ? key.substr(colon + 1) : key;
}

KeyValue to_key_value(std::string_view entry) {
  const std::size_t equals = std::min(entry.find('='), entry.size());
  const std::string_view value = equals < entry.size() ? entry.substr(equals + 1) : std::string_view();
  return {without_type(entry.substr(0, equals)), value};
}

}  // namespace

void parse_key_values(std::string_view text, std::vector<KeyValue>& out, std::deque<std::string>& scratch) {
  out.clear();
  Entries entries(text, scratch);
  while (!entries.at_end() && out.size() < kMaxEntries) {
    const std::string_view entry = entries.next();
    if (!entry.empty()) out.push_back(to_key_value(entry));
  }
}

std::optional<std::string> find_value(std::string_view text, std::string_view key) {
  std::deque<std::string> scratch;
  Entries entries(text, scratch);
  for (std::size_t i = 0; i < kMaxEntries && !entries.at_end(); ++i) {
    const KeyValue pair = to_key_value(entries.next());
    if (equals_ignoring_case(pair.key, key)) return std::string(pair.value);
  }
  return std::nullopt;
}

}  // namespace afterpatch::records
