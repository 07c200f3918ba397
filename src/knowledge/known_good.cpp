#include "knowledge/known_good.h"

#include <algorithm>

#include "base/text.h"

namespace afterpatch::knowledge {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_version(std::string_view folder) {
  const auto numbers = split(folder, '.');
  return (numbers.size() == 3 || numbers.size() == 4) && std::ranges::all_of(numbers, is_number);
}

}  // namespace

std::string fold_windows_path(std::string_view windows_path) {
  std::string folded;
  folded.reserve(windows_path.size());
  const auto parts = split(windows_path, '\\');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) folded.push_back('\\');
    const bool is_folder = i + 1 < parts.size();
    folded += is_folder && is_version(parts[i]) ? std::string("version") : to_lower_ascii(parts[i]);
  }
  return folded;
}

void KnownGoodFiles::add(std::string path, std::string sha256) {
  const std::string first = path.substr(0, path.find('\\', 1) + 1);
  if (std::ranges::find(first_folders_, first) == first_folders_.end()) first_folders_.push_back(first);
  hashes_[std::move(path)].push_back(std::move(sha256));
  ++pairs_;
}

KnownGoodAnswer KnownGoodFiles::answer(std::string_view windows_path, std::string_view sha256) const {
  const std::string folded = fold_windows_path(windows_path);
  KnownGoodAnswer best = KnownGoodAnswer::unknown_path;
  for (const std::string& first : first_folders_) {
    for (std::size_t at = folded.find(first); at != std::string::npos; at = folded.find(first, at + 1)) {
      const auto found = hashes_.find(folded.substr(at));
      if (found == hashes_.end()) continue;
      const bool same = std::ranges::any_of(
          found->second, [&](const std::string& known) { return equals_ignoring_case(known, sha256); });
      if (same) return KnownGoodAnswer::known_file;
      best = KnownGoodAnswer::known_path_unknown_hash;
    }
  }
  return best;
}

}  // namespace afterpatch::knowledge
