#include "detect/files/yara_literals.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/digits.h"
#include "base/text.h"

namespace afterpatch::detect::files {
namespace {

// The byte that a backslash escape at `at` (behind the backslash) stands for in texts and regular
// expressions; -1 if it is none. Moves `at` behind it.
int escaped_byte(std::string_view text, std::size_t& at) {
  if (at >= text.size()) return -1;
  const char c = text[at++];
  if (c == 'n') return '\n';
  if (c == 't') return '\t';
  if (c == 'r') return '\r';
  if (c == 'f') return '\f';
  if (c == 'a') return '\a';
  if (c == 'x' && at + 1 < text.size() && hex_digit(text[at]) >= 0 && hex_digit(text[at + 1]) >= 0) {
    at += 2;
    return hex_digit(text[at - 2]) * 16 + hex_digit(text[at - 1]);
  }
  const bool letter = (to_lower_ascii(c) >= 'a' && to_lower_ascii(c) <= 'z') || (c >= '0' && c <= '9');
  return letter ? -1 : static_cast<unsigned char>(c);
}

std::vector<std::string> runs_of_text(std::string_view quoted) {
  const std::string_view text = quoted.substr(1, quoted.size() - 2);
  std::string run;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\\') {
      run.push_back(text[i++]);
      continue;
    }
    ++i;
    const int byte = escaped_byte(text, i);
    if (byte < 0) return {};
    run.push_back(static_cast<char>(byte));
  }
  return {run};
}

std::vector<std::string> runs_of_hex(std::string_view hex) {
  std::vector<std::string> runs(1);
  int open = 0;
  const auto cut = [&] {
    if (!runs.back().empty()) runs.emplace_back();
  };
  for (std::size_t i = 1; i + 1 < hex.size(); ++i) {
    const char c = hex[i];
    if (hex.substr(i).starts_with("//")) {
      i = std::min(hex.find('\n', i), hex.size());
    } else if (hex.substr(i).starts_with("/*")) {
      i = std::min(hex.find("*/", i + 2), hex.size() - 1) + 1;
    } else if (c == '(' || c == ')') {
      open += c == '(' ? 1 : -1;
      cut();
    } else if (c == '[') {
      i = std::min(hex.find(']', i), hex.size());
      cut();
    } else if (static_cast<unsigned char>(c) > ' ') {
      const int high = hex_digit(c);
      const int low = hex_digit(hex[i + 1]);
      if (high >= 0 && low >= 0 && open == 0) {
        runs.back().push_back(static_cast<char>(high * 16 + low));
      } else {
        cut();
      }
      if (high >= 0 || c == '?') ++i;  // the pair is used up, "4?" as well
    }
  }
  return runs;
}

// Behind the bracket or parenthesis that closes the one at `at`; escapes and classes inside are honoured.
std::size_t behind_group(std::string_view regex, std::size_t at) {
  int open = 0;
  bool in_class = false;
  for (; at < regex.size(); ++at) {
    const char c = regex[at];
    if (c == '\\') {
      ++at;
    } else if (in_class) {
      in_class = c != ']';
      if (!in_class && open == 0) return at + 1;
    } else if (c == '[') {
      in_class = true;
      if (at + 1 < regex.size() && regex[at + 1] == '^') ++at;
      if (at + 1 < regex.size() && regex[at + 1] == ']') ++at;  // a first ']' stands for itself
    } else if (c == '(') {
      ++open;
    } else if (c == ')' && --open == 0) {
      return at + 1;
    }
  }
  return regex.size();
}

std::vector<std::string> runs_of_regex(std::string_view written) {
  const std::string_view regex = written.substr(1, written.rfind('/') - 1);
  std::vector<std::string> runs(1);
  const auto cut = [&] {
    if (!runs.back().empty()) runs.emplace_back();
  };
  const auto drop_last = [&] {
    if (!runs.back().empty()) runs.back().pop_back();
    cut();
  };
  for (std::size_t i = 0; i < regex.size();) {
    const char c = regex[i];
    if (c == '|') return {};
    if (c == '(' || c == '[') {
      cut();
      i = behind_group(regex, i);
    } else if (c == '?' || c == '*' || c == '{') {
      drop_last();  // it may be absent, or come in a number that is not looked at
      i = c == '{' ? std::min(regex.find('}', i), regex.size() - 1) + 1 : i + 1;
    } else if (c == '+' || c == '.' || c == '^' || c == '$') {
      cut();
      ++i;
    } else if (c == '\\') {
      ++i;
      const int byte = escaped_byte(regex, i);
      if (byte < 0) {
        cut();
      } else {
        runs.back().push_back(static_cast<char>(byte));
      }
    } else {
      runs.back().push_back(c);
      ++i;
    }
  }
  return runs;
}

