// A blocking HTTPS client for tests: takes any server and says how far it got.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace afterpatch::range {

enum class Reached { nothing, connection, tls, bytes };

struct Fetched {
  Reached reached = Reached::nothing;
  bool was_reset = false;
  bool timed_out = false;
  std::string tls_version;
  std::string certificate;         // DER
  std::vector<std::string> names;  // alternative DNS names, NUL and all
  std::string text;                // of the answer, at most `most` bytes
};

struct Question {
  std::string address;
  std::uint16_t port = 0;
  std::string path = "/owa/";
  std::string name;        // for SNI and Host; empty: the address
  int timeout_ms = 15000;  // for one step; a loaded machine is slow, a silent server is asked with less
  std::size_t most = 100'000;
  bool old_tls = false;  // TLS 1.0 only
};

Fetched fetch(const Question& question);

// The value of a header in an answer's text; empty if it has none.
std::string header_of(const std::string& text, const std::string& name);

}  // namespace afterpatch::range
