#include "app/notify_job.h"

#include <limits>

#include <fmt/format.h>

namespace afterpatch::app {

Result<std::unique_ptr<store::Store>> open_store(const std::string& place) {
  std::error_code error;
  if (!place.starts_with("postgresql:") && !std::filesystem::exists(place, error))
    return fail("there is no store", place, "fill one with: afterpatch scan import FILE --store FILE");
  return store::Store::open(place);
}

std::string operator_source(const NotifyJob& job) {
  return "operator:" + job.by;
}

Result<std::vector<store::NoticeRow>> choose_notices(store::Store& store,
                                                     const std::vector<std::string>& names, bool all,
                                                     const std::string& state) {
  if (names.empty() && !all) return fail("no notice is named", {}, "give ids or case numbers, or --all");
  if (names.empty())
    return store.cases().due(state, Timestamp::max(), std::numeric_limits<std::uint32_t>::max());
  std::vector<store::NoticeRow> chosen;
  for (const std::string& name : names) {
    const auto single = store.cases().notice(name);
    if (!single) return std::unexpected(single.error());
    auto of_case = store.cases().notices_of(name);
    if (!of_case) return std::unexpected(of_case.error());
    if (*single && (*single)->state != state)
      return fail(fmt::format("the notice is {}, not {}", (*single)->state, state), name,
                  "see: afterpatch notify case " + (*single)->case_number);
    if (*single) of_case->push_back(**single);
    if (of_case->empty())
      return fail("there is no such notice or case", name, "see: afterpatch notify status");
    for (store::NoticeRow& row : *of_case) {
      if (row.state == state) chosen.push_back(std::move(row));
    }
  }
  return chosen;
}

}  // namespace afterpatch::app
