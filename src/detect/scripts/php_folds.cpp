#include "detect/scripts/php_folds.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <openssl/evp.h>

#include "base/text.h"
#include "detect/scripts/folding.h"
#include "detect/scripts/name_filter.h"

namespace afterpatch::detect::scripts {
namespace {

using Arguments = std::span<const Value>;
using Folded = std::optional<std::string>;
constexpr auto npos = std::string_view::npos;
constexpr std::size_t kMaxItems = 4096;

struct Item {
  std::string_view key;
  std::string_view value;
};

std::vector<Item> items_of(const Value& list) {
  std::vector<Item> items;
  std::string_view rest = list.text;
  while (!rest.empty() && items.size() < kMaxItems) {
    const auto end = rest.find(kListEnd);
    const std::string_view item = rest.substr(0, end);
    const auto mark = item.find(kKeyEnd);
    items.push_back({mark == npos ? std::string_view() : item.substr(0, mark),
                     mark == npos ? item : item.substr(mark + 1)});
    rest = end == npos ? std::string_view() : rest.substr(end + 1);
  }
  return items;
}

void append_item(std::string& list, const Item& item) {
  if (!item.key.empty()) list.append(item.key).push_back(kKeyEnd);
  list.append(item.value).push_back(kListEnd);
}

std::optional<long long> number(Arguments a, std::size_t i) {
  return i < a.size() ? to_number(a[i].text) : std::nullopt;
}

// sprintf with the directives %s, %c, %d, %x and positions ("%2$s").
Folded format(Arguments a) {
  std::string out;
  const std::string_view format = a[0].text;
  std::size_t next = 1;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 >= format.size()) {
      out.push_back(format[i]);
      continue;
    }
    if (format[++i] == '%') {
      out.push_back('%');
      continue;
    }
    const auto dollar = format.find('$', i);
    std::size_t which = next;
    if (dollar != npos && dollar - i < 3) {
      const auto position = to_number(format.substr(i, dollar - i));
      if (!position || *position < 1) return std::nullopt;
      which = static_cast<std::size_t>(*position);
      i = dollar + 1;
    } else {
      ++next;
    }
    if (which >= a.size() || i >= format.size()) return std::nullopt;
    if (format[i] == 's' || format[i] == 'd') {
      out.append(a[which].text);
    } else if (const auto code = to_number(a[which].text); format[i] == 'c' && code) {
      out.push_back(static_cast<char>(*code & 0xff));
    } else {
      return std::nullopt;
    }
  }
  return out;
}

// strtr(text, from, to), strtr(text, array(from => to)).
Folded translate(Arguments a) {
  if (a.size() < 2) return std::nullopt;
  std::string out(a[0].text);
  if (a.size() > 2) {
    for (char& c : out) {
      const auto at = a[1].text.rfind(c, std::min(a[1].text.size(), a[2].text.size()) - 1);
      if (at != npos && at < a[2].text.size()) c = a[2].text[at];
    }
    return out;
  }
  const auto pairs = items_of(a[1]);
  if (!a[1].has(kList) || pairs.size() > 64 || out.size() > 65536) return std::nullopt;
  std::string replaced;
  for (std::size_t i = 0; i < out.size();) {
    const Item* best = nullptr;
    for (const Item& pair : pairs) {
      const bool fits = !pair.key.empty() && std::string_view(out).substr(i).starts_with(pair.key);
      if (fits && (best == nullptr || pair.key.size() > best->key.size())) best = &pair;
    }
    if (best == nullptr) {
      replaced.push_back(out[i++]);
    } else {
      replaced.append(best->value);
      i += best->key.size();
    }
  }
  return replaced;
}

Folded substring_replaced(Arguments a) {
  const auto start = number(a, 2);
  if (a.size() < 3 || !start) return std::nullopt;
  const auto size = static_cast<long long>(a[0].text.size());
  const long long from = std::clamp(*start < 0 ? size + *start : *start, 0LL, size);
  const long long length = number(a, 3).value_or(size);
  const long long to = std::clamp(length < 0 ? size + length : from + std::min(length, size), from, size);
  std::string out(a[0].text.substr(0, static_cast<std::size_t>(from)));
  return out.append(a[1].text).append(a[0].text.substr(static_cast<std::size_t>(to)));
}

