// A typed value of an event, as bytes in its chunk, and its text as Windows writes it in an event's XML.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace afterpatch::records::evtx {

// A view: the chunk must outlive it.
struct Value {
  std::uint8_t type = 0;  // ValueType, perhaps with kArray
  std::string_view bytes;

  bool is_null() const { return type == 0; }
};

// How many texts a value gives: 1, or the number of items of an array (an empty array gives one empty text).
// Bounded by kMaxArrayItems.
std::size_t count_texts(const Value& value);

// Appends the text of item `item` as UTF-8:
// - strings up to their first NUL; lone surrogates become U+FFFD; ANSI strings as Windows-1252;
// - numbers in decimal, hex32/hex64/size as "0x1f"; booleans "true"/"false"; reals in their shortest form;
// - GUID "{E8109B99-3A2C-4961-AA83-D1A7A148ADA8}", SID "S-1-5-18", binary as upper-case hex digits;
// - FILETIME and SYSTEMTIME in UTC, "2021-03-03T06:49:46.2101234Z" and "2021-03-03T06:49:46.210Z"; a FILETIME
//   from 2^63 on, which Windows takes for no time, as "0xffffffffffffffff".
// What is too short for its type gives the hex digits of what is there. Null and nested BinXml give nothing.
void append_text(const Value& value, std::size_t item, std::string& out);
std::string to_text(const Value& value);  // the first item

// UTF-16LE to UTF-8, up to the first NUL. ASCII is quick.
void append_utf16(std::string_view utf16, std::string& out);

// A number, for the types that are one; 0 for everything else. For EventID and the like.
std::uint64_t to_number(const Value& value);

}  // namespace afterpatch::records::evtx
