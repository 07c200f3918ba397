#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "evidence/artefact.h"
#include "evidence/log_recognition.h"

// The first line is the path, the rest the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace afterpatch::evidence;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = std::min(text.find('\n'), text.size());
  const std::string path = to_windows_path(text.substr(0, line_end));
  if (!path.starts_with('\\') || path.find('/') != path.npos) std::abort();
  static_cast<void>(recognise(text.substr(line_end), path));
  static_cast<void>(unread_log_format(text));
  return 0;
}
