#include "range/mail/other_channels.h"

#include <fstream>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "range/mail/contacts.h"

namespace afterpatch::range {
namespace {

namespace json = boost::json;

// Statements about the case that a behaviour makes, and who says them.
std::vector<std::pair<std::string_view, std::string_view>> words_of(const std::string& behaviour) {
  if (behaviour == "opens-page") return {{"page-opened", "victim"}};
  if (behaviour == "asks-help") return {{"page-opened", "victim"}, {"need-help", "victim"}};
  if (behaviour == "answers") return {{"acknowledged", "operator:caller"}};
  if (behaviour == "wrong-contact") return {{"wrong-contact", "operator:caller"}};
  return {};
}

std::string text_of(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

json::object statement(std::string_view kind, std::string_view source, const json::object& told,
                       Timestamp when) {
  return {{"time", to_iso8601(when)},
          {"received", to_iso8601(when)},
          {"source", source},
          {"kind", kind},
          {"subject_kind", "case"},
          {"subject", text_of(told, "case")},
          {"key", std::string(kind) + " " + text_of(told, "case") + " " + text_of(told, "channel") + " " +
                      text_of(told, "time")},
          {"content", json::object()}};
}

}  // namespace

Result<std::size_t> react_to_letters_and_calls(const std::filesystem::path& told,
                                               const std::filesystem::path& contacts, Timestamp until,
                                               const std::filesystem::path& actions) {
  const auto known = read_other_contacts(contacts);
  if (!known) return std::unexpected(known.error());
  std::ifstream lines(told);
  std::ofstream out(actions, std::ios::app);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    boost::system::error_code error;
    const json::value value = json::parse(line, error);
    if (error || !value.is_object()) return fail("no JSON object", told.string(), line.substr(0, 80));
    const json::object& one = value.get_object();
    const auto time = parse_time(text_of(one, "time"));
    if (!time) return fail("'time' is no time", told.string(), line.substr(0, 80));
    const auto contact = known->find({text_of(one, "organisation"), text_of(one, "channel")});
    if (contact == known->end() || *time + contact->second.delay > until) continue;
    for (const auto& [kind, source] : words_of(contact->second.behaviour))
      out << json::serialize(statement(kind, source, one, *time + contact->second.delay)) << '\n';
    ++count;
  }
  out.flush();
  if (!out) return fail("can't be written", actions.string());
  return count;
}

}  // namespace afterpatch::range
