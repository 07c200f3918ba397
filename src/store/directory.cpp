#include "store/directory.h"

#include <fmt/format.h>

#include "store/keepable.h"
#include "store/rows.h"

namespace afterpatch::store {
namespace {

using soci::use;

// One statement for many rows, with the row it is bound to.
struct PutOrganisation {
  OrganisationRow row;
  soci::statement statement;

  explicit PutOrganisation(soci::session& session)
      : statement(
            (session.prepare
                 << "INSERT INTO organisation (id, name, country, region, sector, content) VALUES (:id, "
                    ":name, :country, :region, :sector, :content) ON CONFLICT (id) DO UPDATE SET name = "
                    "excluded.name, country = excluded.country, region = excluded.region, sector = "
                    "excluded.sector, content = excluded.content",
             use(row.id), use(row.name), use(row.country), use(row.region), use(row.sector),
             use(row.content))) {}
};

struct PutOwner {
  OwnerRow row;
  int port = 0;
  soci::statement statement;

  explicit PutOwner(soci::session& session)
      : statement(
            (session.prepare
                 << "INSERT INTO owner (address, port, organisation, method, confidence, others) VALUES "
                    "(:address, :port, :organisation, :method, :confidence, :others) ON CONFLICT (address, "
                    "port) DO UPDATE SET organisation = excluded.organisation, method = excluded.method, "
                    "confidence = excluded.confidence, others = excluded.others",
             use(row.address), use(port), use(row.organisation), use(row.method), use(row.confidence),
             use(row.others))) {}
};

Result<void> check(const OrganisationRow& row) {
  const std::string where = fmt::format("organisation {}", row.id);
  if (row.id.empty()) return fail("an organisation without an id", where);
  return check_keepable({row.id, row.name, row.country, row.region, row.sector, row.content}, where);
}

Result<void> check(const OwnerRow& row) {
  return check_keepable({row.address, row.organisation, row.method, row.confidence, row.others},
                        fmt::format("owner of {} port {}", row.address, row.port));
}

constexpr const char* kOrganisation = "SELECT id, name, country, region, sector, content FROM organisation";
constexpr const char* kOwner = "SELECT address, port, organisation, method, confidence, others FROM owner";

void bind(Rows& rows, OrganisationRow& row) {
  rows.into(row.id).into(row.name).into(row.country).into(row.region).into(row.sector).into(row.content);
}

void bind(Rows& rows, OwnerRow& row, int& port) {
  rows.into(row.address).into(port).into(row.organisation).into(row.method).into(row.confidence);
  rows.into(row.others);
}

}  // namespace

Result<void> Directory::put_organisations(const std::vector<OrganisationRow>& rows) {
  return database_.together([&]() -> Result<void> {
    PutOrganisation put(database_.session());
    for (const OrganisationRow& row : rows) {
      if (const auto checked = check(row); !checked) return checked;
      put.row = row;
      put.statement.execute(true);
    }
    return {};
  });
}

Result<std::optional<OrganisationRow>> Directory::organisation(const std::string& id) {
  std::optional<OrganisationRow> found;
  const auto read = database_.guarded([&] {
    OrganisationRow row;
    Rows rows(database_, std::string(kOrganisation) + " WHERE id = :id");
    rows.with(id, "id");
    bind(rows, row);
    if (rows.next()) found = row;
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

Result<void> Directory::for_each_organisation(const std::function<void(const OrganisationRow&)>& visit) {
  return database_.guarded([&] {
    OrganisationRow row;
    Rows rows(database_, std::string(kOrganisation) + " ORDER BY id", Expect::many);
    bind(rows, row);
    while (rows.next()) visit(row);
  });
}

Result<void> Directory::put_owners(const std::vector<OwnerRow>& rows) {
  return database_.together([&]() -> Result<void> {
    PutOwner put(database_.session());
    for (const OwnerRow& row : rows) {
      if (const auto checked = check(row); !checked) return checked;
      put.row = row;
      put.port = row.port;
      put.statement.execute(true);
    }
    return {};
  });
}

Result<std::optional<OwnerRow>> Directory::owner(const std::string& address, std::uint16_t port) {
  std::optional<OwnerRow> found;
  const auto read = database_.guarded([&] {
    OwnerRow row;
    int number = port;
    Rows rows(database_, std::string(kOwner) + " WHERE address = :address AND port = :port");
    rows.with(address, "address").with(number, "port");
    int read_port = 0;
    bind(rows, row, read_port);
    if (!rows.next()) return;
    row.port = static_cast<std::uint16_t>(read_port);
    found = row;
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

Result<void> Directory::for_each_owner(const std::function<void(const OwnerRow&)>& visit) {
  return database_.guarded([&] {
    OwnerRow row;
    int port = 0;
    Rows rows(database_, std::string(kOwner) + " ORDER BY address, port", Expect::many);
    bind(rows, row, port);
    while (rows.next()) {
      row.port = static_cast<std::uint16_t>(port);
      visit(row);
    }
  });
}

Result<void> Directory::clear() {
  return database_.together([&]() -> Result<void> {
    database_.session() << "DELETE FROM owner";
    database_.session() << "DELETE FROM organisation";
    return {};
  });
}

}  // namespace afterpatch::store
