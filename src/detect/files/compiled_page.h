// What ASP.NET compiled pages into: "App_Web_<random>.dll" in "Temporary ASP.NET Files". It stays when the
// page is deleted, and its metadata still says which pages it was made of and what these call. One library
// may hold all pages of a folder.
//
// Format: ECMA-335 (6th edition) II.24 and II.25: PE data directory 14 leads to the CLI header, that to the
// metadata root, whose #Strings heap has the names of types and methods and #US the texts of the code. Only
// these two heaps are read; no offset is trusted. ASP.NET's code generator writes each page's path into it as
// a text ("~/aspnet_client/x.aspx": AppRelativeVirtualPath).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/files/claim.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

inline constexpr std::uint64_t kMaxCompiledPageBytes = 8ULL << 20U;

bool is_compiled_page(std::string_view windows_path);

struct CompiledPage {
  std::vector<std::string> pages;  // "~/x.aspx", each once, in the order of the library
  bool evaluates = false;          // JScript's eval
  bool starts_process = false;     // System.Diagnostics.Process.Start
  bool loads_code = false;         // System.Reflection.Assembly.Load
};
// Empty for what is no .NET library. At most 256 pages. Linear time.
CompiledPage read_compiled_page(std::string_view bytes, const std::vector<std::string>& web_extensions);

// One claim for each page that no build ships, and one for a library that evaluates code that it is given,
// whatever its pages are called. Thread-safe.
std::vector<Claim> judge_compiled_page(const knowledge::Product& product, std::string_view windows_path,
                                       std::string_view bytes);

}  // namespace afterpatch::detect::files
