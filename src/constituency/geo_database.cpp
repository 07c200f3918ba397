#include "constituency/geo_database.h"

#include <maxminddb.h>

#include <array>

#include "base/text.h"
#include "constituency/organisation.h"

namespace afterpatch::constituency {
namespace {

constexpr std::size_t kLongestText = 256;

std::string text_of(MMDB_entry_s& entry, const std::array<const char*, 3>& path) {
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path.data()) != MMDB_SUCCESS || !data.has_data ||
      data.type != MMDB_DATA_TYPE_UTF8_STRING)
    return {};
  return to_utf8(std::string_view(data.utf8_string, std::min<std::size_t>(data.data_size, kLongestText)));
}

std::uint32_t number_of(MMDB_entry_s& entry, const char* key) {
  const std::array<const char*, 2> path = {key, nullptr};
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path.data()) != MMDB_SUCCESS || !data.has_data) return 0;
  return data.type == MMDB_DATA_TYPE_UINT32 ? data.uint32 : 0;
}

}  // namespace

struct GeoDatabase::File {
  MMDB_s database{};
  bool is_open = false;

  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (is_open) MMDB_close(&database);
  }
};

Result<GeoDatabase> GeoDatabase::open(const std::filesystem::path& path) {
  auto file = std::make_shared<File>();
  const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &file->database);
  if (status != MMDB_SUCCESS) return fail(MMDB_strerror(status), path.string(), "expected a MaxMind DB file");
  file->is_open = true;
  return GeoDatabase(std::move(file));
}

GeoFacts GeoDatabase::find(const Address& address) const {
  int name_error = 0;
  int error = MMDB_SUCCESS;
  MMDB_lookup_result_s result =
      MMDB_lookup_string(&file_->database, to_string(address).c_str(), &name_error, &error);
  GeoFacts facts;
  if (name_error != 0 || error != MMDB_SUCCESS || !result.found_entry) return facts;
  facts.country = country_code(text_of(result.entry, {"country", "iso_code", nullptr})).value_or("");
  facts.as_number = number_of(result.entry, "autonomous_system_number");
  facts.as_name = text_of(result.entry, {"autonomous_system_organization", nullptr, nullptr});
  return facts;
}

}  // namespace afterpatch::constituency
