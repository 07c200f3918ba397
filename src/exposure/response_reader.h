// Reads one HTTP/1.1 response from a server that may be hostile: header of at most 16 KiB, body of at most
// what is asked for, no decompression, nothing beyond what was read is waited for. Boost.Beast's parser does
// the work, byte by byte as they arrive; nothing here touches the network.
//
// Example:
//   ResponseReader reader(16384);
//   while (reader.feed(bytes) == ResponseReader::State::more) bytes = receive();
//   HttpAnswer answer = reader.take();
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace afterpatch::exposure {

inline constexpr std::size_t kMaxHeaderBytes = 16384;

// What a server answered, as far as it was read.
struct HttpAnswer {
  unsigned status = 0;                                       // 0: no sound header was read
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in order
  std::string body;                                          // its beginning
  std::string error;  // "" or a kind of error: "http-malformed", "header-too-large", "closed"

  // All values of a header. `name` in lower case.
  std::vector<std::string_view> values(std::string_view name) const;
};

// Not thread-safe.
class ResponseReader {
 public:
  enum class State { more, done };

  explicit ResponseReader(std::size_t body_bytes);
  ~ResponseReader();
  ResponseReader(const ResponseReader&) = delete;
  ResponseReader& operator=(const ResponseReader&) = delete;

  // Done when the response is whole, the body's bound is reached, or it can't be read. Never throws.
  State feed(std::string_view bytes);
  // The server closed: a body without a length ends so.
  void end();
  bool header_is_read() const;
  // What was read so far. REQUIRES: called once.
  HttpAnswer take();

 private:
  struct Parser;
  State parse();
  State fail(const char* kind);

  std::unique_ptr<Parser> parser_;
};

}  // namespace afterpatch::exposure
