// Values of Windows events in the bytes of the file format: little endian, texts as UTF-16.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

#include "base/time.h"
#include "range/evtx_event.h"

namespace afterpatch::range {

template <std::unsigned_integral Number>
void append_little_endian(std::string& out, Number value) {
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8U * i)));
}

template <std::unsigned_integral Number>
void store_little_endian(std::string& out, std::size_t at, Number value) {
  for (std::size_t i = 0; i < sizeof(Number); ++i)
    out[at + i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8U * i));
}

// 100 ns since 1601-01-01 ([MS-DTYP] 2.3.3).
std::uint64_t to_filetime(Timestamp time);

// UTF-16 little endian without an end mark. Ill-formed UTF-8 becomes U+FFFD.
void append_utf16(std::string& out, std::string_view utf8);

// The 16 bytes of a GUID, with or without braces. False when it is none.
bool append_guid(std::string& out, std::string_view text);

// Appends `text` as a value of `type`. Texts get an end mark, as manifest providers write them. False when
// `text` can't be read as that type; what was appended is then worthless.
bool append_value(std::string& out, EvtxType type, std::string_view text);

}  // namespace afterpatch::range
