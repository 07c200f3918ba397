// Security updates that the server's Application log shows as installed. They tell when it was patched also
// where the web logs of those days are gone.
//
// Windows Installer writes (source MsiInstaller): 1036 "installed an update", with product, version and the
// update's name "Security Update for Exchange Server 2016 Cumulative Update 19 (KB5000871)"; 1033, 1035 and
// 1042 beside it (Microsoft, "Event Logging" of Windows Installer).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "detect/findings.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

struct InstalledUpdate {
  Timestamp time;
  std::string kb;     // "KB5000871"
  std::string build;  // that it brings: "15.1.2176.9"
};

// By time. Only those whose build the tables know and whose installation did not fail.
std::vector<InstalledUpdate> installed_updates(const detect::Findings& findings,
                                               const knowledge::Product& product);

// What one such event's text says; nullopt if it names no update of the product, leaves open of which
// cumulative update, or tells of a failure (Windows Installer's codes 1601 to 1654).
std::optional<InstalledUpdate> read_update(std::string_view text, Timestamp time,
                                           const knowledge::Product& product);

}  // namespace afterpatch::assess
