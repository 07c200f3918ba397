#include "report/clock.h"

#include <algorithm>

namespace afterpatch::report {

std::string_view clock_words(const assess::ServerReport& server, const detect::Detection& detection) {
  if (!detection.time) return "no time";
  if (detection.place.line == 0) return "time of the file, which anyone can set";
  const bool local = std::ranges::any_of(server.coverage, [&](const assess::CoverageLine& line) {
    return line.local_time && line.log == detection.log;
  });
  return local ? "local time of the server, not shifted" : "UTC as logged";
}

}  // namespace afterpatch::report
