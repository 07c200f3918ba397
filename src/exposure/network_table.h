// Who runs which addresses: a table of ranges with AS number, country and operator, as the operator of a scan
// supplies it. Read from tab-separated lines "first last AS country operator", the form in which iptoasn.com
// publishes its public-domain tables; lines of AS 0 (not routed) are left out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "exposure/address.h"

namespace afterpatch::exposure {

// Thread-safe once read.
class NetworkTable {
 public:
  struct Entry {
    Address first;
    Address last;
    std::uint32_t number = 0;  // AS
    std::string country;       // "NO", ISO 3166-1 alpha-2; empty if not known
    std::string network;       // "AS224 UNINETT"
  };

  // Fails, with file and line, on the first line that is none.
  static Result<NetworkTable> read(const std::filesystem::path& file);
  static Result<NetworkTable> parse(std::string_view text, const std::string& name);

  const Entry* find(const Address& address) const;  // null if the table lacks it

 private:
  std::vector<Entry> entries_;  // by first
};

}  // namespace afterpatch::exposure
