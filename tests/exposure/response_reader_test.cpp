#include "exposure/response_reader.h"

#include <gtest/gtest.h>

namespace afterpatch::exposure {
namespace {

using State = ResponseReader::State;

struct Outcome {
  State state = State::more;
  HttpAnswer answer;
};

// The bytes in pieces of `step`, then the end of the connection.
Outcome read(std::string_view bytes, std::size_t step = 1 << 20, std::size_t body_bytes = 1000) {
  ResponseReader reader(body_bytes);
  Outcome outcome;
  for (; !bytes.empty() && outcome.state == State::more; bytes.remove_prefix(std::min(step, bytes.size())))
    outcome.state = reader.feed(bytes.substr(0, step));
  if (outcome.state == State::more) reader.end();
  outcome.answer = reader.take();
  return outcome;
}

TEST(ResponseReader, ReadsTheSameInAnyPieces) {
  const std::string bytes =
      "HTTP/1.1 302 Found\r\nServer: IIS\r\nX-OWA-Version: 15.1.2176.2\r\nSet-Cookie: a\r\nSet-Cookie: "
      "b\r\nContent-Length: 5\r\n\r\nhello";
  for (const std::size_t step : {1U, 2U, 3U, 7U, 50U, 1000U}) {
    const Outcome outcome = read(bytes, step);
    EXPECT_EQ(outcome.state, State::done);
    EXPECT_EQ(outcome.answer.status, 302U);
    EXPECT_EQ(outcome.answer.body, "hello");
    EXPECT_EQ(outcome.answer.values("x-owa-version"), (std::vector<std::string_view>{"15.1.2176.2"}));
    EXPECT_EQ(outcome.answer.values("set-cookie").size(), 2U);
    EXPECT_TRUE(outcome.answer.error.empty());
  }
}

TEST(ResponseReader, JoinsChunks) {
  const Outcome outcome =
      read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n", 1);
  EXPECT_EQ(outcome.state, State::done);
  EXPECT_EQ(outcome.answer.body, "abcdefg");
}

TEST(ResponseReader, ReadsABodyUntilTheEnd) {
  const Outcome outcome = read("HTTP/1.1 200 OK\r\n\r\nall of it", 4);
  EXPECT_EQ(outcome.answer.body, "all of it");
  EXPECT_TRUE(outcome.answer.error.empty());
}

TEST(ResponseReader, StopsAtItsBoundWhateverTheLengthClaims) {
  for (const char* length : {"Content-Length: 99999999999\r\n", "", "Transfer-Encoding: chunked\r\n"}) {
    std::string bytes = std::string("HTTP/1.1 200 OK\r\n") + length + "\r\n";
    if (length[0] == 'T') bytes += "ffffff\r\n";
    const Outcome outcome = read(bytes + std::string(100'000, 'x'), 4096);
    EXPECT_EQ(outcome.state, State::done) << length;
    EXPECT_EQ(outcome.answer.body.size(), 1000U);
    EXPECT_EQ(outcome.answer.status, 200U);
  }
}

TEST(ResponseReader, StopsEndlessHeaders) {
  std::string bytes = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 5000; ++i) bytes += "X-Filler-" + std::to_string(i) + ": y\r\n";
  const Outcome outcome = read(bytes, 1000);
  EXPECT_EQ(outcome.state, State::done);
  EXPECT_EQ(outcome.answer.error, "header-too-large");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'y')).answer.error, "header-too-large");
}

TEST(ResponseReader, CallsWhatIsNoHttpMalformed) {
  for (const std::string bytes :
       {"<html>HTTP/0.9</html>\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n", "HTTP/1.1 200 OK\r\nbad header line\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    const Outcome outcome = read(bytes);
    EXPECT_EQ(outcome.answer.error, "http-malformed") << bytes;
  }
}

TEST(ResponseReader, KeepsHeadersOfABrokenBody) {
  const Outcome outcome =
      read("HTTP/1.1 200 OK\r\nX-OWA-Version: 15.1.2176.2\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
  EXPECT_EQ(outcome.answer.status, 200U);
  EXPECT_EQ(outcome.answer.values("x-owa-version").size(), 1U);
}

TEST(ResponseReader, SaysWhenTheServerClosedBeforeItsHeader) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nServer:").answer.error, "closed");
  EXPECT_EQ(read("").answer.error, "closed");
}

TEST(ResponseReader, DoesNotUnpack) {
  const Outcome outcome =
      read("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x01");
  EXPECT_EQ(outcome.answer.body, "\x1f\x8b\x08\x01");
}

TEST(ResponseReader, TakesNulsInBodiesAsBytes) {
  using namespace std::string_literals;
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na\0b"s).answer.body, "a\0b"s);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"s).answer.error, "http-malformed");
}

}  // namespace
}  // namespace afterpatch::exposure
