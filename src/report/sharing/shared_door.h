// A back door as it may be told to others: its place on any Exchange server, not its place in the evidence.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "report/sharing/shared_findings.h"
#include "report/sharing/victim_names.h"

namespace afterpatch::report {

// The folder part of a path below an evidence source, from the last folder on that stands at the top of every
// Windows drive, with '\': "case 17/C/inetpub/wwwroot/x.aspx" gives "inetpub\wwwroot". Empty if there is none
// such: what stands before could be a customer's name. Profiles of users are none such.
std::string standard_folder_of(std::string_view path);

// The part behind the last '/' or '\'.
std::string_view file_name_of(std::string_view path);

// Adds to `left_out` what had to be left out since it holds a victim's name.
SharedDoor shared_door(const assess::Door& door, const VictimNames& names, Share share,
                       std::uint64_t& left_out);

}  // namespace afterpatch::report
