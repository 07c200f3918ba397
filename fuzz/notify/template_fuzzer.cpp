// A template that the check accepts is one that Mustache accepts: else it would fail only when a notice is
// written.
#include <cstdint>
#include <cstdlib>
#include <kainjow/mustache.hpp>
#include <string>

#include "notify/message/notice_keys.h"
#include "notify/message/template_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto keys = afterpatch::notify::check_template(text, "fuzz", afterpatch::notify::notice_keys());
  if (keys && !kainjow::mustache::mustache(text).is_valid()) std::abort();
  return 0;
}
