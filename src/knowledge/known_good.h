// The web files that builds of a product shipped, by path below the install folder and by SHA-256.
//
// The install folder may lie anywhere, and a collected tree may begin in the middle of it. So a path is
// recognised by its tail: from a first folder that shipped paths begin with (for Exchange "\frontend\" and
// "\clientaccess\") on. Every build also ships folders named after itself ("\owa\auth\15.1.2176.9\"): in the
// table, and before every look-up, such a folder reads "version".
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace afterpatch::knowledge {

enum class KnownGoodAnswer { unknown_path, known_path_unknown_hash, known_file };

// "\owa\auth\15.1.2176.9\themes" to "\owa\auth\version\themes": folders of three or four numbers. ASCII lower
// case.
std::string fold_windows_path(std::string_view windows_path);

// Thread-safe once filled.
class KnownGoodFiles {
 public:
  // `path` as fold_windows_path gives it, with a leading '\'.
  void add(std::string path, std::string sha256);

  KnownGoodAnswer answer(std::string_view windows_path, std::string_view sha256) const;
  std::size_t size() const { return pairs_; }

 private:
  std::unordered_map<std::string, std::vector<std::string>> hashes_;  // path -> SHA-256
  std::vector<std::string> first_folders_;                            // "\frontend\"
  std::size_t pairs_ = 0;
};

}  // namespace afterpatch::knowledge
