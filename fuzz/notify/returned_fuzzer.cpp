// Whatever comes to the mailbox: it is classified, everything kept of it is bounded and well-formed, and
// nothing is proven that was not marked by us.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/text.h"
#include "notify/mail/returned.h"

using namespace afterpatch;
using namespace afterpatch::notify;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const NoticeMarks marks =
      *NoticeMarks::make("returns@agency.example", "a secret that nobody can guess");
  const Returned returned = read_returned({reinterpret_cast<const char*>(data), size}, marks,
                                          {.archive = "archive@agency.example", .case_prefix = "AP"});
  require(!returned.proven);
  require(returned.text.size() <= 4096 && is_utf8(returned.text));
  require(returned.from.size() <= 500 && returned.subject.size() <= 500);
  require(returned.digest.size() == 64);
  require((returned.tie == Tie::none) == returned.case_number.empty());
  return 0;
}