// Higher for what is rarer in files: punctuation and high bytes over letters, letters over padding.
int rarity(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte == 0 || byte == 0xff || byte == ' ' || byte == 0x90 || byte == 0xcc) return 1;
  const char lower = to_lower_ascii(c);
  if (std::string_view("etaoinsrldcu").find(lower) != std::string_view::npos) return 3;
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ? 4 : 5;
}

// The window of at most kMaxLiteral bytes that says most; repeated bytes say little.
std::string best_window(const std::string& run, int& best_score) {
  std::string best;
  for (std::size_t begin = 0; begin + kMinLiteral <= run.size(); ++begin) {
    if (run[begin] == 0) continue;  // says nothing, and Vectorscan takes it for the end
    const std::size_t size = std::min(kMaxLiteral, run.size() - begin);
    int score = 0;
    for (std::size_t i = begin; i < begin + size; ++i) {
      score += i > begin && run[i] == run[i - 1] ? 0 : rarity(run[i]);
    }
    if (score <= best_score) continue;
    best_score = score;
    best = run.substr(begin, size);
    if (begin > 4096) break;  // enough to choose from
  }
  return best;
}

// The best windows of different runs, best first.
std::vector<std::string> best_of(const std::vector<std::string>& runs) {
  constexpr int kLeast = 12;  // less is no better than three common letters
  std::vector<std::pair<int, std::string>> windows;
  for (const std::string& run : runs) {
    int score = kLeast;
    std::string window = best_window(run, score);
    if (!window.empty()) windows.emplace_back(-score, std::move(window));
  }
  std::sort(windows.begin(), windows.end());
  std::vector<std::string> best;
  for (auto& [score, window] : windows) {
    if (best.size() < kMaxLiteralsOfRuns) best.push_back(std::move(window));
  }
  return best;
}

std::string widened(const std::string& text) {
  std::string wide;
  for (const char c : text) wide.append({c, '\0'});
  wide.resize(std::min(wide.size(), kMaxLiteral));
  return wide;
}

struct Forms {
  bool plain = false;
  bool wide = false;
};

// One way for each key: "wide" changes the NUL bytes, too.
std::vector<std::vector<std::string>> ways_of_xor(const std::string& literal, const Forms& forms) {
  std::vector<std::vector<std::string>> ways;
  const auto add = [&](std::string changed, unsigned key) {
    for (char& c : changed) c = static_cast<char>(static_cast<unsigned char>(c) ^ key);
    ways.push_back({std::move(changed)});
  };
  for (unsigned key = 0; key < 256; ++key) {
    if (forms.plain) add(literal, key);
    if (forms.wide) add(widened(literal), key);
  }
  return ways;
}

// The characters of its base64 that are the same whatever stands around it, where `before` bytes (0 to 2)
// come before the text in its group of three.
std::string sure_base64(std::string_view text, std::size_t before) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string padded = std::string(before, '\0') + std::string(text);
  const std::size_t first = (8 * before + 5) / 6;
  std::string encoded;
  for (std::size_t i = first; 6 * (i + 1) <= 8 * padded.size(); ++i) {
    const std::size_t bit = 6 * i;
    const unsigned high = static_cast<unsigned char>(padded[bit / 8]);
    const unsigned low = bit / 8 + 1 < padded.size() ? static_cast<unsigned char>(padded[bit / 8 + 1]) : 0;
    encoded.push_back(kDigits[(high << 8U | low) >> (10 - bit % 8) & 63U]);
  }
  return encoded;
}

std::vector<std::vector<std::string>> ways_of_base64(const std::string& text, const Forms& texts,
                                                     const Forms& encodings) {
  std::string wide;
  for (const char c : text) wide.append({c, '\0'});
  std::vector<std::vector<std::string>> ways;
  for (const std::string& written : {texts.plain ? text : std::string(), texts.wide ? wide : std::string()}) {
    for (std::size_t before = 0; before < 3 && !written.empty(); ++before) {
      const auto best = best_of({sure_base64(written, before)});
      if (best.empty()) return {};
      if (encodings.plain) ways.push_back({best[0]});
      if (encodings.wide) ways.push_back({widened(best[0])});
    }
  }
  return ways;
}

