// Undoes VBScript.Encode and JScript.Encode: "#@~^", length and checksum in base64, and text in which each
// character was replaced by one of three tables in a fixed order of 64. It hides code from readers, not from
// anyone who knows the tables, which Microsoft's Script Encoder (screnc.exe) has used unchanged since 1999.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace afterpatch::detect::scripts {

inline constexpr std::string_view kEncodedScriptMark = "#@~^";

struct DecodedScript {
  std::string text;
  std::size_t length = 0;  // of the encoded block, with its marks
};

// The block that `encoded` starts with; nullopt if it is none. A length or checksum that is wrong does not
// matter: what can be decoded is.
std::optional<DecodedScript> decode_script(std::string_view encoded);

}  // namespace afterpatch::detect::scripts
