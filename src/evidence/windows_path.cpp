#include "evidence/windows_path.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"

namespace afterpatch::evidence {
namespace {

// Folders at the top of a Windows system drive or an Exchange server's data drive. "windows.old" (a system
// before an in-place upgrade) stands for itself: its programs are not the ones that run.
constexpr std::array<std::string_view, 11> kTopFolders = {
    "windows",  "program files", "program files (x86)", "inetpub",
    "users",    "programdata",   "windows.old",         "perflogs",
    "recovery", "exchsrvr",      "exchange server"};

// Those that a path of the analyst's own machine does not hold by chance.
constexpr std::array<std::string_view, 5> kTellingFolders = {"inetpub", "program files",
                                                             "program files (x86)", "programdata", "windows"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& folders, std::string_view part) {
  return std::any_of(folders.begin(), folders.end(),
                     [&](auto folder) { return equals_ignoring_case(folder, part); });
}

// "C:", "C%3A" (Velociraptor escapes the colon), "[root]" (images mounted by FTK and others).
bool is_drive(std::string_view part) {
  const bool has_letter = !part.empty() && to_lower_ascii(part[0]) >= 'a' && to_lower_ascii(part[0]) <= 'z';
  const std::string_view behind = part.empty() ? part : part.substr(1);
  return (has_letter && (behind == ":" || equals_ignoring_case(behind, "%3a"))) ||
         equals_ignoring_case(part, "[root]");
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find_first_of("/\\", at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (!part.empty() && part != ".") parts.push_back(part);
    at = end + 1;
  }
  return parts;
}

std::string join(const std::vector<std::string_view>& parts, std::size_t from) {
  std::string path;
  for (std::size_t i = from; i < parts.size(); ++i) {
    path += '\\';
    path += to_lower_ascii(parts[i]);
  }
  return path.empty() ? "\\" : path;
}

// A drive says for sure that the path starts behind it. Else the first known top folder does; else nothing is
// cut.
std::size_t start_of_windows_path(const std::vector<std::string_view>& parts) {
  for (std::size_t i = parts.size(); i > 0; --i) {
    if (is_drive(parts[i - 1])) return i;
  }
  const auto top =
      std::find_if(parts.begin(), parts.end(), [](auto part) { return is_one_of(kTopFolders, part); });
  return top == parts.end() ? 0 : static_cast<std::size_t>(top - parts.begin());
}

bool shows_its_place(const std::vector<std::string_view>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [](auto part) { return is_drive(part) || is_one_of(kTopFolders, part); });
}

}  // namespace

std::string to_windows_path(std::string_view path_below_source) {
  const auto parts = parts_of(path_below_source);
  return join(parts, start_of_windows_path(parts));
}

std::string to_windows_path(std::string_view source_path, std::string_view path_below_source) {
  const auto below = parts_of(path_below_source);
  auto parts = parts_of(source_path);
  const auto top =
      std::find_if(parts.begin(), parts.end(), [](auto part) { return is_one_of(kTellingFolders, part); });
  if (shows_its_place(below) || top == parts.end()) return to_windows_path(path_below_source);
  parts.erase(parts.begin(), top);
  parts.insert(parts.end(), below.begin(), below.end());
  return join(parts, 0);
}

}  // namespace afterpatch::evidence
