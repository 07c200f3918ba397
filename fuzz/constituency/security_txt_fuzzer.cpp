// security.txt as any web server may send it: few contacts, each fit to be written to.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "constituency/security_txt.h"

using namespace afterpatch::constituency;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = read_security_txt({reinterpret_cast<const char*>(data), size}, "a.example", {});
  if (!file) return 0;
  if (file->contacts.empty() || file->contacts.size() > kMostSecurityTxtContacts) std::abort();
  for (const Contact& contact : file->contacts) {
    if (contact.channel == Channel::email && mail_address(contact.value) != contact.value) std::abort();
    for (const char c : contact.value) {
      if (static_cast<unsigned char>(c) < ' ') std::abort();
    }
  }
  return 0;
}
