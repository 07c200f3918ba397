// Which columns a rule's field stands for. Sigma's web rules use the names of the W3C log format or of
// proxies; IIS writes `cs(User-Agent)`, Exchange `UserAgent`. All of it is this table (docs/sigma.md shows it
// to rule authors).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterpatch::detect::sigma {

enum class Derivation : std::uint8_t {
  as_logged,
  // IIS writes a space in a request header as '+'. Both readings are values: with '+', and with spaces
  // instead.
  plus_may_be_space,
  // path, and '?' and the query when there is one.
  uri,
  // The query, and the whole URI as a further value: many Sigma rules look in cs-uri-query for what IIS
  // writes in cs-uri-stem. The field is present only if the log has a query.
  query_and_uri,
  // What follows the last dot of the path's last part.
  extension,
};

struct FieldAlias {
  std::string_view sigma_name;
  Derivation derivation = Derivation::as_logged;
  // The first of these columns that the log's header has. Empty entries end the list. For uri, query_and_uri
  // and extension the columns of path and query are fixed: kPathColumns, kQueryColumns.
  std::array<std::string_view, 4> columns{};
};

inline constexpr std::array<std::string_view, 2> kPathColumns = {"cs-uri-stem", "UrlStem"};
inline constexpr std::array<std::string_view, 2> kQueryColumns = {"cs-uri-query", "UrlQuery"};

// In order of name. A field that is not here stands for the column of its own name, whatever the case.
std::span<const FieldAlias> field_aliases();
const FieldAlias* find_alias(std::string_view sigma_name);  // ignores case; null if there is none

}  // namespace afterpatch::detect::sigma
