// What the register itself knows of whom else to tell about an organisation: who oversees its sector, who
// hosts the server, the national CSIRT. Pure.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "constituency/organisation.h"

namespace afterpatch::constituency {

// Whether the authority for `overseen` ("nace:Q") is responsible for `sector` ("nace:Q", "nace:86.10",
// "naics:622110"): its own code, or one below it: digits by prefix, and NACE divisions by their section (NACE
// Rev. 2: Q holds divisions 86 to 88).
bool oversees(const std::string& overseen, const std::string& sector);

// Contacts by mail and web form of
// - organisations that are authority for its sector, in its country or with none (rung sector_authority),
// - `hoster`, an organisation's id, if it is not empty: as the channel `provider`, then its own (rung
// network),
// - organisations that have one of `as_numbers`, by which its servers are announced (rung autonomous_system),
// - organisations that are authority for kAllSectors in its country (rung national_csirt).
// Letters and numbers of these stay on the rung post_and_phone.
std::vector<Contact> contacts_of_others(const Organisation& organisation, const std::string& hoster,
                                        const std::vector<Organisation>& all,
                                        const std::set<std::uint32_t>& as_numbers = {});

}  // namespace afterpatch::constituency
