#include "range/tables.h"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "base/csv.h"
#include "base/text.h"

namespace afterpatch::range {
namespace {

std::map<std::string, LogLayout, std::less<>> read_layouts() {
  std::map<std::string, LogLayout, std::less<>> layouts;
  const auto table =
      CsvTable::parse(log_headers_csv(), "range/data/log_headers.csv", {"key", "log_type", "fields"});
  if (!table) return layouts;
  for (std::size_t row = 0; row < table->size(); ++row) {
    LogLayout layout{std::string(table->at(row, "key")), std::string(table->at(row, "log_type")),
                     std::string(table->at(row, "fields"))};
    layouts.emplace(layout.key, layout);
  }
  return layouts;
}

unsigned to_number(std::string_view text) {
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Build parse_build(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return {};
  return {to_number(parts[0]), to_number(parts[1]), to_number(parts[2]), to_number(parts[3])};
}

std::vector<ServerKind> read_server_kinds() {
  std::vector<ServerKind> kinds;
  const auto table = CsvTable::parse(servers_csv(), "range/data/servers.csv",
                                     {"season", "product", "cu", "vulnerable", "fixed"});
  if (!table) return kinds;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const auto at = [&](std::string_view column) { return std::string(table->at(row, column)); };
    kinds.push_back({at("season"), at("product"), at("cu"), parse_build(at("vulnerable")),
                     parse_build(at("fixed")), at("fixed_first_day") == "yes", at("http_proxy"), at("ews"),
                     at("iis")});
  }
  return kinds;
}

}  // namespace

const LogLayout& log_layout(std::string_view key) {
  static const auto layouts = read_layouts();
  static const LogLayout none;
  const auto found = layouts.find(key);
  return found == layouts.end() ? none : found->second;
}

std::string Build::text() const {
  return fmt::format("{}.{}.{}.{}", major, minor, build, revision);
}

std::string Build::padded() const {
  return fmt::format("{:02}.{:02}.{:04}.{:03}", major, minor, build, revision);
}

const std::vector<ServerKind>& server_kinds() {
  static const auto kinds = read_server_kinds();
  return kinds;
}

}  // namespace afterpatch::range
