// Files of others as statements (docs/store.md): readers of one record each. None of them throws; all are
// thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "store/ledger.h"

namespace afterpatch::app {

using ServerPlace = std::pair<std::string, std::uint16_t>;  // canonical address and port

// "192.0.2.1", "192.0.2.1:8443", "2001:db8::1", "[2001:db8::1]:443"; without a port: 443.
std::optional<ServerPlace> parse_server(std::string_view text);

// One server of a hunt's report.json.
struct HuntedServer {
  std::vector<std::string> names;  // as its logs name it
  store::Statement statement;      // `hunted`, whole but for its subject
  store::Statement evidence;       // `hunt-evidence`, the same
};
// `text`: the whole file. Fails on anything but a report with servers.
Result<std::vector<HuntedServer>> read_hunt_report(std::string_view text, const std::string& where,
                                                   Timestamp now);

// One IntelMQ event, with flat keys ("source.ip") or nested ones, as
// https://docs.intelmq.org/latest/user/event/ names them. A web shell or another back door is a `door-seen`,
// everything else `reported`.
Result<store::Statement> read_intelmq_event(std::string_view line, const std::string& where,
                                            const std::string& campaign, Timestamp now);

// One statement as a store keeps it, as a JSON object: `time`, `received`, `source`, `kind`, `subject_kind`,
// `subject`, `key`, `content` (docs/store.md). Without `received`: now.
Result<store::Statement> read_statement(std::string_view line, const std::string& where, Timestamp now);

// Columns of a CSV table by name, lower case; the first line of a file.
class TableColumns {
 public:
  static Result<TableColumns> make(std::string_view header, const std::string& where);
  bool has(std::string_view name) const;
  // The cells of one row. Fails if there are not as many as columns.
  Result<std::vector<std::string>> cells(std::string_view line, const std::string& where) const;
  std::string at(const std::vector<std::string>& cells,
                 std::string_view name) const;  // empty: no such column

 private:
  std::vector<std::string> names_;
};

// Shadowserver's reports on compromised servers (compromised_website, special reports) and rows of
// scan_exchange whose tag says web shell. nullopt: a row of scan_exchange that says nothing of the kind.
Result<std::optional<store::Statement>> read_shadowserver_row(const TableColumns& columns,
                                                              std::string_view line, const std::string& where,
                                                              const std::string& campaign, Timestamp now);

// A list by hand: address, port, name, note; and time, if it has that column.
Result<store::Statement> read_list_row(const TableColumns& columns, std::string_view line,
                                       const std::string& where, Timestamp now);

}  // namespace afterpatch::app
