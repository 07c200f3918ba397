// Walks a folder. Links are not walked: one that stays inside the source leads to what is found under its own
// path anyway, and one that leaves it is not the evidence that the user named. So a walk never goes in
// circles.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "evidence/problem_list.h"

namespace afterpatch::evidence {

struct FoundFile {
  std::string path;  // below the root, '/' between parts
  std::filesystem::path file;
};

// Calls `found` for each regular file, in the order of their names in each folder; it returns false to stop.
// Folders that can't be read, special files, links that lead out or nowhere, and names that may deceive the
// eye become problems.
void walk_tree(const std::filesystem::path& root, ProblemList& problems,
               const std::function<bool(FoundFile&&)>& found);

}  // namespace afterpatch::evidence
