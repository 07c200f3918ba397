#include "app/filled_store.h"

#include <filesystem>

namespace afterpatch::app {

Result<std::unique_ptr<store::Store>> open_filled_store(const std::string& place) {
  std::error_code error;
  const bool is_file = place.find("://") == std::string::npos;
  if (is_file && !std::filesystem::exists(place, error))
    return fail("there is no store", place, "fill one with: afterpatch scan import FILE --store FILE");
  return store::Store::open(place);
}

}  // namespace afterpatch::app
