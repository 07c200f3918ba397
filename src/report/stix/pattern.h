// Comparisons in the STIX 2.1 patterning language (section 9 of the standard). Each is a whole pattern with
// the value quoted, so that nothing in it can end the quotes. Names and paths are compared whatever their
// case, as Windows does, by a regular expression (PCRE) in which nothing of the value has a meaning of its
// own.
//
// Example:
//   url_path_pattern("/x.aspx");
//   // [network-traffic:extensions.'http-request-ext'.request_value MATCHES '(?i)^/x\\.aspx$']
#pragma once

#include <string>
#include <string_view>

namespace afterpatch::report::stix {

std::string address_pattern(std::string_view address, bool is_v6);
std::string sha256_pattern(std::string_view hex);
// A file of that name in that folder on any drive.
std::string file_pattern(std::string_view name, std::string_view folder);
std::string url_path_pattern(std::string_view path);

}  // namespace afterpatch::report::stix
