// What a daily scan sees of the country: one sighting a server and day, and what all sightings of a server
// together tell.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "range/country/country.h"
#include "range/random.h"

namespace afterpatch::range {

struct Sighting {
  Timestamp time{};
  bool reached = false;
  bool answered = false;  // one probe in a hundred is reached and says nothing
  std::string build;      // as shown; empty if none is
  std::string exposure;
  std::string confidence;
};
Sighting sight(const Country& country, std::size_t server, int day);

struct SeenServer {
  std::optional<Timestamp> first_seen, first_open;
  std::optional<Timestamp> first_patched;  // after the last time it was seen open
  std::string last_exposure;               // of the last answer
};
std::vector<SeenServer> look_back(const Country& country);  // by server, over all days

// One line of docs/scan-format.md, without its end.
std::string scan_line(const Country& country, std::size_t server, int day);

// DIR/scan-day-00.jsonl and so on: docs/scan-format.md.
Result<void> write_scan_days(const Country& country, const std::filesystem::path& folder);

}  // namespace afterpatch::range
