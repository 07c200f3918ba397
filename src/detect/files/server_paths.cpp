#include "detect/files/server_paths.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "detect/files/file_places.h"

namespace afterpatch::detect::files {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kVariables = {{
    {"%windir%", "\\windows"},
    {"%systemroot%", "\\windows"},
    {"%systemdrive%", ""},
    {"%programfiles%", "\\program files"},
    {"%programfiles(x86)%", "\\program files (x86)"},
    {"%commonprogramfiles%", "\\program files\\common files"},
    {"%programdata%", "\\programdata"},
    {"%allusersprofile%", "\\programdata"},
    {"%public%", "\\users\\public"},
    {"%exchangeinstallpath%", "\\program files\\microsoft\\exchange server\\v15"},
}};

bool is_reserved_name(std::string_view part) {
  constexpr std::array kNames = {"con"sv, "prn"sv, "aux"sv, "nul"sv};
  if (std::find(kNames.begin(), kNames.end(), part) != kNames.end()) return true;
  const bool port = part.starts_with("com") || part.starts_with("lpt");
  return port && part.size() == 4 && part[3] >= '1' && part[3] <= '9';
}

}  // namespace

std::string settings_path(std::string_view written) {
  std::string path = to_lower_ascii(trim(written));
  std::erase(path, '"');
  std::replace(path.begin(), path.end(), '/', '\\');
  for (const auto& [variable, folder] : kVariables) {
    if (!path.starts_with(variable)) continue;
    const std::string_view rest = std::string_view(path).substr(variable.size());
    path = std::string(folder) + (rest.empty() || rest.starts_with('\\') ? "" : "\\") + std::string(rest);
  }
  if (path.size() > 1 && path[1] == ':') path.erase(0, 2);
  while (path.size() > 1 && path.ends_with('\\')) path.pop_back();
  return path.starts_with('\\') ? path : std::string();
}

bool is_hiding_place(std::string_view path) {
  if (lies_below(path, "\\inetpub\\wwwroot")) return false;  // odd for loot, not for what is served
  const std::string inside = std::string(path) + "\\x";      // the folder itself counts as well
  if (is_odd_place(path) || is_odd_place(inside)) return !lies_below(inside, "\\inetpub\\wwwroot");
  if (passes_through(path, "\\appdata\\local\\temp")) return true;
  const auto parts = split(path, '\\');
  return std::any_of(parts.begin(), parts.end(), is_reserved_name);
}

}  // namespace afterpatch::detect::files
