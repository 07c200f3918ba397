// Certificates as anybody may send them: names stay host names, and few.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exposure/certificate.h"
#include "exposure/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto facts = afterpatch::exposure::read_certificate({reinterpret_cast<const char*>(data), size});
  if (facts.names.size() > afterpatch::exposure::kMostCertificateNames) std::abort();
  for (const std::string& name : facts.names) {
    const std::string_view bare = name.starts_with("*.") ? std::string_view(name).substr(2) : name;
    if (afterpatch::exposure::host_name(bare) != bare) std::abort();
  }
  return 0;
}
