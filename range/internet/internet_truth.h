// What every host of the range really is, day by day, written beside it. One JSON object a line and host;
// fields: docs/range.md, The internet range. Statuses are decided here by the range's own table and code, not
// by the product's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "range/internet/population.h"

namespace afterpatch::range {

// "unpatched", "patched" or "unsupported": of the lowest build behind the address, for the worst of the four
// flaws of March 2021. Empty for hosts that are not self-hosted, or away.
std::string_view true_exposure(const Host& host, const HostState& state);

// The same for CVE-2021-26855 alone: Exchange 2010 never had it ("not-affected").
std::string_view true_status(const Host& host, const HostState& state);

// What the benign requests of a scan can know at most: also "build-ambiguous" (only the cumulative update
// shows, and it got a fix later) and "unknown" (no build shows).
std::string_view visible_exposure(const Host& host, const HostState& state);

// One line, for days 0 to days - 1.
std::string truth_line(const Population& population, const Host& host, int days);

Result<void> write_truth(const Population& population, int days, const std::filesystem::path& file);

}  // namespace afterpatch::range
