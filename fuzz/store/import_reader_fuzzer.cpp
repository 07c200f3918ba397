// Whatever others hand in (statements, IntelMQ events, hunts' reports, tables): it is refused with its place,
// or becomes a statement about something, whose content is one JSON object, and the same record gives the
// same statement again. The first byte chooses the reader.
#include <boost/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "app/store_statements.h"

namespace {

using namespace afterpatch;
using store::Statement;

constexpr const char* kWhere = "fuzz";
const Timestamp kNow{std::chrono::days(18691)};

void require(bool holds) {
  if (!holds) std::abort();
}

void require_whole(const Statement& statement) {
  require(!statement.source.empty() && !statement.kind.empty() && !statement.subject_kind.empty());
  boost::system::error_code error;
  const auto content = boost::json::parse(statement.content, error);
  require(!error && content.is_object());
}

bool same(const Statement& a, const Statement& b) {
  return a.time == b.time && a.source == b.source && a.kind == b.kind && a.subject == b.subject &&
         a.key == b.key && a.content == b.content;
}

template <typename Read>
void check(Read read) {
  const Result<Statement> one = read();
  if (!one) return require(!one.error().what.empty() && one.error().where.starts_with(kWhere));
  require_whole(*one);
  require(!one->subject.empty());
  require(same(*one, *read()));
}

void check_hunt(std::string_view text) {
  const auto servers = app::read_hunt_report(text, kWhere, kNow);
  if (!servers) return require(!servers.error().what.empty() && servers.error().where.starts_with(kWhere));
  for (const app::HuntedServer& server : *servers) {
    require_whole(server.statement);
    require_whole(server.evidence);
  }
}

// The first line is the header, the second one the row.
void check_table(std::string_view text, bool by_hand) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return;
  const auto columns = app::TableColumns::make(text.substr(0, end), kWhere);
  if (!columns) return;
  const std::string_view row = text.substr(end + 1);
  if (by_hand) return check([&] { return app::read_list_row(*columns, row, kWhere, kNow); });
  check([&]() -> Result<Statement> {
    auto read = app::read_shadowserver_row(*columns, row, kWhere, "c", kNow);
    if (!read) return std::unexpected(read.error());
    if (!*read) return fail("says nothing", kWhere);
    return std::move(**read);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 6) {
    case 0:
      check([&] { return app::read_statement(text, kWhere, kNow); });
      break;
    case 1:
      check([&] { return app::read_intelmq_event(text, kWhere, "c", kNow); });
      break;
    case 2:
      check_hunt(text);
      break;
    case 3:
      check_table(text, true);
      break;
    case 4:
      check_table(text, false);
      break;
    default:
      if (const auto place = app::parse_server(text)) require(place->second != 0 && !place->first.empty());
  }
  return 0;
}