Folded trimmed(Arguments a, bool left, bool right) {
  std::string_view text = a[0].text;
  const std::string_view set = a.size() > 1 ? a[1].text : std::string_view(" \t\n\r\v\0", 6);
  while (left && !text.empty() && set.find(text.front()) != npos) text.remove_prefix(1);
  while (right && !text.empty() && set.find(text.back()) != npos) text.remove_suffix(1);
  return std::string(text);
}

Folded in_base(Arguments a) {
  const auto from = number(a, 1);
  const auto to = number(a, 2);
  if (!from || !to || *from < 2 || *from > 36 || *to < 2 || *to > 36) return std::nullopt;
  const std::string digits = to_lower_ascii(a[0].text.substr(0, 64));
  unsigned long long value = 0;
  const auto read =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, static_cast<int>(*from));
  if (read.ec != std::errc()) return std::nullopt;
  char text[65];
  const auto written = std::to_chars(text, text + sizeof text, value, static_cast<int>(*to));
  return std::string(text, written.ptr);
}

Folded based(Arguments a, std::string_view from, std::string_view to) {
  Value all[3] = {a[0], {}, {}};
  all[1].text = from;
  all[2].text = to;
  return in_base(all);
}

Folded digest(Arguments a, const EVP_MD* method) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(a[0].text.data(), a[0].text.size(), bytes, &size, method, nullptr) != 1) return std::nullopt;
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out.push_back("0123456789abcdef"[bytes[i] >> 4U]);
    out.push_back("0123456789abcdef"[bytes[i] & 15U]);
  }
  return out;
}

Folded after(Arguments a) {
  if (a.size() < 2) return std::nullopt;
  const auto at = a[0].text.find(a[1].text);
  const bool before = a.size() > 2;
  if (at == npos) return std::nullopt;
  return std::string(before ? a[0].text.substr(0, at) : a[0].text.substr(at));
}

Folded hex_of(Arguments a) {
  std::string out;
  for (const char c : a[0].text.substr(0, 65536)) {
    out.push_back("0123456789abcdef"[static_cast<unsigned char>(c) >> 4U]);
    out.push_back("0123456789abcdef"[static_cast<unsigned char>(c) & 15U]);
  }
  return out;
}

// base64_encode, which shells use to hide a short text from a search only.
Folded to_base64(Arguments a) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::string_view text = a[0].text.substr(0, 65536);
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = (bits << 8U) | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out.push_back(i + k > text.size() ? '='
                                        : kDigits[(bits >> (18U - 6U * static_cast<unsigned>(k))) & 63U]);
  }
  return out;
}

template <typename Keep>
Folded list_of(const Value& list, Keep keep) {
  std::string out;
  for (const Item& item : items_of(list)) {
    if (keep(item)) append_item(out, item);
  }
  return out;
}

Folded reversed(Arguments a) {
  auto items = items_of(a[0]);
  std::string out;
  for (auto item = items.rbegin(); item != items.rend(); ++item) append_item(out, *item);
  return out;
}

Folded merged(Arguments a) {
  std::string out;
  for (const Value& list : a) {
    if (!list.has(kList)) return std::nullopt;
    out.append(list.text);
  }
  return out;
}

Folded differing(Arguments a) {
  if (a.size() < 2 || a[0].text.size() > 65536 || a[1].text.size() > 65536) return std::nullopt;
  const auto without = items_of(a[1]);
  if (without.size() > 256) return std::nullopt;
  return list_of(a[0], [&](const Item& item) {
    return std::none_of(without.begin(), without.end(),
                        [&](const Item& other) { return other.value == item.value; });
  });
}

Folded one_item(Arguments a, bool last, bool key) {
  const auto items = items_of(a[0]);
  if (!a[0].has(kList) || items.empty()) return std::nullopt;
  const Item& item = last ? items.back() : items.front();
  return std::string(key ? (item.key.empty() ? "0" : item.key) : item.value);
}