// libyara follows a regular expression so far to either side of the bytes by which it finds it
// (YR_RE_SCAN_LIMIT), and a literal may stand at the far end.
constexpr std::uint32_t kReachOfRegex = 2 * 4096 + 64;
constexpr std::uint32_t kMostReach = 64U << 10U;

// What "[4-200]" adds to the length of a hex string; `at` is behind the bracket. Nullopt without upper limit.
std::optional<std::uint32_t> longest_jump(std::string_view jump) {
  const std::string_view last = trim(jump.substr(std::min(jump.find('-') + 1, jump.size())));
  std::uint32_t length = 0;
  const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), length);
  if (error != std::errc() || end != last.data() + last.size() || length > kMostReach) return std::nullopt;
  return length;
}

std::optional<std::uint32_t> reach_of_hex(std::string_view hex) {
  std::uint64_t reach = hex.size() + 2;
  for (std::size_t i = hex.find('['); i < hex.size(); i = hex.find('[', i + 1)) {
    const std::size_t end = hex.find(']', i);
    if (end == std::string_view::npos) return std::nullopt;
    const auto jump = longest_jump(hex.substr(i + 1, end - i - 1));
    if (!jump || reach + *jump > kMostReach) return std::nullopt;
    reach += *jump;
  }
  if (reach > kMostReach) return std::nullopt;
  return static_cast<std::uint32_t>(reach);
}

}  // namespace

std::optional<std::string> sure_text(const YaraStringText& string) {
  using Kind = YaraToken::Kind;
  if (string.value.kind != Kind::text || string.value.text.size() < 3) return std::nullopt;
  bool wide = false;
  bool ascii = false;
  for (const std::string_view word : string.modifiers) {
    wide = wide || word == "wide";
    ascii = ascii || word == "ascii";
    if (word != "wide" && word != "ascii" && word != "nocase" && word != "private") return std::nullopt;
  }
  auto runs = runs_of_text(string.value.text);
  if (runs.empty() || runs[0].empty() || (wide && !ascii)) return std::nullopt;
  return std::move(runs[0]);
}

std::optional<std::uint32_t> reach_of(const YaraStringText& string) {
  const std::string_view value = string.value.text;
  if (string.value.kind == YaraToken::Kind::hex) return reach_of_hex(value);
  if (string.value.kind == YaraToken::Kind::regex) {
    // Lazy gaps may make a chain of matches, as long as one likes.
    if (value.find("}?") != std::string_view::npos) return std::nullopt;
    return kReachOfRegex;
  }
  constexpr std::size_t kMostPerByte = 4;  // base64 adds a third, and "wide" doubles
  if (value.size() > kMostReach / kMostPerByte) return std::nullopt;
  return static_cast<std::uint32_t>(value.size() * kMostPerByte + 16);
}

std::vector<std::vector<std::string>> necessary_literals(const YaraStringText& string) {
  const auto has = [&](std::string_view word) {
    return std::find(string.modifiers.begin(), string.modifiers.end(), word) != string.modifiers.end();
  };
  using Kind = YaraToken::Kind;
  const std::string_view value = string.value.text;
  if (value.size() < 3) return {};
  const Forms forms{.plain = !has("wide") || has("ascii"), .wide = has("wide")};
  if (has("base64") || has("base64wide")) {
    const auto runs = runs_of_text(value);
    if (string.own_alphabet || runs.empty()) return {};
    return ways_of_base64(runs[0], forms, {.plain = has("base64"), .wide = has("base64wide")});
  }
  std::vector<std::string> best;
  if (string.value.kind == Kind::hex) best = best_of(runs_of_hex(value));
  if (string.value.kind == Kind::regex) best = best_of(runs_of_regex(value));
  if (string.value.kind == Kind::text) best = best_of(runs_of_text(value));
  if (best.empty()) return {};
  if (has("xor")) return ways_of_xor(best[0], forms);
  std::vector<std::vector<std::string>> ways;
  if (forms.wide && string.value.kind != Kind::hex) {
    std::vector<std::string>& wide = ways.emplace_back();
    for (const std::string& literal : best) wide.push_back(widened(literal));
  }
  if (forms.plain) ways.push_back(std::move(best));
  return ways;
}

}  // namespace afterpatch::detect::files
