// Questions about Windows paths as evidence::Artefact has them: lower case, '\' between parts, a leading '\'.
// Pure; no disk is touched.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::detect::files {

std::string_view file_name(std::string_view windows_path);  // "\a\b.aspx" -> "b.aspx"
std::string_view folder_of(std::string_view windows_path);  // "\a\b.aspx" -> "\a"; "" for a file at the top
std::string_view extension_of(std::string_view windows_path);  // ".aspx"; "" if none

// Whether the file lies in `folder` ("\inetpub\wwwroot") itself or below it.
bool lies_below(std::string_view windows_path, std::string_view folder);
// Whether the file lies in `folder` itself.
bool lies_directly_in(std::string_view windows_path, std::string_view folder);
// Whether `folder` ("\frontend\httpproxy") stands somewhere in the path, as whole parts.
bool passes_through(std::string_view windows_path, std::string_view folder);

bool has_extension(std::string_view windows_path, const std::vector<std::string>& extensions);

// A script's extension that something was put behind, so that no server runs it any more: "x.aspx.txt",
// "x.aspx_", "x.aspx.vir".
bool is_put_aside_script(std::string_view windows_path, const std::vector<std::string>& script_extensions);

// Folders that Windows and its installers fill with hundreds of thousands of files of their own (winsxs,
// assembly, servicing, installer, driverstore, softwaredistribution).
bool is_component_store(std::string_view windows_path);
// Folders that Windows and programs fill: component stores, \windows (but for its temp folders), \program
// files.
bool is_system_place(std::string_view windows_path);
// Folders where intruders put tools and loot in the campaigns of 2021, and where little else lies
// (research: Test-ProxyLogon, Microsoft and Volexity 2021-03-02, signature-base).
bool is_odd_place(std::string_view windows_path);

// "/owa/auth/x.aspx" and a folder served under "/owa" -> "\auth\x.aspx"; nullopt when the folder does not
// serve it.
std::optional<std::string> below_url(std::string_view url, std::string_view folder_url);

}  // namespace afterpatch::detect::files
