// Targets, parameters, cookies, offsets, forwarded chains and names of files: everything that is read of a
// request before anybody knows who sent it. What is accepted must keep its promises.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "web/cookie.h"
#include "web/forwarded.h"
#include "web/request_reader.h"
#include "web/router.h"
#include "web/secret.h"
#include "web/target.h"
#include "web/upload_folder.h"

namespace {

using namespace afterpatch;
using namespace afterpatch::web;

void must(bool holds) {
  if (!holds) std::abort();
}

void check_target(std::string_view bytes) {
  auto target = parse_target(bytes);
  if (!target) return;
  must(target->parameters.size() <= kMaxParameters);
  for (const std::string& segment : target->segments) {
    must(!segment.empty() && segment != "." && segment != ".." && is_utf8(segment));
    must(segment.find('\0') == std::string::npos && segment.find('\n') == std::string::npos);
  }
  find_route(all_routes(), Method::get, *target);
  Request request;
  request.target = std::move(*target);
  ParameterReader parameters(request);
  const std::uint64_t limit = parameters.count("limit", 1, 500, 100);
  must(limit >= 1 && limit <= 500);
  must(parameters.text("search").size() <= 200);
  parameters.flag("present");
  if (parameters.refused()) must(parameters.refusal().status == 400);
}

void check_name(std::string_view bytes) {
  const std::string name = safe_name(bytes);
  must(!name.empty() && name.size() <= 100 && name.front() != '.' && name.front() != '-');
  must(name.find('/') == std::string::npos && name.find('\0') == std::string::npos);
}

void check_headers(std::string_view bytes) {
  const std::string text(bytes);
  if (const auto value = cookie_value(text, "afterpatch_session"))
    must(value->find(';') == std::string::npos);
  if (const auto count = parse_count(text)) must(std::to_string(*count).size() <= 18);
  if (looks_like_token(text)) must(text.size() == kTokenCharacters);
  Settings settings;
  settings.trusted_proxies = {"192.0.2.1"};
  must(!origin_of({{"X-Forwarded-For", text}}, "192.0.2.1", false, settings).address.empty());
}

void check_body(std::string_view bytes) {
  Request request;
  request.body = bytes;
  request.headers = {{"Content-Type", "application/json"}};
  BodyReader body(request);
  must(body.text("name", 100, true).size() <= 100);
  body.texts("ids", 10, 10);
  body.count("bytes", 1, 1000, 1);
  if (body.refused()) must(body.refusal().status == 400);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_target(bytes);
  check_name(bytes);
  check_headers(bytes);
  check_body(bytes);
  return 0;
}
