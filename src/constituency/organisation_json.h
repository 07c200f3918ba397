// Organisations as JSON: a list by hand, and the form in which a store keeps each (docs/constituency.md).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "constituency/domain_name.h"
#include "constituency/organisation.h"

namespace afterpatch::constituency {

// One object on one line; keys always in the same order, what is empty left out.
// read_organisation(to_json(o)) == o for every organisation that a list gave.
std::string to_json(const Organisation& organisation);

// What to_json() wrote. Fails on anything that is not an organisation; `where` stands in the error.
Result<Organisation> read_organisation(std::string_view json, const PublicSuffixes& suffixes,
                                       const std::string& where);

// A list: an array, an object with the key `organisations`, or one object a line. Values and rows that can't
// be read are left out as in CSV; keys that it does not know are faults too. Depth at most 16. Never throws.
// Thread-safe.
Result<OrganisationList> read_organisations_json(std::string_view text, const std::string& name,
                                                 const PublicSuffixes& suffixes);

}  // namespace afterpatch::constituency
