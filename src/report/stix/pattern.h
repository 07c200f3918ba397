// Comparisons in the STIX 2.1 patterning language (section 9 of the standard). Each is a whole pattern with
// the value quoted, so that nothing in it can end the quotes.
//
// Example:
//   url_path_pattern("/o'x.aspx");
//   // [network-traffic:extensions.'http-request-ext'.request_value = '/o\'x.aspx']
#pragma once

#include <string>
#include <string_view>

namespace afterpatch::report::stix {

std::string address_pattern(std::string_view address, bool is_v6);
std::string sha256_pattern(std::string_view hex);
// A file of that name in that folder on any drive. '%' and '_' in the folder match more than themselves,
// since LIKE knows no escape: never less than the folder.
std::string file_pattern(std::string_view name, std::string_view folder);
std::string url_path_pattern(std::string_view path);

}  // namespace afterpatch::report::stix
