// What trouble makers write instead of an answer, once TLS stands.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "range/internet/population.h"

namespace afterpatch::range {

// `first`, then `repeated` until `limit` bytes in all were written; a `pause` before every piece.
struct Misbehaviour {
  std::string first;
  std::string repeated;
  std::uint64_t limit = 0;
  std::chrono::milliseconds pause{0};
  bool bytewise = false;  // one byte of `first` at a time
};

// nullopt: this host answers as answer_of() says.
std::optional<Misbehaviour> misbehaviour_of(const Host& host);

// What it writes before TLS could begin, or instead of it. nullopt: it does TLS.
std::optional<std::string> raw_greeting_of(const Host& host);

}  // namespace afterpatch::range
