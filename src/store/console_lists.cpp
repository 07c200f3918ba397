#include "store/console_lists.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "store/database.h"
#include "store/rows.h"
#include "store/writer.h"

namespace afterpatch::store {
namespace {

constexpr std::array<std::string_view, 8> kSorts = {"id",       "case_number", "channel", "recipient",
                                                    "language", "state",       "planned", "sent"};

// One set of conditions for the page, its total and the counts by state.
constexpr const char* kFrom =
    " FROM notice n LEFT JOIN victim_case c ON c.number = n.case_number LEFT JOIN organisation o ON o.id = "
    "c.organisation WHERE (:channel = '' OR n.channel = :channel) AND (:campaign = '' OR c.campaign = "
    ":campaign) AND (:search = '%%' OR LOWER(n.id || ' ' || n.recipient || ' ' || COALESCE(c.organisation, "
    "'') "
    "|| ' ' || COALESCE(o.name, '')) LIKE :search ESCAPE '!')";

std::string as_part(const std::string& text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') out.push_back('!');
    out.push_back(to_lower_ascii(c));
  }
  return out + "%";
}

}  // namespace

Result<NoticePage> ConsoleLists::find_notices(const NoticeQuery& query) {
  if (std::ranges::find(kSorts, query.sort) == kSorts.end())
    return fail("notices can't be sorted by this", query.sort);
  NoticePage page;
  const auto read = database_.guarded([&] {
    const std::string part = as_part(query.search);
    std::string state;
    long long count = 0;
    {
      Rows rows(database_,
                std::string("SELECT n.state, COUNT(*)") + kFrom + " GROUP BY n.state ORDER BY n.state");
      rows.with(query.channel, "channel").with(query.campaign, "campaign").with(part, "search");
      rows.into(state).into(count);
      while (rows.next()) page.states[state] = static_cast<std::uint64_t>(count);
    }
    for (const auto& [word, notices] : page.states)
      if (query.state.empty() || word == query.state) page.total += notices;
    const auto limit = static_cast<long long>(query.limit);
    const auto offset = static_cast<long long>(query.offset);
    const std::string order = query.descending ? " DESC" : "";
    std::string id;
    Rows rows(database_, std::string("SELECT n.id") + kFrom +
                             " AND (:state = '' OR n.state = :state) ORDER BY n." + query.sort + order +
                             ", n.id" + order + " LIMIT :most OFFSET :skipped");
    rows.with(query.channel, "channel").with(query.campaign, "campaign").with(part, "search");
    rows.with(query.state, "state").with(limit, "most").with(offset, "skipped").into(id);
    while (rows.next()) page.ids.push_back(id);
  });
  if (!read) return std::unexpected(read.error());
  return page;
}

Result<std::vector<CaseToken>> ConsoleLists::tokens_of(const std::string& case_number) {
  std::vector<CaseToken> tokens;
  const auto read = database_.guarded([&] {
    CaseToken token;
    long long issued = 0;
    long long expires = 0;
    int revoked = 0;
    Rows rows(database_,
              "SELECT digest, issued, expires, revoked FROM case_token WHERE case_number = :number ORDER BY "
              "issued, digest");
    rows.with(case_number, "number").into(token.digest).into(issued).into(expires).into(revoked);
    while (rows.next()) {
      token.case_number = case_number;
      token.issued = to_time(issued);
      token.expires = to_time(expires);
      token.revoked = revoked != 0;
      tokens.push_back(token);
    }
  });
  if (!read) return std::unexpected(read.error());
  return tokens;
}

Result<void> ConsoleLists::revoke_tokens_of(const std::string& case_number) {
  return database_.guarded([&] {
    database_.session() << "UPDATE case_token SET revoked = 1 WHERE case_number = :number",
        soci::use(case_number);
  });
}

}  // namespace afterpatch::store
