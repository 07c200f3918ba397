// Names and pages of MITRE ATT&CK techniques (Enterprise, v16; attack.mitre.org), for formats that ask for
// more than the id. Only those that our own rules are tagged with; the name of any other is its id.
#pragma once

#include <string>
#include <string_view>

namespace afterpatch::report {

// "T1190", "T1505.003": a T and four digits, then perhaps a dot and three. Tags of rules from elsewhere may
// hold anything.
bool is_technique_id(std::string_view id);

std::string technique_name(std::string_view id);  // "Server Software Component: Web Shell"
std::string technique_url(std::string_view id);   // "https://attack.mitre.org/techniques/T1505/003"

}  // namespace afterpatch::report
