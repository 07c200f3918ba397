// Literals without which a string of a YARA rule can't match. One search for the literals of all rules is
// many times faster than libyara's for their strings, and tells for most rules that they can't match here.
//
// - "text": its rarest window; with `wide` a NUL behind each byte; with `wide ascii` one of two.
// - { hex }: the rarest windows of its runs of whole bytes outside of choices, wildcards and jumps.
// - /regex/: the same over runs of plain characters outside of groups, classes and what may be absent; none
//   when there is a choice at its outermost level.
// - `xor`: one of 256, for each key. `base64`: one of three, as it may stand in a group of three bytes; none
// for an
//   alphabet of its own.
// None where nothing of kMinLiteral bytes is left.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "detect/files/yara_text.h"

namespace afterpatch::detect::files {

inline constexpr std::size_t kMinLiteral = 4;
inline constexpr std::size_t kMaxLiteral = 20;

inline constexpr std::size_t kMaxLiteralsOfRuns = 3;

// Ways in which the string can match. In each file in which it matches, all literals of one of them stand,
// ignoring ASCII case. Empty: no such claim. Pure; linear time.
std::vector<std::vector<std::string>> necessary_literals(const YaraStringText& string);

// The bytes that are a match wherever they stand; nullopt when a match asks for more ("fullword"), or is not
// one text. Pure; linear time.
std::optional<std::string> sure_text(const YaraStringText& string);

// How many bytes a match, and what libyara looks at around it, can lie before or behind the end of any
// literal of it. Nullopt when there is no limit, or when that is too far to be of use. Pure; linear time.
std::optional<std::uint32_t> reach_of(const YaraStringText& string);

}  // namespace afterpatch::detect::files
