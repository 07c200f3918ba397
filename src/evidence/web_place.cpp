#include "evidence/web_place.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace afterpatch::evidence {
namespace {

// Handlers and build providers of ASP.NET's machine-wide web.config and of classic ASP's default mapping
// (.asp .asa .cer .cdx).
constexpr std::array<std::string_view, 23> kScriptExtensions = {
    ".aspx", ".ashx",   ".asmx",   ".ascx", ".asax", ".asp",   ".cer",   ".cdx",
    ".asa",  ".cshtml", ".vbhtml", ".svc",  ".rem",  ".soap",  ".xamlx", ".master",
    ".skin", ".php",    ".jsp",    ".jspx", ".cfm",  ".shtml", ".axd"};

constexpr std::array<std::string_view, 9> kWebExtensions = {
    ".browser", ".sitemap", ".config", ".js", ".css", ".htm", ".html", ".compiled", ".xslt"};

// Exchange serves its front end from FrontEnd\HttpProxy and its back end from ClientAccess.
constexpr std::array<std::string_view, 4> kWebFolders = {"\\inetpub\\wwwroot\\", "\\frontend\\httpproxy\\",
                                                         "\\clientaccess\\", "\\temporary asp.net files\\"};

template <std::size_t N>
bool ends_with_one_of(std::string_view path, const std::array<std::string_view, N>& endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](auto ending) { return ends_with_ignoring_case(path, ending); });
}

}  // namespace

bool has_script_extension(std::string_view windows_path) {
  return ends_with_one_of(windows_path, kScriptExtensions);
}

bool has_web_extension(std::string_view windows_path) {
  return has_script_extension(windows_path) || ends_with_one_of(windows_path, kWebExtensions);
}

bool is_in_web_folder(std::string_view windows_path) {
  return std::any_of(kWebFolders.begin(), kWebFolders.end(),
                     [&](auto folder) { return contains_ignoring_case(windows_path, folder); });
}

}  // namespace afterpatch::evidence
