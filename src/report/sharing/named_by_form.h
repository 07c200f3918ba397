// Names that are told by their form alone, wherever they stand in a text.
#pragma once

#include <cstddef>
#include <string_view>

namespace afterpatch::report {

// What stands at one place of a text; `length` is 0 when nothing does.
struct NameByForm {
  std::size_t length = 0;
  std::string_view pseudonym;
};

// A name that begins exactly at `at`, which must be the start of a word: an e-mail address
// ("victim-mailbox"), a SID of a domain or machine (S-1-5-21-..., "victim-sid"), or an IP address of an
// inside network ("victim-address"). Looks at most 320 bytes ahead (the longest e-mail address, RFC 3696
// erratum 1690).
NameByForm name_by_form(std::string_view text, std::size_t at);

// Letters, digits and what ties them together in names: '.', '-', '_'.
bool is_name_byte(char c);

bool is_ip(std::string_view text);  // IPv4 or IPv6, without port or brackets

// An IP address of an inside network (assess/network_address.h), which says where a victim's machines are.
// Loopback and unspecified addresses say nothing, and stand in user agents as numbers of versions.
bool is_inside_ip(std::string_view text);

}  // namespace afterpatch::report
