// Writes the country into a folder: what an agency would have, and the truth beside it (docs/range.md).
#pragma once

#include <filesystem>

#include "base/error.h"
#include "range/country/country.h"

namespace afterpatch::range {

// The folder is made if it is not there. About 700 bytes a server and day.
Result<void> write_country(const Country& country, const std::filesystem::path& folder);

// The statement of one hunt or outside sight as the store keeps it (docs/store.md), as JSON.
std::string hunt_statement(const Country& country, const HuntAnswer& hunt);

std::string constituency_csv(const Country& country);
std::string answers_csv(const Country& country);
std::string cases_jsonl(const Country& country);

}  // namespace afterpatch::range
