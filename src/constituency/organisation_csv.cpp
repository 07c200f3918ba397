#include "constituency/organisation_csv.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "base/csv.h"
#include "base/text.h"
#include "constituency/list_checks.h"

namespace afterpatch::constituency {
namespace {

enum class Column {
  id,
  name,
  aliases,
  domains,
  networks,
  as,
  sector,
  country,
  region,
  language,
  provider,
  authority_for,
  email,
  web_form,
  phone,
  letter,
  pgp,
  contact,
  learnt,
};
constexpr std::array<std::string_view, 19> kColumns = {
    "id",      "name",   "aliases",  "domains",  "networks",      "as",    "sector",
    "country", "region", "language", "provider", "authority_for", "email", "web_form",
    "phone",   "letter", "pgp",      "contact",  "learnt"};

using Header = std::vector<Column>;

std::string known_columns() {
  return fmt::format("known columns: {}", fmt::join(kColumns, " "));
}

Result<Header> read_header(const CsvRow& row, const std::string& name) {
  Header header;
  for (const std::string& field : row.fields) {
    const auto found = std::ranges::find(kColumns, to_lower_ascii(trim(field)));
    const std::string where = fmt::format("{}:{}", name, row.line);
    if (found == kColumns.end())
      return fail(fmt::format("unknown column '{}'", to_utf8(field).substr(0, 80)), where, known_columns());
    const auto column = static_cast<Column>(found - kColumns.begin());
    if (std::ranges::find(header, column) != header.end())
      return fail(fmt::format("column '{}' twice", *found), where, {});
    header.push_back(column);
  }
  if (std::ranges::find(header, Column::name) == header.end())
    return fail("no column 'name'", name, known_columns());
  return header;
}

// Values of a cell: separated by ';' or line ends, and by spaces and commas too where values can't hold them.
std::vector<std::string_view> values_of(std::string_view cell, bool split_at_spaces) {
  std::vector<std::string_view> values;
  const std::string_view separators = split_at_spaces ? ";\r\n\t ," : ";\r\n";
  while (!cell.empty() && values.size() < kMostValues) {
    const auto end = std::min(cell.find_first_of(separators), cell.size());
    if (const auto value = trim(cell.substr(0, end)); !value.empty()) values.push_back(value);
    cell.remove_prefix(std::min(end + 1, cell.size()));
  }
  return values;
}

std::vector<std::string> lines_of(std::string_view letter) {
  std::vector<std::string> lines;
  while (!letter.empty() && lines.size() < 12) {  // more than any window of an envelope shows
    const auto end = std::min(letter.find_first_of("|\r\n"), letter.size());
    if (const auto line = trim(letter.substr(0, end)); !line.empty()) lines.push_back(to_utf8(line));
    letter.remove_prefix(std::min(end + 1, letter.size()));
  }
  return lines;
}

class RowReader {
 public:
  RowReader(const Header& header, const std::string& name, const PublicSuffixes& suffixes)
      : header_(header), name_(name), builder_(suffixes) {}

  void read(const CsvRow& row) {
    const bool blank = std::ranges::all_of(row.fields, [](const auto& field) { return trim(field).empty(); });
    if (blank) return;
    const std::string where = fmt::format("{}:{}", name_, row.line);
    if (row.fields.size() > header_.size()) {
      return builder_.leave_out_row(
          fmt::format("{} fields under {} columns", row.fields.size(), header_.size()), where,
          "quote fields that hold a comma");
    }
    Organisation organisation;
    for (std::size_t i = 0; i < row.fields.size(); ++i)
      read_cell(organisation, header_[i], row.fields[i], where);
    read_contacts(organisation, row, where);
    builder_.add(std::move(organisation), where);
  }

  OrganisationList take() { return builder_.take(); }

 private:
  static std::string place(const std::string& where, Column column) {
    return fmt::format("{}, column {}", where, kColumns[static_cast<std::size_t>(column)]);
  }

