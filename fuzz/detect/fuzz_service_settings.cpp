// Any bytes as an export of the registry and as a wrapper's settings: what is found stays within its bounds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "detect/files/command_judgement.h"
#include "detect/files/service_settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace afterpatch;
  static const knowledge::Product product;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto exported = detect::files::services_of_export(bytes);
  if (exported.size() > detect::files::kMaxServices + 6) std::abort();
  for (const auto& service : exported) {
    if (service.name.empty() || service.offset > size) std::abort();
  }
  detect::files::services_of_wrapper(bytes);
  const auto claims = detect::files::judge_service_settings(product, "\\a.reg", bytes);
  if (claims.size() > detect::files::kMaxServiceClaims) std::abort();
  detect::files::judge_command(product, bytes);
  return 0;
}
