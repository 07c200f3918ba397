// The names that matter in each language: where a visitor's data comes in, and what can be done with it.
// Sources are the languages' own references (php.net function reference, learn.microsoft.com for ASP, .NET
// and Windows Script Host, docs.oracle.com for Java SE and the Servlet specification).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "detect/scripts/act.h"
#include "detect/scripts/language.h"

namespace afterpatch::detect::scripts {

inline constexpr std::int8_t kReceiver = -2;  // the object whose method is called

struct Word {
  std::string_view name;   // last part of the path
  std::string_view owner;  // a part that must stand before it; "" for a bare function; "*" for any or none
  Act act = Act::run_code;
  std::uint8_t languages = 0xff;
  std::int8_t path = -1;     // argument that names the file; -1: none, any argument counts
  std::int8_t content = -1;  // argument that is written
  bool assigned = false;     // a member that is set, not a function that is called
};

constexpr std::uint8_t mask(Language language) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(language));
}

// The last part of a dotted path.
inline std::string_view last_part(std::string_view path) {
  std::size_t start = path.size();
  while (start > 0 && path[start - 1] != '.') --start;
  return path.substr(start);
}
// Whether `part` is one of the dotted parts before the last.
bool owned_by(std::string_view path, std::string_view part);

// All words, of all languages.
std::span<const Word> vocabulary();

// What calling (or, with `assigned`, setting) the path does.
const Word* find_word(std::string_view path, Language language, bool assigned);

// Whether the path names the request itself: "request", "httpcontext.current.request", "req".
bool names_request(std::string_view path, Language language);
// Whether member `name` of the request is decided by the visitor.
bool is_request_member(std::string_view name, Language language);
// Whether member `name` of something other than the request gives a visitor's data: an upload's name, a text
// box.
bool is_visitor_member(std::string_view path, Language language);
// PHP's superglobals. `_SERVER` counts only with a key that a client sends.
bool is_superglobal(std::string_view name);
bool is_sent_server_key(std::string_view key);

// Functions whose result says something about a value without carrying it: lengths, tests, digests, numbers.
bool gives_no_text(std::string_view name);
// Functions that make a value safe: escapeshellarg, realpath and the like.
bool quotes(std::string_view name);
bool cuts_to_name(std::string_view name);  // basename, GetFileName
// Functions that read over the network, and those that hand a page's own place.
bool fetches(std::string_view name);
bool tells_own_place(std::string_view name);
// Methods that keep what they are given in their object: append, write, add.
bool keeps(std::string_view name);
// Functions and keywords that take the name of a function to call.
bool calls_back(std::string_view name);
std::span<const std::string_view> callback_names();
// Which of them take the function first; the others take it behind the data.
bool takes_function_first(std::string_view name);

}  // namespace afterpatch::detect::scripts
