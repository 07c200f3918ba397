#include "detect/sigma/rule.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace afterpatch::detect::sigma {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// T and four digits, then perhaps a dot and three digits (ATT&CK's numbering).
bool is_technique(std::string_view id) {
  if (id.size() != 5 && id.size() != 9) return false;
  const bool has_number = id[0] == 'T' && std::ranges::all_of(id.substr(1, 4), is_digit);
  return has_number && (id.size() == 5 || (id[5] == '.' && std::ranges::all_of(id.substr(6), is_digit)));
}

}  // namespace

const std::string& Rule::identity() const {
  if (!id.empty()) return id;
  return name.empty() ? title : name;
}

std::vector<std::string> Rule::techniques() const {
  return techniques_of(tags);
}

std::vector<std::string> techniques_of(const std::vector<std::string>& tags) {
  constexpr std::string_view kNamespace = "attack.";
  std::vector<std::string> ids;
  for (const std::string& tag : tags) {
    if (!starts_with_ignoring_case(tag, kNamespace)) continue;
    std::string technique = tag.substr(kNamespace.size());
    if (!technique.empty()) technique[0] = technique[0] == 't' ? 'T' : technique[0];
    if (is_technique(technique)) ids.push_back(std::move(technique));
  }
  return ids;
}

}  // namespace afterpatch::detect::sigma
