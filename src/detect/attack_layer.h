// Which ATT&CK techniques a set of rules is about, as a layer for MITRE's ATT&CK Navigator.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "detect/sigma/rule_set.h"

namespace afterpatch::detect {

// JSON of layer format 4.5 (github.com/mitre-attack/attack-navigator, layers/LAYERFORMATv4_5.md). A
// technique's score is the number of rules and correlations tagged with it; its comment names them. Equal
// rules give equal bytes.
std::string attack_layer(std::span<const sigma::RuleSet* const> sets, std::string_view name);

}  // namespace afterpatch::detect
