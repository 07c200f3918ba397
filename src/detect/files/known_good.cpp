#include "detect/files/known_good.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "detect/files/file_places.h"
#include "detect/files/placement.h"
#include "knowledge/build.h"

namespace afterpatch::detect::files {
namespace {

using knowledge::KnownGoodAnswer;
using std::string_view_literals::operator""sv;

// Read by the server rather than sent to clients.
constexpr std::array kSettings = {".config"sv, ".master"sv, ".ascx"sv, ".browser"sv,
                                  ".skin"sv,   ".dll"sv,    ".xamlx"sv};

bool lies_in_version_folder(std::string_view windows_path) {
  const auto parts = split(folder_of(windows_path), '\\');
  return std::any_of(parts.begin(), parts.end(),
                     [](std::string_view part) { return knowledge::parse_build(part).has_value(); });
}

bool is_worth_listing(const knowledge::Product& product, std::string_view path, KnownGoodAnswer answer) {
  if (is_ordinary_web_file(path)) return false;
  if (has_extension(path, product.web_extensions)) return true;
  const std::string_view extension = extension_of(path);
  if (std::find(kSettings.begin(), kSettings.end(), extension) != kSettings.end()) return true;
  return answer == KnownGoodAnswer::unknown_path && !lies_in_version_folder(path);
}

}  // namespace

Comparison compare_with_known_good(const knowledge::Product& product, const evidence::Artefact& artefact,
                                   const std::string& sha256) {
  Comparison comparison;
  comparison.answer = product.known_good(artefact.windows_path, sha256);
  if (comparison.answer == KnownGoodAnswer::known_file) return comparison;
  if (product.web_folder(artefact.windows_path) == nullptr) return comparison;
  if (!is_worth_listing(product, artefact.windows_path, comparison.answer)) return comparison;
  WebFile file;
  file.source = artefact.source;
  file.artefact = artefact.path;
  file.windows_path = artefact.windows_path;
  file.url = product.url_of(artefact.windows_path);
  file.sha256 = sha256;
  file.size = artefact.size;
  file.modified = artefact.modified;
  file.known_path = comparison.answer == KnownGoodAnswer::known_path_unknown_hash;
  comparison.web_file = std::move(file);
  return comparison;
}

}  // namespace afterpatch::detect::files
