// What a store keeps of contacts that were looked up: read again as it was written.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "constituency/looked_up.h"

using namespace afterpatch::constituency;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const PublicSuffixes kSuffixes = *PublicSuffixes::load();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto found = read_found_contacts(text, kSuffixes, "fuzz")) {
    const auto again = read_found_contacts(to_json(*found), kSuffixes, "fuzz");
    if (!again || again->contacts != found->contacts) std::abort();
  }
  if (const auto mail = read_mail_exchangers(text, "fuzz")) {
    const auto again = read_mail_exchangers(to_json(*mail), "fuzz");
    if (!again || !(*again == *mail)) std::abort();
  }
  return 0;
}
