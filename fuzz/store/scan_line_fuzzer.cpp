// Whatever a line of scan results holds: it is refused, or read so that its content, put back into a line,
// reads the same again. Otherwise the same finding would look like a change on the next day.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/observation.h"

namespace {

using namespace afterpatch;
using namespace afterpatch::store;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string line_of(const std::string& content) {
  const std::string place = R"({"time":"2021-03-05","address":"127.0.0.1","port":443)";
  return content == "{}" ? place + "}" : place + "," + content.substr(1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto read = read_scan_line(line, "fuzz");
  if (!read) {
    require(!read.error().what.empty() && read.error().where == "fuzz");
    return 0;
  }
  require(canonical_address(read->address) == read->address);
  require(is_exposure(read->exposure));
  const auto again = read_scan_line(line_of(read->content), "fuzz");
  require(again.has_value());
  require(again->content == read->content);
  require(read_scan_line(line_of(again->content), "fuzz")->digest == again->digest);
  return 0;
}
