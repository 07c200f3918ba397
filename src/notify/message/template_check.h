// Finds at load what Mustache would silently leave empty: a misspelt key, a section that is not closed, a tag
// that we do not use. A notice with a hole in it must never go out.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "base/error.h"

namespace afterpatch::notify {

// Which keys may stand where. A list's keys hold inside it, and so do those around it.
struct TemplateKeys {
  std::set<std::string, std::less<>> values;
  std::set<std::string, std::less<>> flags;  // sections that are shown or not
  std::map<std::string, TemplateKeys, std::less<>> lists;
};

// The keys that the template uses. Fails with "<name>:<line>" on a key that `keys` does not have in that
// place, on a section that is not closed or crosses another, and on partials, comments, other delimiters and
// unescaped tags.
Result<std::set<std::string>> check_template(std::string_view text, const std::string& name,
                                             const TemplateKeys& keys);

}  // namespace afterpatch::notify