Folded keys(Arguments a) {
  std::string out;
  for (const Item& item : items_of(a[0])) append_item(out, {.key = {}, .value = item.key});
  return out;
}

std::string capitals(std::string_view text, bool each) {
  std::string out(text);
  for (std::size_t i = 0; i < out.size() && (each || i == 0); ++i) {
    const bool start = i == 0 || out[i - 1] == ' ';
    if (start && out[i] >= 'a' && out[i] <= 'z') out[i] = static_cast<char>(out[i] - 32);
  }
  return out;
}

}  // namespace

PhpFold php_fold(std::string_view name) {
  static const std::unordered_map<std::string_view, PhpFold> table = {
      {"sprintf", format},
      {"strtr", translate},
      {"substr_replace", substring_replaced},
      {"ltrim", [](Arguments a) { return trimmed(a, true, false); }},
      {"rtrim", [](Arguments a) { return trimmed(a, false, true); }},
      {"chop", [](Arguments a) { return trimmed(a, false, true); }},
      {"trim", [](Arguments a) { return trimmed(a, true, true); }},
      {"base_convert", in_base},
      {"hexdec", [](Arguments a) { return based(a, "16", "10"); }},
      {"bindec", [](Arguments a) { return based(a, "2", "10"); }},
      {"octdec", [](Arguments a) { return based(a, "8", "10"); }},
      {"dechex", [](Arguments a) { return based(a, "10", "16"); }},
      {"md5", [](Arguments a) { return digest(a, EVP_md5()); }},
      {"sha1", [](Arguments a) { return digest(a, EVP_sha1()); }},
      {"strstr", after},
      {"bin2hex", hex_of},
      {"base64_encode", to_base64},
      {"array_reverse", reversed},
      {"array_merge", merged},
      {"array_diff", differing},
      {"array_keys", keys},
      {"array_values", [](Arguments a) { return list_of(a[0], [](const Item&) { return true; }); }},
      {"current", [](Arguments a) { return one_item(a, false, false); }},
      {"reset", [](Arguments a) { return one_item(a, false, false); }},
      {"array_shift", [](Arguments a) { return one_item(a, false, false); }},
      {"end", [](Arguments a) { return one_item(a, true, false); }},
      {"array_pop", [](Arguments a) { return one_item(a, true, false); }},
      {"key", [](Arguments a) { return one_item(a, false, true); }},
      {"ucfirst", [](Arguments a) { return Folded(capitals(a[0].text, false)); }},
      {"ucwords", [](Arguments a) { return Folded(capitals(a[0].text, true)); }},
      {"strval", [](Arguments a) { return Folded(std::string(a[0].text)); }},
  };
  static const NameFilter names = filter_of(table);
  if (!names.may_hold(name)) return nullptr;
  const auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

bool makes_text(std::string_view name) {
  static const std::unordered_set<std::string_view> table = {"preg_replace",
                                                             "preg_filter",
                                                             "preg_split",
                                                             "vsprintf",
                                                             "str_pad",
                                                             "mb_substr",
                                                             "mb_strtolower",
                                                             "mb_convert_encoding",
                                                             "iconv",
                                                             "strstr",
                                                             "stristr",
                                                             "strrchr",
                                                             "chunk_split",
                                                             "wordwrap",
                                                             "html_entity_decode",
                                                             "htmlspecialchars_decode",
                                                             "stripcslashes",
                                                             "strip_tags",
                                                             "json_decode",
                                                             "quoted_printable_decode",
                                                             "array_pop",
                                                             "array_slice",
                                                             "array_rand",
                                                             "array_flip",
                                                             "array_search",
                                                             "str_shuffle",
                                                             "substr_replace",
                                                             "strpbrk",
                                                             "utf8_decode",
                                                             "gzcompress",
                                                             "serialize",
                                                             "print_r",
                                                             "var_export",
                                                             "constant",
                                                             "get_class",
                                                             "gmp_strval",
                                                             "simplexml_load_string"};
  static const NameFilter names = filter_of(table);
  return (names.may_hold(name) && table.contains(name)) || php_fold(name) != nullptr;
}

}  // namespace afterpatch::detect::scripts
