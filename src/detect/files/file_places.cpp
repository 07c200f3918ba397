#include "detect/files/file_places.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace afterpatch::detect::files {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kComponentStores = {
    "\\windows\\winsxs"sv,
    "\\windows\\assembly"sv,
    "\\windows\\servicing"sv,
    "\\windows\\installer"sv,
    "\\windows\\softwaredistribution"sv,
    "\\windows\\system32\\driverstore"sv,
    "\\windows\\microsoft.net\\assembly"sv,
    "\\programdata\\package cache"sv,
};

constexpr std::array kSystemPlaces = {"\\windows"sv, "\\program files"sv, "\\program files (x86)"sv};

constexpr std::array kOddPlaces = {
    "\\windows\\temp"sv,
    "\\users\\public"sv,
    "\\programdata\\pst"sv,
    "\\programdata\\vsperfmon"sv,
    "\\perflogs"sv,
    "\\inetpub\\wwwroot"sv,
    "\\root"sv,
    "\\temp"sv,
    "\\programdata\\com"sv,
    "\\programdata\\zing"sv,
    "\\programdata\\zoo"sv,
    "\\programdata\\who"sv,
    "\\programdata\\xyz"sv,
    "\\$recycle.bin"sv,
};

template <std::size_t N>
bool lies_below_any(std::string_view path, const std::array<std::string_view, N>& folders) {
  return std::any_of(folders.begin(), folders.end(),
                     [&](std::string_view folder) { return lies_below(path, folder); });
}

}  // namespace

std::string_view file_name(std::string_view windows_path) {
  const auto slash = windows_path.find_last_of('\\');
  return slash == std::string_view::npos ? windows_path : windows_path.substr(slash + 1);
}

std::string_view folder_of(std::string_view windows_path) {
  const auto slash = windows_path.find_last_of('\\');
  return slash == std::string_view::npos ? std::string_view() : windows_path.substr(0, slash);
}

std::string_view extension_of(std::string_view windows_path) {
  const std::string_view name = file_name(windows_path);
  const auto dot = name.find_last_of('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

bool lies_below(std::string_view windows_path, std::string_view folder) {
  return windows_path.size() > folder.size() && windows_path.starts_with(folder) &&
         windows_path[folder.size()] == '\\';
}

bool lies_directly_in(std::string_view windows_path, std::string_view folder) {
  return folder_of(windows_path) == folder;
}

bool passes_through(std::string_view windows_path, std::string_view folder) {
  for (auto at = windows_path.find(folder); at != std::string_view::npos;
       at = windows_path.find(folder, at + 1)) {
    const std::size_t end = at + folder.size();
    if (end < windows_path.size() && windows_path[end] == '\\') return true;
  }
  return false;
}

bool has_extension(std::string_view windows_path, const std::vector<std::string>& extensions) {
  const std::string extension = to_lower_ascii(extension_of(windows_path));
  return !extension.empty() && std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

bool is_put_aside_script(std::string_view windows_path, const std::vector<std::string>& script_extensions) {
  const std::string name = to_lower_ascii(file_name(windows_path));
  if (has_extension(name, script_extensions)) return false;
  return std::any_of(script_extensions.begin(), script_extensions.end(), [&](const std::string& extension) {
    const auto at = name.rfind(extension);
    if (at == std::string::npos || at == 0) return false;
    const std::size_t end = at + extension.size();
    return end < name.size() &&
           (name[end] == '.' || name[end] == '_' || name[end] == '-' || name[end] == '~');
  });
}

bool is_component_store(std::string_view windows_path) {
  return lies_below_any(windows_path, kComponentStores);
}

bool is_odd_place(std::string_view windows_path) {
  return lies_directly_in(windows_path, "\\programdata") || lies_below_any(windows_path, kOddPlaces);
}

bool is_system_place(std::string_view windows_path) {
  return is_component_store(windows_path) ||
         (lies_below_any(windows_path, kSystemPlaces) && !is_odd_place(windows_path));
}

std::optional<std::string> below_url(std::string_view url, std::string_view folder_url) {
  while (folder_url.ends_with('/')) folder_url.remove_suffix(1);
  if (!starts_with_ignoring_case(url, folder_url)) return std::nullopt;
  const std::string_view rest = url.substr(folder_url.size());
  if (!rest.starts_with('/')) return std::nullopt;
  std::string below = to_lower_ascii(rest);
  std::replace(below.begin(), below.end(), '/', '\\');
  return below;
}

}  // namespace afterpatch::detect::files
