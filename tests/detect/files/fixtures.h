// Inert stand-ins for web shells, stored as base64 so that no antivirus trips over a checkout. None can run:
// the language that their pages name does not exist, and the script element calls a function that does not
// exist.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/file.h"
#include "evidence/artefact.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files::fixtures {

inline std::string from_base64(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) continue;
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) out.push_back(static_cast<char>((bits >> static_cast<unsigned>(count -= 8)) & 0xFFU));
  }
  return out;
}

inline constexpr std::string_view kScriptElement =
    "PHNjcmlwdCBsYW5ndWFnZT0iSlNjcmlwdCIgcnVuYXQ9InNlcnZlciI+ZnVuY3Rpb24gUGFnZV9Mb2FkKCl7aW5lcnRfZXZh"
    "bChSZXF1ZXN0WyJwIl0sInVuc2FmZSIpO308L3NjcmlwdD4=";
inline constexpr std::string_view kEvaluatingPage =
    "PCVAIFBhZ2UgTGFuZ3VhZ2U9Ik5vU3VjaExhbmd1YWdlIiAlPgo8cD5ub3RlczwvcD4KPCUgZXZhbCAoIFJlcXVlc3RbInAi"
    "XSAsICJ1bnNhZmUiICkgJT4K";
inline constexpr std::string_view kCommandPage =
    "PCVAIFBhZ2UgTGFuZ3VhZ2U9Ik5vU3VjaExhbmd1YWdlIiAlPgo8c2NyaXB0IHJ1bmF0PSJzZXJ2ZXIiPgpQcm9jZXNzU3Rh"
    "cnRJbmZvIGluZm8gPSBub3RoaW5nOyBpbmZvLkZpbGVOYW1lID0gImNtZC5leGUiOyBpbmZvLkFyZ3VtZW50cyA9ICIvYyAi"
    "ICsgUmVxdWVzdC5Gb3JtWyJjIl07ClByb2Nlc3MuU3RhcnQoaW5mbyk7Cjwvc2NyaXB0Pgo=";
inline constexpr std::string_view kAssemblyPage =
    "PCVAIFdlYkhhbmRsZXIgTGFuZ3VhZ2U9Ik5vU3VjaExhbmd1YWdlIiBDbGFzcz0iWCIgJT4KdmFyIGJ5dGVzID0gQ29udmVy"
    "dC5Gcm9tQmFzZTY0U3RyaW5nKGNvbnRleHQuUmVxdWVzdFsiZCJdKTsgQXNzZW1ibHkuTG9hZChieXRlcykuQ3JlYXRlSW5z"
    "dGFuY2UoIksiKTsK";
inline constexpr std::string_view kFileWritingPage =
    "PCVAIFBhZ2UgTGFuZ3VhZ2U9Ik5vU3VjaExhbmd1YWdlIiAlPgo8JSBGaWxlLldyaXRlQWxsVGV4dChTZXJ2ZXIuTWFwUGF0"
    "aChSZXF1ZXN0WyJmIl0pLCBSZXF1ZXN0WyJ0Il0pOyAlPgo=";
inline constexpr std::string_view kSavingPage =
    "PCVAIFBhZ2UgTGFuZ3VhZ2U9Ik5vU3VjaExhbmd1YWdlIiAlPgo8JSBSZXF1ZXN0LkZpbGVzWzBdLlNhdmVBcyhQYXRoLkNv"
    "bWJpbmUocm9vdCwgUmVxdWVzdFsiZiJdKSk7ICU+Cg==";

// What Get-OabVirtualDirectory prints, with a value of our choice for the address that the flaw lets an
// attacker set.
inline std::string virtual_directory_dump(std::string_view external_url) {
  return "\r\nName                            : OAB (Default Web Site)\r\n"
         "PollInterval                    : 480\r\n"
         "OfflineAddressBooks             : \r\n"
         "RequireSSL                      : True\r\n"
         "MetabasePath                    : IIS://mail.example/W3SVC/1/ROOT/OAB\r\n"
         "ExtendedProtectionTokenChecking : None\r\n"
         "AdminDisplayVersion             : Version 15.1 (Build 2176.2)\r\n"
         "Server                          : MAIL\r\n"
         "InternalUrl                     : https://mail.example/OAB\r\n"
         "InternalAuthenticationMethods   : WindowsIntegrated\r\n"
         "ExternalUrl                     : " +
         std::string(external_url) +
         "\r\n"
         "ExternalAuthenticationMethods   : WindowsIntegrated\r\n";
}

inline std::string dump_with_script() {
  return virtual_directory_dump("http://f/" + from_base64(kScriptElement));
}

inline std::string to_utf16le(std::string_view ascii) {
  std::string wide = "\xff\xfe";
  for (const char c : ascii) wide.append({c, '\0'});
  return wide;
}

// The product as shipped with the program.
inline const knowledge::Product& exchange() {
  static const auto product =
      knowledge::Product::load(std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge/products/exchange")
          .value();
  return *product;
}

// A folder of its own for one test, removed with it.
class TestFolder {
 public:
  TestFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "afterpatch_files_XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view content) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

 private:
  std::filesystem::path path_;
};

// A file of evidence as the inventory would describe it.
inline evidence::Artefact artefact(const TestFolder& folder, const std::string& path,
                                   std::string_view content) {
  evidence::Artefact made;
  made.path = path;
  made.file = folder.write(path, content);
  made.windows_path = evidence::to_windows_path(path);
  made.kind = evidence::recognise(content.substr(0, 64 * 1024), made.windows_path).kind;
  made.size = content.size();
  made.modified = parse_time("2021-03-03T06:50:00Z");
  return made;
}

}  // namespace afterpatch::detect::files::fixtures
