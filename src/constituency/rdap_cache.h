// What RDAP servers answered, by network block: one JSON object a line, only ever added to, the last about a
// block counts. So nobody is asked twice about one block, and a lost last line costs one question.
//
// {"fetched":"2021-03-08T10:00:00Z","holder":{...as organisation_json.h...}}
// {"fetched":"2021-03-08T10:00:00Z","nobody":"192.0.2.0/24"}     the registry knows nothing there
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <unordered_map>

#include "base/error.h"
#include "base/prefix_map.h"
#include "constituency/domain_name.h"
#include "constituency/organisation.h"

namespace afterpatch::constituency {

struct RdapEntry {
  Timestamp fetched{};
  std::optional<Organisation> holder;  // absent: the registry knows nothing there
};

// Not thread-safe; one process at a time writes.
class RdapCache {
 public:
  // In memory only.
  RdapCache() = default;
  // Reads `file` if it is there and adds to it later. Lines that can't be read are counted and passed over.
  static Result<RdapCache> open(const std::filesystem::path& file, const PublicSuffixes& suffixes);

  const RdapEntry* find(const Address& address) const;  // of the most specific block; null if not known
  const RdapEntry* find_as(std::uint32_t number) const;

  Result<void> add(const RdapEntry& entry);  // with a holder: for its networks or AS numbers
  Result<void> add_nobody(const Network& network, Timestamp fetched);

  std::uint64_t unreadable_lines() const { return unreadable_; }
  std::size_t size() const { return entries_.size(); }

 private:
  void keep(RdapEntry entry);
  void keep_nobody(const Network& network, Timestamp fetched);
  bool read_line(std::string_view line, const PublicSuffixes& suffixes);
  Result<void> write(const std::string& line);

  std::filesystem::path file_;
  std::vector<RdapEntry> entries_;
  PrefixMap<std::size_t> networks_;
  std::unordered_map<std::uint32_t, std::size_t> as_;
  std::uint64_t unreadable_ = 0;
};

}  // namespace afterpatch::constituency
