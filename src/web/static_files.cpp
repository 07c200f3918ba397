#include "web/static_files.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "web/problem.h"

namespace afterpatch::web {
namespace {

constexpr const char* kWithout =
    "<!doctype html><html lang=\"en\"><meta "
    "charset=\"utf-8\"><title>Afterpatch</title><body><h1>Afterpatch</h1>"
    "<p>This program was built without its console. The API is there, under <code>/api/v1</code>. "
    "To have the console, install node and npm, run <code>make build</code> again, and start that "
    "program.</p>";

const StaticFile* file_of(std::span<const StaticFile> files, std::string_view path) {
  const auto found = std::ranges::find(files, path, &StaticFile::path);
  return found == files.end() ? nullptr : &*found;
}

bool names_a_file(const Target& target) {
  return !target.segments.empty() && target.segments.back().find('.') != std::string::npos;
}

const StaticFile* page_of(std::span<const StaticFile> files, const Target& target) {
  const bool victim = target.segments.size() == 2 && target.segments.front() == "v";
  const StaticFile* page = victim ? file_of(files, "/v.html") : nullptr;
  return page != nullptr ? page : file_of(files, "/index.html");
}

bool takes_gzip(const Request& request) {
  const std::string_view accepted = request.header("accept-encoding");
  return contains_ignoring_case(accepted, "gzip") && !contains_ignoring_case(accepted, "gzip;q=0");
}

Response answer_of(const Request& request, const StaticFile& file) {
  Response response;
  const bool for_ever = file.path.starts_with("/assets/");  // their names change with their content
  response.with("ETag", std::string(file.etag))
      .with("Cache-Control", for_ever ? "public, max-age=31536000, immutable" : "no-cache")
      .with("Vary", "Accept-Encoding");
  if (request.header("if-none-match") == file.etag) {
    response.status = 304;
    response.content_type.clear();
    return response;
  }
  response.content_type = file.content_type;
  if (!takes_gzip(request)) {
    response.body = content_of(file);
    return response;
  }
  response.with("Content-Encoding", "gzip");
  response.body = file.gzip;
  return response;
}

Response without_front_end() {
  Response response;
  response.status = 503;
  response.content_type = "text/html; charset=utf-8";
  response.body = kWithout;
  return response.with("Cache-Control", "no-store");
}

}  // namespace

std::string content_of(const StaticFile& file) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return {};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(file.gzip.data()));
  stream.avail_in = static_cast<uInt>(file.gzip.size());
  std::string out;
  std::array<char, 1U << 14U> buffer{};
  int state = Z_OK;
  while (state == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return state == Z_STREAM_END ? out : std::string();
}

Response static_answer(const Request& request, std::span<const StaticFile> files) {
  if (!is_safe(request.method)) return problem(405, "Only the API takes this method.");
  if (files.empty()) return without_front_end();
  if (const StaticFile* file = file_of(files, request.target.path)) return answer_of(request, *file);
  const StaticFile* page = names_a_file(request.target) ? nullptr : page_of(files, request.target);
  return page != nullptr ? answer_of(request, *page) : problem(404, "There is nothing here.");
}

Response static_answer(const Request& request) {
  return static_answer(request, static_files());
}

}  // namespace afterpatch::web