  void read_cell(Organisation& organisation, Column column, std::string_view cell, const std::string& row) {
    cell = trim(cell);
    const std::string where = place(row, column);
    if (cell.size() > kLongestCell) return builder_.leave_out_value("longer than 64 KiB", where, {});
    if (cell.empty()) return;
    switch (column) {
      case Column::id:
        organisation.id = to_utf8(cell);
        break;
      case Column::name:
        organisation.name = to_utf8(cell);
        break;
      case Column::aliases:
        for (const auto value : values_of(cell, false)) organisation.aliases.push_back(to_utf8(value));
        break;
      case Column::domains:
        for (const auto value : values_of(cell, true)) builder_.add_domain(organisation, value, where);
        break;
      case Column::networks:
        for (const auto value : values_of(cell, true)) builder_.add_network(organisation, value, where);
        break;
      case Column::as:
        for (const auto value : values_of(cell, true)) builder_.add_as(organisation, value, where);
        break;
      case Column::sector:
        builder_.set_sector(organisation.sector, cell, where);
        break;
      case Column::country:
        builder_.set_country(organisation.country, cell, where);
        break;
      case Column::region:
        organisation.region = to_utf8(cell);
        break;
      case Column::language:
        builder_.set_language(organisation.language, cell, where);
        break;
      case Column::provider:
        read_provider(organisation, cell, where);
        break;
      case Column::authority_for:
        for (const auto value : values_of(cell, true)) builder_.add_authority(organisation, value, where);
        break;
      default:
        break;  // contacts: read once all of the row is known
    }
  }

  void read_provider(Organisation& organisation, std::string_view cell, const std::string& where) {
    const std::string word = to_lower_ascii(cell);
    organisation.provider = word == "yes" || word == "true" || word == "1";
    if (!organisation.provider && word != "no" && word != "false" && word != "0")
      builder_.leave_out_value("neither yes nor no", where, {});
  }

  std::string_view cell_of(const CsvRow& row, Column column) const {
    const auto found = std::ranges::find(header_, column);
    const auto index = static_cast<std::size_t>(found - header_.begin());
    if (found == header_.end() || index >= row.fields.size()) return {};
    const std::string_view cell = trim(row.fields[index]);
    return cell.size() > kLongestCell ? std::string_view() : cell;
  }

  // What all contacts of a row share.
  Contact shared_contact(const CsvRow& row, const std::string& where, const std::string& language) {
    Contact contact;
    contact.provenance = name_;
    contact.language = language;
    contact.person = to_utf8(cell_of(row, Column::contact));
    const auto learnt = cell_of(row, Column::learnt);
    if (!learnt.empty()) {
      contact.learnt = parse_time(learnt);
      if (!contact.learnt)
        builder_.leave_out_value("no date", place(where, Column::learnt), "write it as 2021-03-02");
    }
    return contact;
  }

  void read_contacts(Organisation& organisation, const CsvRow& row, const std::string& where) {
    const Contact shared = shared_contact(row, where, organisation.language);
    add_contacts(organisation, shared, Channel::email, Column::email, true, row, where);
    if (const auto key = cell_of(row, Column::pgp); !key.empty() && !organisation.contacts.empty())
      builder_.set_fingerprint(organisation.contacts.front().pgp_fingerprint, key, place(where, Column::pgp));
    add_contacts(organisation, shared, Channel::web_form, Column::web_form, true, row, where);
    add_contacts(organisation, shared, Channel::phone, Column::phone, false, row, where);
    add_letter(organisation, shared, row);
  }

  void add_contacts(Organisation& organisation, const Contact& shared, Channel channel, Column column,
                    bool split_at_spaces, const CsvRow& row, const std::string& where) {
    for (const auto value : values_of(cell_of(row, column), split_at_spaces)) {
      Contact contact = shared;
      contact.channel = channel;
      if (channel == Channel::phone) contact.rung = Rung::post_and_phone;
      if (builder_.set_contact_value(contact, value, place(where, column)))
        organisation.contacts.push_back(std::move(contact));
    }
  }

  void add_letter(Organisation& organisation, Contact contact, const CsvRow& row) {
    contact.postal = lines_of(cell_of(row, Column::letter));
    if (contact.postal.empty()) return;
    contact.channel = Channel::letter;
    contact.rung = Rung::post_and_phone;
    organisation.contacts.push_back(std::move(contact));
  }

  const Header& header_;
  const std::string& name_;
  ListBuilder builder_;
};

}  // namespace

Result<OrganisationList> read_organisations_csv(std::string_view text, const std::string& name,
                                                const PublicSuffixes& suffixes) {
  const auto rows = parse_csv(text, name);
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail("empty", name, "expected a header row and one row an organisation");
  const auto header = read_header(rows->front(), name);
  if (!header) return std::unexpected(header.error());
  RowReader reader(*header, name, suffixes);
  for (std::size_t i = 1; i < rows->size(); ++i) reader.read((*rows)[i]);
  return reader.take();
}

}  // namespace afterpatch::constituency
