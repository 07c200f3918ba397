#include "range/mail/contacts.h"

#include <charconv>

#include "base/csv.h"
#include "base/file.h"
#include "base/text.h"

namespace afterpatch::range {

Result<MailContacts> read_contacts(const std::filesystem::path& file) {
  const auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  const auto table =
      CsvTable::parse(*text, file.string(), {"channel", "contact", "behaviour", "delay_hours"});
  if (!table) return std::unexpected(table.error());
  MailContacts contacts;
  for (std::size_t row = 0; row < table->size(); ++row) {
    if (table->at(row, "channel") != "email") continue;
    const std::string_view delay = table->at(row, "delay_hours");
    int hours = 0;
    std::from_chars(delay.data(), delay.data() + delay.size(), hours);
    contacts[to_lower_ascii(table->at(row, "contact"))] = {std::string(table->at(row, "behaviour")),
                                                           std::chrono::hours(hours)};
  }
  return contacts;
}

}  // namespace afterpatch::range
