#include <algorithm>
#include <array>

#include "evidence/artefact.h"
#include "evidence/event_export_recognition.h"
#include "evidence/log_recognition.h"
#include "evidence/web_place.h"

namespace afterpatch::evidence {
namespace {

struct Magic {
  std::string_view bytes;
  Kind kind;
};

// First bytes of file formats, as their specifications or loaders give them.
constexpr std::array<Magic, 17> kMagics = {{
    {std::string_view("ElfFile\0", 8), Kind::evtx},  // [MS-EVEN6], libevtx
    {"MDMP", Kind::memory_dump},                     // MINIDUMP_SIGNATURE
    {"PAGEDU", Kind::memory_dump},                   // PAGEDUMP, PAGEDU64: kernel dumps
    {"regf", Kind::registry_hive},
    {"!BDN", Kind::mailbox_store},  // [MS-PST] 2.2.2.6
    {"MZ", Kind::executable},
    {std::string_view("PK\x03\x04", 4), Kind::archive},  // zip
    {std::string_view("PK\x05\x06", 4), Kind::archive},  // zip without files
    {std::string_view("7z\xBC\xAF\x27\x1C", 6), Kind::archive},
    {std::string_view("Rar!\x1A\x07", 6), Kind::archive},
    {std::string_view("MSCF\0\0\0\0", 8), Kind::archive},  // cab
    {std::string_view("\xFD"
                      "7zXZ\0",
                      6),
     Kind::archive},
    {"BZh", Kind::archive},
    {std::string_view("\x28\xB5\x2F\xFD", 4), Kind::archive},         // zstd
    {std::string_view("\x1F\x8B\x08", 3), Kind::archive},             // gzip inside what was unpacked already
    {std::string_view("EVF\x09\x0D\x0A\xFF\x00", 8), Kind::archive},  // EnCase image
    {std::string_view("MSWIM\0\0\0", 8), Kind::archive},
}};

bool is_tar(std::string_view bytes) {
  return bytes.size() > 262 && bytes.substr(257, 5) == "ustar";
}

// Text by the rule of git and grep: no NUL; and hardly any other control character. UTF-16 shows itself by
// its mark.
bool is_text(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
  const auto odd = std::count_if(bytes.begin(), bytes.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') ||
           c == 0x7F;
  });
  return bytes.find('\0') == bytes.npos && odd * 20 <= static_cast<std::ptrdiff_t>(bytes.size());
}

// A log whose server crashed holds NULs; what stands before them decides.
std::string_view before_nuls(std::string_view bytes) {
  while (bytes.starts_with('\0')) bytes.remove_prefix(1);
  return bytes.substr(0, bytes.find('\0'));
}

}  // namespace

Recognised recognise(std::string_view first_bytes, std::string_view windows_path) {
  if (first_bytes.empty()) return {Kind::empty, LogType::none};
  if (has_script_extension(windows_path)) return {Kind::web_content, LogType::none};
  for (const Magic& magic : kMagics) {
    if (first_bytes.starts_with(magic.bytes)) return {magic.kind, LogType::none};
  }
  if (is_tar(first_bytes)) return {Kind::archive, LogType::none};
  if (has_web_extension(windows_path)) return {Kind::web_content, LogType::none};
  if (is_text(first_bytes)) {
    if (const auto kind = recognise_event_export(first_bytes)) return {*kind, LogType::none};
  }
  const std::string_view text = before_nuls(first_bytes);
  if (is_text(text)) {
    if (const auto log = recognise_log(text, windows_path)) return *log;
  }
  if (is_in_web_folder(windows_path)) return {Kind::web_content, LogType::none};
  return {is_text(first_bytes) ? Kind::text : Kind::other, LogType::none};
}

}  // namespace afterpatch::evidence
