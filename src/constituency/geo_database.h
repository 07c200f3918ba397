// Country and AS of addresses from MaxMind DB files, if the operator has any (libmaxminddb; format:
// maxmind.github.io/MaxMind-DB). Which field a file has decides what it is asked for, not its name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/network.h"

namespace afterpatch::constituency {

struct GeoFacts {
  std::string country;          // ISO 3166-1 alpha-2; empty if the file does not say
  std::uint32_t as_number = 0;  // 0 if the file does not say
  std::string as_name;
};

// Thread-safe once open.
class GeoDatabase {
 public:
  // Fails on anything but a whole MaxMind DB file.
  static Result<GeoDatabase> open(const std::filesystem::path& file);

  // What the file says of the address; empty where it says nothing. Damaged records say nothing.
  GeoFacts find(const Address& address) const;

 private:
  struct File;
  explicit GeoDatabase(std::shared_ptr<const File> file) : file_(std::move(file)) {}
  std::shared_ptr<const File> file_;
};

}  // namespace afterpatch::constituency
