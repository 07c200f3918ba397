#include <fmt/format.h>

#include "app/scan_report.h"

namespace afterpatch::app {

// Numbers and dates only, so nothing needs an escape.
std::string scan_report_csv(const store::Picture& picture) {
  using store::count_of;
  using store::Standing;
  std::string out =
      "day,unpatched,unsupported,build_ambiguous,unknown,patched,not_affected,patched_share_known,patched_"
      "share_low,"
      "patched_share_high,new,gone,returned\n";
  for (const store::DayCounts& day : picture.days) {
    const store::PatchedShare share = store::patched_share(day.counts);
    const std::string shares = share.denominator == 0 ? std::string(",,")
                                                      : fmt::format("{:.4f},{:.4f},{:.4f}", share.among_known,
                                                                    share.low, share.high);
    out +=
        fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", to_date_text(Timestamp(std::chrono::days(day.day))),
                    count_of(day.counts, Standing::unpatched), count_of(day.counts, Standing::unsupported),
                    count_of(day.counts, Standing::build_ambiguous), count_of(day.counts, Standing::unknown),
                    count_of(day.counts, Standing::patched), count_of(day.counts, Standing::not_affected),
                    shares, day.seen_first, day.gone, day.returned);
  }
  return out;
}

}  // namespace afterpatch::app
