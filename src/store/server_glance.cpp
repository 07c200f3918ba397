// Servers::for_each_glance()
#include "store/rows.h"
#include "store/servers.h"

namespace afterpatch::store {
namespace {

constexpr const char* kGlance =
    "SELECT s.address, s.port, s.organisation, s.country, s.region, s.sector, s.exposure, "
    "s.compromise_confidence, s.campaign, s.present, s.compromise, s.first_seen, s.last_seen, "
    "COALESCE(s.first_open, 0), COALESCE(s.patched, 0), COALESCE(c.notified, 0), COALESCE(c.reached, 0), "
    "COALESCE(c.clean, 0) FROM server s LEFT JOIN (SELECT k.address, k.port, MIN(v.notified) AS notified, "
    "MIN(v.reached) AS reached, MIN(v.clean) AS clean FROM case_server k JOIN victim_case v ON v.number = "
    "k.case_number GROUP BY k.address, k.port) c ON c.address = s.address AND c.port = s.port";

std::optional<Timestamp> moment(long long number) {
  return number == 0 ? std::nullopt : std::optional(to_time(number));
}

}  // namespace

Result<void> Servers::for_each_glance(const std::string& country,
                                      const std::function<void(const ServerGlance&)>& visit) {
  return database_.guarded([&] {
    ServerGlance g;
    int port = 0, present = 0, compromise = 0;
    long long first_seen = 0, last_seen = 0, first_open = 0, patched = 0, notified = 0, reached = 0,
              clean = 0;
    Rows rows(database_, std::string(kGlance) + (country.empty() ? "" : " WHERE s.country = :country"));
    if (!country.empty()) rows.with(country, "country");
    rows.into(g.address).into(port).into(g.organisation).into(g.country).into(g.region).into(g.sector);
    rows.into(g.exposure).into(g.compromise_confidence).into(g.campaign).into(present).into(compromise);
    rows.into(first_seen).into(last_seen).into(first_open).into(patched).into(notified).into(reached);
    rows.into(clean);
    while (rows.next()) {
      g.port = static_cast<std::uint16_t>(port);
      g.present = present != 0;
      g.compromise = static_cast<Compromise>(compromise);
      g.first_seen = to_time(first_seen);
      g.last_seen = to_time(last_seen);
      g.first_open = moment(first_open);
      g.patched = moment(patched);
      g.notified = moment(notified);
      g.reached = moment(reached);
      g.clean = moment(clean);
      visit(g);
    }
  });
}

}  // namespace afterpatch::store
