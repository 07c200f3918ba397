// Files embedded in the program by embed_files.cpp, gzip-compressed, with ETags: the built front end, and the
// made-up country of `serve --demo`.
#pragma once

#include <span>
#include <string_view>

#include "web/http_message.h"

namespace afterpatch::web {

struct StaticFile {
  std::string_view path;  // "/assets/index-3f2a.js"
  std::string_view content_type;
  std::string_view etag;  // with its quotes
  std::string_view gzip;  // RFC 1952
};

// By path. Empty if the program was built without the front end.
std::span<const StaticFile> static_files();
// "/constituency.csv", "/scans.jsonl", "/statements.jsonl" (range/country/demo_country.cpp). Never served.
std::span<const StaticFile> demo_files();

// What the file holds; empty if there is no memory for it.
std::string content_of(const StaticFile& file);

// GET and HEAD of everything that is not the API. A path that names no file is a view of the console: its
// page is index.html, that of /v/<token> is v.html if there is one.
Response static_answer(const Request& request);
Response static_answer(const Request& request, std::span<const StaticFile> files);

}  // namespace afterpatch::web
