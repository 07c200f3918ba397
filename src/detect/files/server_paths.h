// Paths as Windows settings write them ("%windir%\System32\x.dll", "C:/inetpub/wwwroot/"), made comparable.
#pragma once

#include <string>
#include <string_view>

namespace afterpatch::detect::files {

// Lower case, '\' between parts, a leading '\', no drive, no quotes, no slash at the end; the variables that
// mean one folder on every server are replaced. "" for what is no path on a disk (a UNC path keeps its "\\").
std::string settings_path(std::string_view written);

// Places from which neither Windows nor a set-up program runs or serves anything: temp folders, Users\Public,
// the root of ProgramData, the recycle bin, ... (file_places.h), a user's own temp folder, and names that
// Windows reserves for devices, which Explorer can't open ("\programdata\com1\x": Exchange servers, August
// 2021).
bool is_hiding_place(std::string_view settings_path);

}  // namespace afterpatch::detect::files
