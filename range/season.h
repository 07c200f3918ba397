// When a scenario plays: the wave it belongs to, and the servers of that time. Dates are the published ones
// (Microsoft Security Response Center; Red Canary, Huntress, GTSC and the Zero Day Initiative for the first
// mass exploitation); the range shares no table with the product.
#pragma once

#include <string_view>

#include "base/time.h"

namespace afterpatch::range {

struct Season {
  std::string_view campaign;  // the product's name for the wave
  std::string_view servers;   // column `season` of range/data/servers.csv
  Timestamp first_day;        // of a tree, if nothing else is asked for
  Timestamp mass_start;       // from here on the logs must be there for "no evidence" to mean something
  Timestamp patch_released;
  Timestamp disclosed;
};

consteval Timestamp day(int year, unsigned month, unsigned day_of_month) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                               std::chrono::day(day_of_month));
}

inline constexpr Season kProxyLogon = {"exchange-2021-proxylogon", "2021-03",       day(2021, 2, 26),
                                       day(2021, 2, 27),           day(2021, 3, 2), day(2021, 3, 2)};
inline constexpr Season kProxyShell = {"exchange-2021-proxyshell", "2021-08",        day(2021, 8, 19),
                                       day(2021, 8, 20),           day(2021, 4, 13), day(2021, 8, 5)};
inline constexpr Season kProxyNotShell = {"exchange-2022-proxynotshell",
                                          "2022-11",
                                          day(2022, 11, 3),
                                          day(2022, 9, 29),
                                          day(2022, 11, 8),
                                          day(2022, 9, 28)};
inline constexpr Season kOwassrf = {"exchange-2022-proxynotshell",
                                    "2022-11",
                                    day(2022, 12, 12),
                                    day(2022, 9, 29),
                                    day(2022, 11, 8),
                                    day(2022, 9, 28)};
// The flaws of the other campaign came out one by one; its dates are those of the first, CVE-2020-0688.
inline constexpr Season kViewState = {"exchange-other", "2020-02",        day(2020, 2, 24),
                                      day(2020, 2, 25), day(2020, 2, 11), day(2020, 2, 11)};
inline constexpr Season kAddIns = {"exchange-other", "2021-11",        day(2021, 11, 22),
                                   day(2020, 2, 25), day(2020, 2, 11), day(2020, 2, 11)};
// Five weeks after the wave, when the FBI had doors of March delete themselves.
inline constexpr Season kCleanUp = {"exchange-2021-proxylogon", "2021-03",       day(2021, 4, 6),
                                    day(2021, 2, 27),           day(2021, 3, 2), day(2021, 3, 2)};
inline constexpr Season kProxyToken = {"exchange-other", "2021-08",        day(2021, 8, 30),
                                       day(2020, 2, 25), day(2020, 2, 11), day(2020, 2, 11)};

}  // namespace afterpatch::range
