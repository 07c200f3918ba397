#include "exposure/response_reader.h"

#include <array>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/text.h"

namespace afterpatch::exposure {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kBlock = 4096;

}  // namespace

struct ResponseReader::Parser {
  http::response_parser<http::buffer_body> beast;
  std::string pending;  // received, not yet taken by the parser
  std::string body;
  std::string error;
  std::size_t body_bytes = 0;
};

std::vector<std::string_view> HttpAnswer::values(std::string_view name) const {
  std::vector<std::string_view> found;
  for (const auto& [key, value] : headers) {
    if (key == name) found.push_back(value);
  }
  return found;
}

ResponseReader::ResponseReader(std::size_t body_bytes) : parser_(std::make_unique<Parser>()) {
  parser_->beast.header_limit(kMaxHeaderBytes);
  parser_->beast.body_limit(boost::none);  // a length that a server claims says nothing: we stop by ourselves
  parser_->beast.eager(true);
  parser_->body_bytes = body_bytes;
}

ResponseReader::~ResponseReader() = default;

bool ResponseReader::header_is_read() const {
  return parser_->beast.is_header_done();
}

ResponseReader::State ResponseReader::fail(const char* kind) {
  if (parser_->error.empty()) parser_->error = kind;
  return State::done;
}

ResponseReader::State ResponseReader::feed(std::string_view bytes) {
  parser_->pending += bytes;
  return parse();
}

// One turn of the parser fills at most one block of the body; `need_buffer` says that the block is full, and
// `need_more` that all bytes were looked at.
ResponseReader::State ResponseReader::parse() {
  std::array<char, kBlock> block{};
  while (!parser_->beast.is_done()) {
    auto& body = parser_->beast.get().body();
    body.data = block.data();
    body.size = block.size();
    boost::system::error_code error;
    const std::size_t taken =
        parser_->beast.put(boost::asio::buffer(parser_->pending.data(), parser_->pending.size()), error);
    parser_->pending.erase(0, taken);
    const std::size_t filled = block.size() - body.size;
    parser_->body.append(block.data(), std::min(filled, parser_->body_bytes - parser_->body.size()));
    if (parser_->body.size() >= parser_->body_bytes) return State::done;
    if (error == http::error::header_limit) return fail("header-too-large");
    if (error && error != http::error::need_more && error != http::error::need_buffer)
      return fail("http-malformed");
    if (parser_->pending.empty() || (taken == 0 && filled == 0)) break;
  }
  return parser_->beast.is_done() ? State::done : State::more;
}

void ResponseReader::end() {
  if (!parser_->beast.is_header_done()) {
    fail("closed");  // Beast takes an end before the first byte for a whole response
    return;
  }
  boost::system::error_code ignored;
  parser_->beast.put_eof(ignored);
}

HttpAnswer ResponseReader::take() {
  HttpAnswer answer;
  answer.error = std::move(parser_->error);
  answer.body = std::move(parser_->body);
  if (!parser_->beast.is_header_done()) return answer;
  answer.status = parser_->beast.get().result_int();
  for (const auto& field : parser_->beast.get()) {
    const auto name = field.name_string();
    const auto value = field.value();
    answer.headers.emplace_back(to_lower_ascii(std::string_view(name.data(), name.size())),
                                std::string(value.data(), value.size()));
  }
  return answer;
}

}  // namespace afterpatch::exposure
