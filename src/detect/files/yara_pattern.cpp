#include "detect/files/yara_pattern.h"

#include <hs/hs.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/digits.h"
#include "base/text.h"

namespace afterpatch::detect::files {
namespace {

using Kind = YaraToken::Kind;

constexpr std::size_t kMaxPattern = 4096;
// A repetition of more has no upper limit, since counting costs Vectorscan more than a false alarm costs us.
constexpr std::uint32_t kMaxCounted = 16;

std::string repetition(std::uint32_t least, std::optional<std::uint32_t> most) {
  least = std::min(least, kMaxCounted);
  if (!most || *most > kMaxCounted) return fmt::format("{{{},}}", least);
  return fmt::format("{{{},{}}}", least, *most);
}

// "3", "3-7", "3-", "-" or with a comma; nullopt if it is none of them.
std::optional<std::string> repetition_of(std::string_view written, char separator) {
  const auto number = [](std::string_view digits) -> std::optional<std::uint32_t> {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const std::size_t at = written.find(separator);
  const std::string_view first = trim(written.substr(0, at));
  const auto least = first.empty() ? std::optional<std::uint32_t>(0) : number(first);
  if (!least || (first.empty() && at == std::string_view::npos)) return std::nullopt;
  if (at == std::string_view::npos) return repetition(*least, *least);
  const std::string_view second = trim(written.substr(at + 1));
  const auto most = number(second);
  if (!second.empty() && !most) return std::nullopt;
  return repetition(*least, most);
}

std::string pattern_of_byte(unsigned byte) {
  return fmt::format("\\x{:02x}", byte & 0xFFU);
}

// "4?" is sixteen bytes in a row, "?4" sixteen apart.
std::string pattern_of_pair(int high, int low) {
  if (high < 0 && low < 0) return ".";
  if (high >= 0 && low >= 0) return pattern_of_byte(static_cast<unsigned>(high * 16 + low));
  std::string any = "[";
  for (int other = 0; other < 16; ++other)
    any += pattern_of_byte(static_cast<unsigned>(high >= 0 ? high * 16 + other : other * 16 + low));
  return any + "]";
}

// Behind the comment that begins at `at`; `at` itself if none does.
std::size_t behind_comment(std::string_view hex, std::size_t at) {
  if (hex.substr(at).starts_with("//")) return std::min(hex.find('\n', at), hex.size());
  if (!hex.substr(at).starts_with("/*")) return at;
  const std::size_t end = hex.find("*/", at + 2);
  return end == std::string_view::npos ? hex.size() : end + 2;
}

std::optional<std::string> pattern_of_hex(std::string_view hex) {
  std::string pattern;
  for (std::size_t i = 1; i + 1 < hex.size() && pattern.size() <= kMaxPattern;) {
    const char c = hex[i];
    if (const std::size_t behind = behind_comment(hex, i); behind != i) {
      i = behind;
    } else if (static_cast<unsigned char>(c) <= ' ') {
      ++i;
    } else if (c == '(' || c == ')' || c == '|') {
      pattern += c == '(' ? "(?:" : std::string(1, c);
      ++i;
    } else if (c == '[') {
      const std::size_t end = hex.find(']', i);
      const auto jump =
          end == std::string_view::npos ? std::nullopt : repetition_of(hex.substr(i + 1, end - i - 1), '-');
      if (!jump) return std::nullopt;
      pattern += "." + *jump;
      i = end + 1;
    } else {
      const int high = hex_digit(c);
      const int low = hex_digit(hex[i + 1]);
      if ((high < 0 && c != '?') || (low < 0 && hex[i + 1] != '?')) return std::nullopt;
      pattern += pattern_of_pair(high, low);
      i += 2;
    }
  }
  return pattern;
}

// Writes a regular expression or a text of YARA anew for Vectorscan; `wide`: with a NUL behind each byte.
class PatternWriter {
 public:
  PatternWriter(std::string_view written, bool is_regex, bool wide)
      : regex_(written), is_regex_(is_regex), wide_(wide) {}

  std::optional<std::string> write() {
    while (at_ < regex_.size()) {
      if (!(is_regex_ ? write_one() : write_of_text()) || out_.size() > kMaxPattern) return std::nullopt;
    }
    return out_;
  }

 private:
  bool write_of_text() {
    const char c = regex_[at_++];
    if (c == '\\') return write_escape();
    add_byte(pattern_of_byte(static_cast<unsigned char>(c)));
    return true;
  }

  bool write_one() {
    const char c = regex_[at_++];
    switch (c) {
      case '^':
      case '$':
        return true;
      case '(':
        out_ += "(?:";
        return true;
      case ')':
      case '|':
        out_ += c;
        return true;
      case '*':
      case '+':
      case '?':
        out_ += c;
        skip_lazy();
        return true;
      case '{':
        return write_repetition();
      case '[':
        return write_class();
      case '\\':
        return write_escape();
      case '.':
        add_byte(".");
        return true;
      default:
        add_byte(pattern_of_byte(static_cast<unsigned char>(c)));
        return true;
    }
  }

  // What consumes one byte of the text.
  void add_byte(const std::string& byte) { out_ += wide_ ? "(?:" + byte + "\\x00)" : byte; }

  // Lazy or not, it can match the same.
  void skip_lazy() {
    if (at_ < regex_.size() && regex_[at_] == '?') ++at_;
  }

  bool write_repetition() {
    const std::size_t end = regex_.find('}', at_);
    if (end == std::string_view::npos) return false;
    const auto repeated = repetition_of(regex_.substr(at_, end - at_), ',');
    if (!repeated) return false;
    out_ += *repeated;
    at_ = end + 1;
    skip_lazy();
    return true;
  }

  bool write_class() {
    std::string written = "[";
    const bool negated = at_ < regex_.size() && regex_[at_] == '^';
    if (negated) ++at_;
    if (negated) written += '^';
    for (bool first = true; at_ < regex_.size(); first = false) {
      const char c = regex_[at_++];
      if (c == ']' && !first) {
        add_byte(written + "]");
        return true;
      }
      if (c == '\\') {
        const auto escape = escape_at();
        if (!escape) return false;
        written += *escape;
      } else if (c == '-') {
        written += c;
      } else {
        written += pattern_of_byte(static_cast<unsigned char>(c));
      }
    }
    return false;
  }

  // Of one byte or a class of bytes; behind its backslash.
  std::optional<std::string> escape_at() {
    if (at_ >= regex_.size()) return std::nullopt;
    const char c = regex_[at_++];
    if (std::string_view("nrtfawWsSdD").find(c) != std::string_view::npos) return std::string{'\\', c};
    if (c == 'x') {
      if (at_ + 1 >= regex_.size() || hex_digit(regex_[at_]) < 0 || hex_digit(regex_[at_ + 1]) < 0)
        return std::nullopt;
      at_ += 2;
      return fmt::format("\\x{}", regex_.substr(at_ - 2, 2));
    }
    const char lower = to_lower_ascii(c);
    if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')) return std::nullopt;
    return pattern_of_byte(static_cast<unsigned char>(c));
  }

  bool write_escape() {
    if (at_ < regex_.size() && (regex_[at_] == 'b' || regex_[at_] == 'B')) {
      ++at_;
      return true;
    }
    const auto escape = escape_at();
    if (escape) add_byte(*escape);
    return escape.has_value();
  }

  std::string_view regex_;
  bool is_regex_;
  bool wide_;
  std::size_t at_ = 0;
  std::string out_;
};

// Whether Vectorscan takes it, and it matches no single byte.
bool is_accepted(const std::string& pattern) {
  constexpr unsigned kLeastWidth = 2;
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  const auto status = hs_expression_info(pattern.c_str(), HS_FLAG_DOTALL, &info, &error);
  hs_free_compile_error(error);
  const bool accepted = status == HS_SUCCESS && info != nullptr && info->min_width >= kLeastWidth;
  std::free(info);  // NOLINT: allocated by Vectorscan
  return accepted;
}

// Of a string that can match in two forms, one alone is no claim.
std::vector<std::string> all_accepted(const std::vector<std::optional<std::string>>& forms) {
  std::vector<std::string> patterns;
  for (const auto& form : forms) {
    if (!form || !is_accepted(*form)) return {};
    patterns.push_back(*form);
  }
  return patterns;
}

}  // namespace

std::vector<std::string> search_patterns(const YaraStringText& string) {
  const auto has = [&](std::string_view word) {
    return std::find(string.modifiers.begin(), string.modifiers.end(), word) != string.modifiers.end();
  };
  const std::string_view value = string.value.text;
  if (value.size() < 4 || has("xor") || has("base64") || has("base64wide")) return {};
  if (string.value.kind == Kind::hex) return all_accepted({pattern_of_hex(value)});
  const bool is_regex = string.value.kind == Kind::regex;
  const std::size_t end = is_regex ? value.rfind('/') : value.size() - 1;
  const bool nocase = has("nocase") || value.find('i', end) != std::string_view::npos;
  std::vector<std::optional<std::string>> forms;
  const auto add = [&](bool wide) {
    auto form = PatternWriter(value.substr(1, end - 1), is_regex, wide).write();
    if (form && nocase) form->insert(0, "(?i)");
    forms.push_back(std::move(form));
  };
  if (has("wide")) add(true);
  if (!has("wide") || has("ascii")) add(false);
  return all_accepted(forms);
}

}  // namespace afterpatch::detect::files
