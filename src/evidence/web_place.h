// What a web server would serve or run, told by name and place.
#pragma once

#include <string_view>

namespace afterpatch::evidence {

// Files that IIS or ASP.NET runs or compiles (.aspx, .ashx, ...), or that scripts on other servers do (.php,
// .jsp): web content whatever their first bytes say, since attackers put a web shell into a mailbox export or
// a certificate file.
bool has_script_extension(std::string_view windows_path);

// Other files of a web site: .js, .config, .htm, ...
bool has_web_extension(std::string_view windows_path);

// Below a folder that a web server serves from, or where ASP.NET keeps what it compiled.
bool is_in_web_folder(std::string_view windows_path);

}  // namespace afterpatch::evidence
