// Holds a bundle against the rules of STIX 2.1 (OASIS Standard, 10 June 2021) that the objects we write must
// obey: required members, identifiers, times and their order, ranges, references that lead somewhere and to
// the right type, relationships that the standard knows, fixed TLP markings, connected observations, and the
// grammar of patterns. Independent of the code under test; the OASIS JSON schemas are asked as well when they
// are at hand (stix_test.cpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace afterpatch::report {

// One line a violation, beginning with the object's identifier. Empty: none.
std::vector<std::string> stix_violations(const boost::json::value& bundle);

// Whether the text is a comparison expression (section 9.3) of the kinds that we write: [ path op 'text' (AND
// path op 'text')* ], op being = or MATCHES.
bool is_stix_pattern(std::string_view text);

}  // namespace afterpatch::report
