// What the store keeps of a hunt's report, which hostile evidence had a hand in: it always fits into a
// statement.
#include <boost/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "store/ledger.h"
#include "web/report_excerpt.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = boost::json;
  boost::system::error_code error;
  const json::value value = json::parse(std::string_view(reinterpret_cast<const char*>(data), size), error);
  if (error || !value.is_object()) return 0;
  const json::object& server = value.get_object();
  const json::object kept = afterpatch::web::evidence_content(server, server, "digest");
  if (json::serialize(kept).size() > afterpatch::store::kMaxStatementBytes) std::abort();
  return 0;
}
