// `afterpatch serve --demo`: a store with a made-up country, so that the console can be looked at without
// data.
#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace afterpatch::app {

struct Demo {
  std::string store;         // a SQLite file in a new temporary folder
  std::string folder;        // it, and the folder for uploads
  std::string notices;       // configuration to plan and preview notices with
  std::string password;      // of the accounts "viewer", "analyst", "operator" and "admin"
  std::string victim_token;  // of one case
};

// The simulated country that is embedded in the program (range/country/demo_country.cpp): organisations,
// servers, 45 days of scans, groups that come in waves, hunts, cases with notices and answers, taken in by
// the importers that real data goes through. Names end in ".example", addresses are of RFC 2544, 6598 and
// 5737. Nobody real is in it, though its regions bear the codes of real countries so that the map has
// something to show. Takes some seconds.
Result<Demo> make_demo(const std::filesystem::path& knowledge);

// Removes the folder.
void remove_demo(const Demo& demo);

}  // namespace afterpatch::app
