// Lists of organisations as anybody may write them: what is taken can be written and read again, and no
// contact holds what would add a line to a mail.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "constituency/organisation_csv.h"
#include "constituency/organisation_json.h"

using namespace afterpatch::constituency;

namespace {

const PublicSuffixes& suffixes() {
  static const PublicSuffixes kSuffixes = *PublicSuffixes::load();
  return kSuffixes;
}

void check(const Organisation& organisation) {
  const std::string json = to_json(organisation);
  const auto again = read_organisation(json, suffixes(), "again");
  if (!again || to_json(*again) != json) std::abort();
  for (const Contact& contact : organisation.contacts) {
    for (const char c : contact.value) {
      if (static_cast<unsigned char>(c) < ' ') std::abort();
    }
  }
  for (const std::string& domain : organisation.domains) {
    if (suffixes().is_public_suffix(domain) || host_name(domain) != domain) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& list : {read_organisations_csv(text, "list", suffixes()),
                           read_organisations_json(text, "list", suffixes())}) {
    if (!list) continue;
    for (const Organisation& organisation : list->organisations) check(organisation);
  }
  return 0;
}
