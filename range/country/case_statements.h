// The lives of the country's cases as a store would have been told them (docs/store.md, Statements): what was
// planned, approved and sent, what came back, and what victims said. For looking at; `make demo-response`
// lives through the same with real mail.
#pragma once

#include <string>

#include "range/country/country.h"

namespace afterpatch::range {

// JSON lines, one statement each, case by case. Cases are held back by a lot of up to a day. A case that
// nobody wrote to has a planned notice, every other time an approved one. What is clean was searched before.
std::string case_statements(const Country& country);

}  // namespace afterpatch::range
