#include "constituency/rdap_cache.h"

#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "constituency/organisation_json.h"

namespace afterpatch::constituency {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMostCacheBytes = 1ULL << 30U;

std::string_view text_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

}  // namespace

Result<RdapCache> RdapCache::open(const std::filesystem::path& file, const PublicSuffixes& suffixes) {
  RdapCache cache;
  cache.file_ = file;
  if (!std::filesystem::exists(file)) return cache;
  const auto text = read_file(file, kMostCacheBytes);
  if (!text) return std::unexpected(text.error());
  for (const std::string_view line : split(*text, '\n')) {
    if (!line.empty() && !cache.read_line(line, suffixes)) ++cache.unreadable_;
  }
  // A line cut off by a crash must not swallow the next one.
  if (!text->empty() && text->back() != '\n') {
    if (const auto ended = cache.write(""); !ended) return std::unexpected(ended.error());
  }
  return cache;
}

bool RdapCache::read_line(std::string_view line, const PublicSuffixes& suffixes) {
  boost::system::error_code code;
  const json::value value = json::parse({line.data(), line.size()}, code);
  if (code || !value.is_object()) return false;
  const auto fetched = parse_time(text_of(value.get_object(), "fetched"));
  if (!fetched) return false;
  if (const auto network = parse_network(text_of(value.get_object(), "nobody"))) {
    keep_nobody(*network, *fetched);
    return true;
  }
  const json::value* holder = value.get_object().if_contains("holder");
  if (holder == nullptr) return false;
  auto organisation = read_organisation(json::serialize(*holder), suffixes, "cache");
  if (!organisation) return false;
  keep({*fetched, std::move(*organisation)});
  return true;
}

void RdapCache::keep(RdapEntry entry) {
  const std::size_t index = entries_.size();
  for (const Network& network : entry.holder->networks) networks_[network] = index;
  for (const std::uint32_t number : entry.holder->as_numbers) as_[number] = index;
  entries_.push_back(std::move(entry));
}

void RdapCache::keep_nobody(const Network& network, Timestamp fetched) {
  networks_[network] = entries_.size();
  entries_.push_back({fetched, std::nullopt});
}

const RdapEntry* RdapCache::find(const Address& address) const {
  const auto match = networks_.longest(address);
  return match ? &entries_[*match->value] : nullptr;
}

const RdapEntry* RdapCache::find_as(std::uint32_t number) const {
  const auto found = as_.find(number);
  return found == as_.end() ? nullptr : &entries_[found->second];
}

Result<void> RdapCache::write(const std::string& line) {
  if (file_.empty()) return {};
  std::ofstream out(file_, std::ios::binary | std::ios::app);
  out << line << '\n';
  out.flush();
  if (!out) return fail("can't be written", file_.string(), "is the disk full?");
  return {};
}

Result<void> RdapCache::add(const RdapEntry& entry) {
  const std::string line =
      fmt::format(R"({{"fetched":"{}","holder":{}}})", to_iso8601(entry.fetched), to_json(*entry.holder));
  keep(entry);
  return write(line);
}

Result<void> RdapCache::add_nobody(const Network& network, Timestamp fetched) {
  keep_nobody(network, fetched);
  return write(fmt::format(R"({{"fetched":"{}","nobody":"{}"}})", to_iso8601(fetched), to_string(network)));
}

}  // namespace afterpatch::constituency
