// Updates that the server's Application log or its registry show as installed. They tell when it was patched
// also where the web logs of those days are gone.
//
// Windows Installer writes (source MsiInstaller): 1036 "installed an update", with product, version and the
// update's name "Security Update for Exchange Server 2016 Cumulative Update 19 (KB5000871)"; 1033, 1035 and
// 1042 beside it (Microsoft, "Event Logging" of Windows Installer).
//
// The registry lists the same names under Uninstall and keys of the product (detect::InstalledProgram), each
// with the day in local time, and the key's own time. That time is believed where it fits the day; a key that
// was changed later leaves only the day. Superseded updates are taken off the list, so one that is missing
// proves nothing. The list names cumulative updates too: they are told where no security update of theirs is,
// and without fourth number, since the list does not show that there was none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "detect/findings.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

enum class UpdateRecord { event_log, registry };

struct InstalledUpdate {
  Timestamp time;     // `day_only`: the end of that day
  std::string kb;     // "KB5000871"; empty for a cumulative update
  std::string build;  // that it brings: "15.1.2176.9"; of a cumulative update "15.1.2176"
  UpdateRecord record = UpdateRecord::event_log;
  bool day_only = false;
};

// By time, each build once: an event before the registry, then the earliest. Only those whose build the
// tables know and whose installation did not fail.
std::vector<InstalledUpdate> installed_updates(const detect::Findings& findings,
                                               const knowledge::Product& product);

// What one such event's text says; nullopt if it names no update of the product, leaves open of which
// cumulative update, or tells of a failure (Windows Installer's codes 1601 to 1654).
std::optional<InstalledUpdate> read_update(std::string_view text, Timestamp time,
                                           const knowledge::Product& product);

// The same for one entry of the registry; nullopt also when nothing tells its time.
std::optional<InstalledUpdate> read_registered(const detect::InstalledProgram& program,
                                               const knowledge::Product& product);

}  // namespace afterpatch::assess
