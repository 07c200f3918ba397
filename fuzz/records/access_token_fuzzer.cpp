// Forged tokens in addresses are the intruder's own bytes: any of them must be read within its bounds.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "records/access_token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto token = afterpatch::records::access_token_in("X-Rps-CAT=" + std::string(bytes));
  if (token && token->logon_name.size() + token->sid.size() > size) __builtin_trap();
  return 0;
}
