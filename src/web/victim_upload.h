// Files that a victim sends: announced, sent in pieces from where the last one ended, hunted.
#pragma once

#include <cstddef>

namespace afterpatch::web {

// Of one PATCH. Pieces are held in memory until they are on disk, so twenty uploads at once take at most
// 160 MiB.
inline constexpr std::size_t kLargestPiece = 8U << 20U;

}  // namespace afterpatch::web
