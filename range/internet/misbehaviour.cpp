#include "range/internet/misbehaviour.h"

#include <zlib.h>

#include <string_view>

#include <fmt/format.h>

#include "range/random.h"

namespace afterpatch::range {
namespace {

constexpr std::uint64_t kEndlessBytes = 64U << 20U;  // so that a careless client ends some day
constexpr std::size_t kBombBytes = 100U << 20U;

std::string compress_zeros() {
  std::string out;
  z_stream stream{};
  constexpr int kGzip = 15 + 16;  // zlib.h: largest window, gzip header
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 9, Z_DEFAULT_STRATEGY) != Z_OK) return out;
  std::string zeros(1U << 20U, '\0');
  std::string piece(1U << 16U, '\0');
  for (std::size_t done = 0; done < kBombBytes; done += zeros.size()) {
    stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
    stream.avail_in = static_cast<uInt>(zeros.size());
    const int flush = done + zeros.size() < kBombBytes ? Z_NO_FLUSH : Z_FINISH;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream.avail_out = static_cast<uInt>(piece.size());
      deflate(&stream, flush);
      out.append(piece, 0, piece.size() - stream.avail_out);
    } while (stream.avail_out == 0);
  }
  deflateEnd(&stream);
  return out;
}

const std::string& bomb() {
  static const std::string bytes = compress_zeros();
  return bytes;
}

Misbehaviour slow_answer() {
  Misbehaviour slow;
  slow.first = "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\nContent-Length: 60\r\n\r\n" +
               std::string(60, '.');
  slow.limit = slow.first.size();
  slow.pause = std::chrono::seconds(1);
  slow.bytewise = true;
  return slow;
}

Misbehaviour endless(std::string first, std::string repeated) {
  Misbehaviour endless;
  endless.first = std::move(first);
  endless.repeated = std::move(repeated);
  endless.limit = kEndlessBytes;
  return endless;
}

Misbehaviour once(std::string first) {
  Misbehaviour once;
  once.limit = first.size();
  once.first = std::move(first);
  return once;
}

std::string many_headers() {
  std::string block;
  for (int i = 0; i < 64; ++i) block += fmt::format("X-Filler-{}: {}\r\n", i, std::string(180, 'h'));
  return block;
}

}  // namespace

std::optional<Misbehaviour> misbehaviour_of(const Host& host) {
  switch (host.trouble) {
    case Trouble::closes:
      return once("");
    case Trouble::slow_answer:
      return slow_answer();
    case Trouble::huge_body:
      return endless("HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/html\r\n\r\n",
                     std::string(16384, 'b'));
    case Trouble::endless_headers:
      return endless("HTTP/1.1 200 OK\r\n", many_headers());
    case Trouble::gzip_bomb:
      return once(
          fmt::format("HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Encoding: gzip\r\nContent-Type: "
                      "text/html\r\nContent-Length: {}\r\n\r\n{}",
                      bomb().size(), bomb()));
    case Trouble::http_0_9:
      return once("<html><body>It is 1991.</body></html>\n");
    default:
      return std::nullopt;
  }
}

std::optional<std::string> raw_greeting_of(const Host& host) {
  switch (host.trouble) {
    case Trouble::garbage: {
      Random random(host.flavour);
      std::string bytes(512, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random.below(256));
      return bytes;
    }
    case Trouble::plain_http:
      return "HTTP/1.1 400 Bad Request\r\nServer: nginx/1.18.0\r\nContent-Type: text/html\r\nContent-Length: "
             "63\r\nConnection: close\r\n\r\n<html><title>400 Plain HTTP request "
             "expected</title></html>\r\n\r\n";
    case Trouble::too_old: {
      using namespace std::string_view_literals;
      return std::string("\x15\x03\x00\x00\x02\x02\x28"sv);  // SSL 3.0 alert record: fatal, handshake_failure
    }
    default:
      return std::nullopt;
  }
}

}  // namespace afterpatch::range
