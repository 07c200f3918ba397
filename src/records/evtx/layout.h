// Sizes, signatures and codes of the Windows XML event log format. Source of all of them: libyal's "Windows
// XML Event Log (EVTX) format" (libevtx, documentation/), and Microsoft's [MS-EVEN6] 2.2.12 for BinXml.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace afterpatch::records::evtx {

inline constexpr std::string_view kFileMagic{"ElfFile\0", 8};
inline constexpr std::string_view kChunkMagic{"ElfChnk\0", 8};
inline constexpr std::string_view kRecordMagic{"**\0\0", 4};

inline constexpr std::size_t kFileHeaderBytes = 4096;
inline constexpr std::size_t kChunkBytes = 65536;
inline constexpr std::size_t kChunkHeaderBytes = 512;
inline constexpr std::size_t kRecordHeaderBytes = 24;
// Header, at least a fragment header's four bytes, and the copy of the size.
inline constexpr std::size_t kMinRecordBytes = kRecordHeaderBytes + 4 + 4;

// In a chunk's header: CRC-32 of the records, flags, CRC-32 of the header but for the eight bytes from the
// flags on. 0 stands for none.
inline constexpr std::size_t kChunkRecordsChecksumAt = 52;
inline constexpr std::size_t kChunkFlagsAt = 120;
inline constexpr std::size_t kChunkHeaderChecksumAt = 124;

// Flags of the file header and of chunk headers.
inline constexpr std::uint32_t kFlagDirty = 1;
inline constexpr std::uint32_t kFlagFull = 2;
inline constexpr std::uint32_t kFlagNoChecksums = 4;

// BinXml tokens; kMoreData is or-ed to those that have more of their kind behind them.
enum class Token : std::uint8_t {
  end_of_stream = 0x00,
  open_start_element = 0x01,
  close_start_element = 0x02,
  close_empty_element = 0x03,
  end_element = 0x04,
  value = 0x05,
  attribute = 0x06,
  cdata = 0x07,
  char_reference = 0x08,
  entity_reference = 0x09,
  instruction_target = 0x0a,
  instruction_data = 0x0b,
  template_instance = 0x0c,
  normal_substitution = 0x0d,
  optional_substitution = 0x0e,
  fragment_header = 0x0f,
};
inline constexpr std::uint8_t kMoreData = 0x40;

enum class ValueType : std::uint8_t {
  null = 0x00,
  string = 0x01,       // UTF-16
  ansi_string = 0x02,  // in the code page of the machine
  int8 = 0x03,
  uint8 = 0x04,
  int16 = 0x05,
  uint16 = 0x06,
  int32 = 0x07,
  uint32 = 0x08,
  int64 = 0x09,
  uint64 = 0x0a,
  float32 = 0x0b,
  float64 = 0x0c,
  boolean = 0x0d,
  binary = 0x0e,
  guid = 0x0f,
  size = 0x10,  // size_t: 4 or 8 bytes
  filetime = 0x11,
  systemtime = 0x12,
  sid = 0x13,
  hex32 = 0x14,
  hex64 = 0x15,
  handle = 0x20,
  binxml = 0x21,
  xml = 0x23,
};
inline constexpr std::uint8_t kArray = 0x80;  // or-ed to the type of the items

// Before a template's BinXml: offset of the next template (4), GUID (16), size of the BinXml (4).
inline constexpr std::size_t kTemplateHeaderBytes = 24;
inline constexpr std::size_t kTemplateGuidAt = 4;
inline constexpr std::size_t kTemplateSizeAt = 20;

// Bounds on what a hostile file may ask for, so that a chunk costs no more than a few times its bytes. Real
// events stay far below each: in the 25 sample files the longest name has 46 characters, the largest shape
// 1,147 steps, the longest array 27 items, and no slot is used twice.
inline constexpr std::size_t kMaxNameCharacters = 256;
inline constexpr std::size_t kMaxSteps = 8192;    // of one shape
inline constexpr std::size_t kMaxUsesOfSlot = 4;  // in one shape
inline constexpr std::size_t kMaxElementDepth = 64;
inline constexpr std::size_t kMaxNestedDepth = 16;       // BinXml values inside BinXml values
inline constexpr std::size_t kMaxInstances = 256;        // of one record
inline constexpr std::size_t kMaxSubstitutions = 4096;   // of one instance
inline constexpr std::size_t kMaxArrayItems = 1024;      // of one value; the rest is left out
inline constexpr std::size_t kMaxLeafBytes = 1U << 20U;  // of a text put together from many parts
// Definitions of one chunk that may be compiled, in bytes: those of Windows never overlap.
inline constexpr std::size_t kMaxTemplateBytes = 2 * kChunkBytes;

}  // namespace afterpatch::records::evtx
