// Servers::for_each_glance(): every server there is, so on SQLite by its own interface; SOCI copies each
// value twice on the way.
#include "store/rows.h"
#include "store/servers.h"
#include "store/sqlite_statement.h"

namespace afterpatch::store {
namespace {

using Visit = std::function<void(const ServerGlance&)>;

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

// The columns of kGlance that are no text, in their order.
struct Numbers {
  int port = 0, present = 0, compromise = 0;
  long long first_seen = 0, last_seen = 0, first_open = 0, patched = 0, notified = 0, reached = 0, clean = 0;

  void put_into(ServerGlance& out) const {
    out.port = static_cast<std::uint16_t>(port);
    out.present = present != 0;
    out.compromise = static_cast<Compromise>(compromise);
    out.first_seen = to_time(first_seen);
    out.last_seen = to_time(last_seen);
    out.first_open = moment(first_open);
    out.patched = moment(patched);
    out.notified = moment(notified);
    out.reached = moment(reached);
    out.clean = moment(clean);
  }
};

Numbers numbers_of(const SqliteStatement& row) {
  Numbers out;
  out.port = static_cast<int>(row.number(1));
  out.present = static_cast<int>(row.number(9));
  out.compromise = static_cast<int>(row.number(10));
  out.first_seen = row.number(11);
  out.last_seen = row.number(12);
  out.first_open = row.number(13);
  out.patched = row.number(14);
  out.notified = row.number(15);
  out.reached = row.number(16);
  out.clean = row.number(17);
  return out;
}

void take_texts(const SqliteStatement& row, ServerGlance& out) {
  out.address = row.text(0);
  out.organisation = row.text(2);
  out.country = row.text(3);
  out.region = row.text(4);
  out.sector = row.text(5);
  out.exposure = row.text(6);
  out.compromise_confidence = row.text(7);
  out.campaign = row.text(8);
}

void visit_sqlite(Database& database, const std::string& country, const Visit& visit) {
  SqliteStatement rows(database, std::string(kGlance) + (country.empty() ? "" : " WHERE s.country = ?"));
  if (!country.empty()) rows.bind(country);
  ServerGlance glance;
  while (rows.step()) {
    take_texts(rows, glance);
    numbers_of(rows).put_into(glance);
    visit(glance);
  }
}

void visit_postgresql(Database& database, const std::string& country, const Visit& visit) {
  ServerGlance g;
  Numbers n;
  Rows rows(database, std::string(kGlance) + (country.empty() ? "" : " WHERE s.country = :country"),
            Expect::many);
  if (!country.empty()) rows.with(country, "country");
  rows.into(g.address).into(n.port).into(g.organisation).into(g.country).into(g.region).into(g.sector);
  rows.into(g.exposure).into(g.compromise_confidence).into(g.campaign).into(n.present).into(n.compromise);
  rows.into(n.first_seen).into(n.last_seen).into(n.first_open).into(n.patched).into(n.notified);
  rows.into(n.reached).into(n.clean);
  while (rows.next()) {
    n.put_into(g);
    visit(g);
  }
}

}  // namespace

Result<void> Servers::for_each_glance(const std::string& country, const Visit& visit) {
  return database_.guarded([&] {
    if (database_.dialect() == Dialect::sqlite)
      visit_sqlite(database_, country, visit);
    else
      visit_postgresql(database_, country, visit);
  });
}

}  // namespace afterpatch::store
