// What is known of a value in a page without running the page: where it came from, and its text if that can
// be worked out.
#pragma once

#include <cstdint>
#include <string_view>

namespace afterpatch::detect::scripts {

enum Trait : std::uint16_t {
  kRequest = 1U << 0U,    // the visitor decides it, wholly or in part
  kConstant = 1U << 1U,   // `text` is its whole value
  kNumber = 1U << 2U,     // ... and is a decimal number
  kList = 1U << 3U,       // ... and is a list: kListEnd after each item, kKeyEnd after each key
  kEncoded = 1U << 4U,    // holds or was made of a long text that is not meant to be read
  kDecoded = 1U << 5U,    // went through a decoder
  kFetched = 1U << 6U,    // came over the network
  kUpload = 1U << 7U,     // an uploaded file, or its content or name
  kBuilt = 1U << 8U,      // put together by string operations that could not be followed
  kQuoted = 1U << 9U,     // went through something that makes it safe for a shell or as a name
  kHere = 1U << 10U,      // the folder or path of the page itself or of the web root
  kFolderOf = 1U << 11U,  // was cut down to a file's bare name
  kUnset = 1U << 13U,     // a variable of the page that the page never sets
  kPart = 1U << 12U,      // the visitor's part stands inside a larger text
};

// What flows from a value into what is made of it.
inline constexpr std::uint16_t kFlowing = kRequest | kEncoded | kDecoded | kFetched | kUpload | kBuilt |
                                          kQuoted | kHere | kFolderOf | kPart | kUnset;

// What is worth another walk when a function turns out to be given it or to give it. That nothing sets a
// variable says little, and less the further it goes.
inline constexpr std::uint16_t kWorthAnotherWalk = kFlowing & ~kUnset;

// What the page did not write itself.
inline constexpr std::uint16_t kOutside = kRequest | kUpload | kFetched | kUnset;

// PHP: the path of what an upload came with, as it came.
inline constexpr std::string_view kUploadPath = "$_files";

// PHP: a member of an object, under a name that is not known.
inline constexpr std::string_view kSomeMethod = "object.?";

inline constexpr char kListEnd = '\x1f';
inline constexpr char kKeyEnd = '\x1e';

struct Value {
  std::string_view text;     // of a constant
  std::string_view path;     // lower-case, dotted: what it is or how it was reached, e.g. "process.startinfo"
  std::string_view place;    // the path under which a member is set, whatever it holds
  std::uint64_t slot = 0;    // of the variable or member it was read from; 0 for none
  std::uint64_t owner = 0;   // of a member: the slot of what it is a member of
  std::uint32_t source = 0;  // where in the page the visitor's data came in
  std::uint16_t traits = 0;

  bool has(std::uint16_t trait) const { return (traits & trait) != 0; }
  bool constant() const { return has(kConstant); }
};

}  // namespace afterpatch::detect::scripts
