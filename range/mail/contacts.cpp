#include "range/mail/contacts.h"

#include <charconv>
#include <functional>

#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"

namespace afterpatch::range {
namespace {

using Visit = std::function<void(const CsvTable& table, std::size_t row, MailContact contact)>;

Result<void> for_each_contact(const std::filesystem::path& file, const Visit& visit) {
  const auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  const auto table = CsvTable::parse(*text, file.string(),
                                     {"organisation", "channel", "contact", "behaviour", "delay_hours"});
  if (!table) return std::unexpected(table.error());
  for (std::size_t row = 0; row < table->size(); ++row) {
    const std::string_view delay = table->at(row, "delay_hours");
    int hours = 0;
    std::from_chars(delay.data(), delay.data() + delay.size(), hours);
    visit(*table, row, {std::string(table->at(row, "behaviour")), std::chrono::hours(hours)});
  }
  return {};
}

}  // namespace

Result<MailContacts> read_contacts(const std::filesystem::path& file) {
  MailContacts contacts;
  const auto read = for_each_contact(file, [&](const CsvTable& table, std::size_t row, MailContact contact) {
    if (table.at(row, "channel") == "email")
      contacts[to_lower_ascii(table.at(row, "contact"))] = std::move(contact);
  });
  if (!read) return std::unexpected(read.error());
  return contacts;
}

Result<OtherContacts> read_other_contacts(const std::filesystem::path& file) {
  OtherContacts contacts;
  const auto read = for_each_contact(file, [&](const CsvTable& table, std::size_t row, MailContact contact) {
    const std::string channel(table.at(row, "channel"));
    if (channel != "email")
      contacts.try_emplace({std::string(table.at(row, "organisation")), channel}, std::move(contact));
  });
  if (!read) return std::unexpected(read.error());
  return contacts;
}

}  // namespace afterpatch::range
