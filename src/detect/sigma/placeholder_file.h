// The values of a site for rules with `expand`: a YAML map from name to one value or a list of values.
//
// Example:
//   DomainControllers: [DC01, DC02]     # what %DomainControllers% stands for
//   Workstations: WS-*                  # wildcards as in a rule
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "detect/sigma/modifiers.h"

namespace afterpatch::detect::sigma {

// Fails with file and line when the file can't be read, is no such map, or says nothing.
Result<Placeholders> load_placeholders(const std::filesystem::path& file);

// The same for text in memory; `file` stands in messages.
Result<Placeholders> parse_placeholders(std::string_view text, const std::string& file);

}  // namespace afterpatch::detect::sigma
