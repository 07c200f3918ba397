// Heads of dumps, hives, archives and mail stores.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "detect/files/staged.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace afterpatch;
  const std::string_view head(reinterpret_cast<const char*>(data), size);
  detect::files::dumped_process(head);
  evidence::Artefact artefact;
  artefact.windows_path = "\\users\\public\\x";
  detect::files::staged_claims({.artefact = artefact, .head = head});
  return 0;
}
