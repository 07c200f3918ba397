// Reads a CSIRT's list of organisations from CSV (RFC 4180, UTF-8, header row; docs/constituency.md has the
// columns). What a cell says is text and nothing else: a formula stays the characters that it is made of.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "constituency/domain_name.h"
#include "constituency/organisation.h"

namespace afterpatch::constituency {

inline constexpr std::size_t kMostValues = 4096;  // of one cell
inline constexpr std::size_t kLongestCell = 64U << 10U;

// Columns, in any order and case: name (needed); id aliases domains networks as sector country region
// language provider authority_for email web_form phone letter pgp contact learnt. A column that it does not
// know is an error, since a mistyped `netwroks` would silently leave everybody without networks.
//
// A value that can't be read is left out and said with line and column; a row without a name, with an id that
// was there before, or longer than the header is left out whole. Fails only on what is no table at all.
// `name` stands in errors and in the contacts' provenance. Never throws. Thread-safe.
Result<OrganisationList> read_organisations_csv(std::string_view text, const std::string& name,
                                                const PublicSuffixes& suffixes);

}  // namespace afterpatch::constituency
