// Compares a web file with what the product's builds shipped, and says whether it is worth listing.
#pragma once

#include <optional>
#include <string>

#include "detect/findings.h"
#include "evidence/artefact.h"
#include "knowledge/product.h"

namespace afterpatch::detect::files {

struct Comparison {
  knowledge::KnownGoodAnswer answer = knowledge::KnownGoodAnswer::unknown_path;
  std::optional<WebFile> web_file;  // set when the file is not known good and worth listing
};

// `sha256` may be empty when the file was too large to hash: the path alone is then compared.
//
// Listed is what a server would run, or read as settings, and any other file of a name that no build shipped.
// Left out, because a server with a build after April 2021 has thousands of them: static files (style sheets,
// pictures, client scripts, ...) that carry a shipped name or lie in a folder named by a version
// ("\owa\auth\15.1.2507.6\..."), files of a plain IIS, and resource files per language. Thread-safe.
Comparison compare_with_known_good(const knowledge::Product& product, const evidence::Artefact& artefact,
                                   const std::string& sha256);

}  // namespace afterpatch::detect::files
