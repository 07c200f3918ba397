// Whom to tell by law, in the guide's step about telling.
#pragma once

#include <string_view>
#include <vector>

#include "assess/server_report.h"
#include "knowledge/country.h"

namespace afterpatch::assess {

// Id of the guide's step that a country's duties belong to (knowledge/products/<id>/guide.yaml).
inline constexpr std::string_view kTellStep = "tell";

// Adds the duties to the steps with that id, in the order of the country's file; one point a duty.
void add_legal_note(std::vector<Action>& actions, const knowledge::Country& country);
// The same for every server and campaign of a hunt.
void add_legal_note(HuntReport& hunt, const knowledge::Country& country);

}  // namespace afterpatch::assess
