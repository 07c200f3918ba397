// What contacts do with letters and calls. They react by the victim's page, or by telling whoever called.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::range {

// `told`: JSON lines of what went out: {"time","case","organisation","channel"}, channel "letter" or "phone".
// `contacts`: answers.csv of the country. Appends what was done until `until` to `actions` as statements
// (docs/store.md); the same again gives the same statements with the same keys, so a store keeps them once.
// Returns how many contacts did something.
Result<std::size_t> react_to_letters_and_calls(const std::filesystem::path& told,
                                               const std::filesystem::path& contacts, Timestamp until,
                                               const std::filesystem::path& actions);

}  // namespace afterpatch::range
