// When the files beside a web file were changed. A set-up program writes a folder at once; what came later
// than its neighbours was put there by somebody else.
#pragma once

#include <vector>

#include "detect/findings.h"
#include "evidence/artefact.h"

namespace afterpatch::detect {

// Fills WebFile::neighbours_modified. Files of the same source and folder are neighbours, the file itself is
// not; left empty where they are fewer than five, or came at different times.
void note_neighbours(const evidence::Inventory& inventory, std::vector<WebFile>& web_files);

}  // namespace afterpatch::detect
