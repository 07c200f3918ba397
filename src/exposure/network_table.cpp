#include "exposure/network_table.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/file.h"
#include "base/text.h"

namespace afterpatch::exposure {
namespace {

constexpr std::uint64_t kMaxTableBytes = 512ULL << 20U;

std::optional<NetworkTable::Entry> parse_entry(std::string_view line) {
  const auto fields = split(line, '\t');
  if (fields.size() < 3) return std::nullopt;
  const auto range = parse_range(fmt::format("{}-{}", fields[0], fields[1]));
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), number);
  if (!range || parsed.ec != std::errc() || parsed.ptr != fields[2].data() + fields[2].size())
    return std::nullopt;
  NetworkTable::Entry entry{range->first, range->last, number, {}, fmt::format("AS{}", number)};
  if (fields.size() > 3 && fields[3].size() == 2) entry.country = std::string(fields[3]);
  if (fields.size() > 4) entry.network += " " + to_utf8(trim(fields[4].substr(0, 200)));
  return entry;
}

}  // namespace

Result<NetworkTable> NetworkTable::read(const std::filesystem::path& file) {
  const auto text = read_file(file, kMaxTableBytes);
  if (!text) return std::unexpected(text.error());
  return parse(*text, file.string());
}

Result<NetworkTable> NetworkTable::parse(std::string_view text, const std::string& name) {
  NetworkTable table;
  for (std::uint64_t number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    auto entry = parse_entry(line);
    if (!entry)
      return fail("no range of addresses", fmt::format("{}:{}", name, number),
                  "expected first, last, AS number, country and operator, separated by tabs");
    if (entry->number != 0) table.entries_.push_back(std::move(*entry));
  }
  std::ranges::sort(table.entries_, {}, &Entry::first);
  return table;
}

const NetworkTable::Entry* NetworkTable::find(const Address& address) const {
  const auto behind = std::ranges::upper_bound(entries_, address, {}, &Entry::first);
  if (behind == entries_.begin()) return nullptr;
  const Entry& entry = *(behind - 1);
  return entry.last.v6 == address.v6 && address <= entry.last ? &entry : nullptr;
}

}  // namespace afterpatch::exposure
