// indicators.csv: what others published about the campaign, in the words of knowledge/campaign.h.
#include <arpa/inet.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/file.h"
#include "base/text.h"
#include "base/time.h"
#include "knowledge/campaign_loader.h"
#include "knowledge/known_good.h"
#include "knowledge/table_reader.h"

namespace afterpatch::knowledge {
namespace {

bool is_hex(std::string_view text, std::size_t digits) {
  const auto lower_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == digits && std::ranges::all_of(text, lower_hex);
}

bool is_address(const std::string& text, int family) {
  std::array<unsigned char, 16> bytes{};
  return inet_pton(family, text.c_str(), bytes.data()) == 1;
}

// Letters, digits, hyphens and at least one dot (RFC 1123, section 2.1), in lower case.
bool is_domain(std::string_view text) {
  const auto is_label = [](std::string_view label) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, allowed);
  };
  const auto labels = split(text, '.');
  return text.size() <= 253 && labels.size() >= 2 && std::ranges::all_of(labels, is_label);
}

bool is_path(std::string_view text) {
  return text.size() > 1 && !text.ends_with('\\') && text.starts_with('\\') &&
         fold_windows_path(text) == text;
}

bool is_file_name(std::string_view text) {
  return !text.empty() && text.find_first_of("\\/") == std::string_view::npos && to_lower_ascii(text) == text;
}

struct Type {
  std::string_view name;
  std::string_view expected;
  bool (*is_sound)(const std::string& value);
};

constexpr std::array<Type, 10> kTypes = {{
    {"sha256", "64 lower-case hexadecimal digits", [](const std::string& v) { return is_hex(v, 64); }},
    {"sha1", "40 lower-case hexadecimal digits", [](const std::string& v) { return is_hex(v, 40); }},
    {"md5", "32 lower-case hexadecimal digits", [](const std::string& v) { return is_hex(v, 32); }},
    {"ipv4", "four numbers from 0 to 255", [](const std::string& v) { return is_address(v, AF_INET); }},
    {"ipv6", "an IPv6 address", [](const std::string& v) { return is_address(v, AF_INET6); }},
    {"domain", "a lower-case host name", [](const std::string& v) { return is_domain(v); }},
    {"path", "the lower-case end of a Windows path with a leading backslash",
     [](const std::string& v) { return is_path(v); }},
    {"filename", "a lower-case file name without folders",
     [](const std::string& v) { return is_file_name(v); }},
    {"useragent", "a user agent with spaces where IIS writes '+'",
     [](const std::string& v) { return !trim(v).empty(); }},
    {"url-path", "a lower-case path with a leading slash",
     [](const std::string& v) { return v.starts_with('/') && to_lower_ascii(v) == v; }},
}};

void check_value(const Indicator& indicator, std::size_t row, TableReader& table) {
  const auto type = std::ranges::find(kTypes, indicator.type, &Type::name);
  if (type == kTypes.end()) {
    std::vector<std::string_view> names;
    for (const Type& known : kTypes) names.push_back(known.name);
    return table.fault(row, "unknown type '" + indicator.type + "'",
                       fmt::format("expected one of: {}", fmt::join(names, ", ")));
  }
  if (type->is_sound(indicator.value)) return;
  table.fault(row, fmt::format("'{}' is no {}", indicator.value, indicator.type),
              fmt::format("expected {}", type->expected));
}

}  // namespace

std::vector<Indicator> read_indicators(const std::filesystem::path& folder, Faults& faults) {
  const std::string file = (folder / "indicators.csv").string();
  const auto text = read_file(file);
  if (!text) return faults.add(text.error()), std::vector<Indicator>();
  enum { kType, kValue, kCluster, kSource, kFirstSeen, kStrength, kNote };
  TableReader table(*text, file, {"type", "value", "cluster", "source", "first_seen", "strength", "note"},
                    faults);
  std::vector<Indicator> indicators;
  std::map<std::pair<std::string, std::string>, std::uint64_t> seen;
  for (std::size_t row = 0; row < table.size(); ++row) {
    Indicator indicator{.type = table.at(row, kType),
                        .value = table.at(row, kValue),
                        .cluster = table.at(row, kCluster),
                        .source = table.at(row, kSource),
                        .note = table.at(row, kNote),
                        .strength = table.at(row, kStrength)};
    check_value(indicator, row, table);
    if (indicator.source.empty()) table.fault(row, "no source", "expected who published it");
    if (indicator.strength != "strong" && indicator.strength != "weak") {
      table.fault(row, "unknown strength '" + indicator.strength + "'", "expected strong or weak");
    }
    if (indicator.strength == "weak" && indicator.note.empty())
      table.fault(row, "a weak indicator without a note", "expected the reason");
    const auto [earlier, is_new] = seen.emplace(std::pair(indicator.type, indicator.value), table.line(row));
    if (!is_new)
      table.fault(row, fmt::format("'{}' stands already in line {}", indicator.value, earlier->second));
    indicators.push_back(std::move(indicator));
  }
  return indicators;
}

}  // namespace afterpatch::knowledge
