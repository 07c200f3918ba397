// The key=value text inside some Exchange columns (GenericInfo of HttpProxy, EventData of the ECP logs):
//   S:TIME=13;S:SID=…;'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://…''';I32:ADR.C[x]=1
// Entries are split by ';'. A type letter (S: Dbl: I32: F: Dt:) may stand before the key. An entry whose
// value contains special characters stands whole in single quotes, inner ' doubled. (Seen in real lines; see
// docs/formats.md.)
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::records {

struct KeyValue {
  std::string_view key;    // without the type letter; keys are compared ignoring case
  std::string_view value;  // unescaped
};

// All entries, in order; at most 4096. Unescaped values live in `scratch`. An unclosed quote gives what is
// there.
void parse_key_values(std::string_view text, std::vector<KeyValue>& out, std::deque<std::string>& scratch);

// First entry with this key.
std::optional<std::string> find_value(std::string_view text, std::string_view key);

}  // namespace afterpatch::records
