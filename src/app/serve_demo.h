// `afterpatch serve --demo`: a small made-up store, so that the console can be looked at without data.
#pragma once

#include <string>

#include "base/error.h"

namespace afterpatch::app {

struct Demo {
  std::string store;         // a SQLite file in a new temporary folder
  std::string folder;        // it, and the folder for uploads
  std::string password;      // of the accounts "viewer", "analyst", "operator" and "admin"
  std::string victim_token;  // of one case
};

// Organisations, servers, twenty days of scans, hunts, cases and notices. Names end in ".example", addresses
// are of TEST-NET-1 to 3 (RFC 5737). Nobody real is in it.
Result<Demo> make_demo();

// Removes the folder.
void remove_demo(const Demo& demo);

}  // namespace afterpatch::app
