// Short, exact sentences for people. Values may be hostile: what is shown is escaped by whoever shows it;
// here they are only kept short.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace afterpatch::assess {

// Longest text of an answer, in bytes (issue 2: six answers on a screen).
inline constexpr std::size_t kMaxAnswerBytes = 200;

// "1 request", "2 requests", "3 addresses" (count_of(3, "address", "addresses")).
std::string count_of(std::uint64_t count, std::string_view one, std::string_view many);
std::string count_of(std::uint64_t count, std::string_view one);

// At most `limit` bytes; the middle gives way to "…", since the end of a path says most. Never cuts a UTF-8
// sequence.
std::string shorten(std::string_view text, std::size_t limit);

// Sentences in order of weight: one that no longer fits is left out, so an answer is never cut inside a
// sentence.
class Sentences {
 public:
  // The first one is always taken, shortened if it must be.
  void add(std::string_view sentence);
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace afterpatch::assess
