#include "range/mail/post_office.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "range/mail/replies.h"

namespace afterpatch::range {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

// Addresses become names of folders: only what mail addresses of the country are made of.
bool is_plain_address(const std::string& address) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == '+' ||
           c == '=' || c == '@';
  };
  return !address.empty() && address.size() <= 200 && !address.starts_with('.') &&
         std::ranges::all_of(address, plain);
}

bool append_synced(const fs::path& file, const std::string& line) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) return false;
  const bool written = ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                       ::fsync(descriptor) == 0;
  ::close(descriptor);
  return written;
}

std::set<std::string> lines_of(const fs::path& file) {
  std::set<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

std::uint64_t count_lines(const fs::path& file) {
  std::ifstream in(file);
  std::uint64_t count = 0;
  for (std::string line; std::getline(in, line);) ++count;
  return count;
}

std::string text_of(const json::object& object, const char* key) {
  return std::string(object.at(key).as_string());
}

}  // namespace

PostOffice::PostOffice(fs::path folder, MailContacts contacts, std::string operator_domain)
    : folder_(std::move(folder)),
      contacts_(std::move(contacts)),
      operator_domain_(to_lower_ascii(operator_domain)) {}

Result<PostOffice> PostOffice::open(const fs::path& folder, MailContacts contacts,
                                    std::string operator_domain) {
  std::error_code error;
  for (const char* name : {"inbox", "operator/new", "operator/cur", "operator/tmp", "archive/new",
                           "archive/cur", "archive/tmp"}) {
    fs::create_directories(folder / name, error);
    if (error) return fail("the folder can't be made: " + error.message(), (folder / name).string());
  }
  PostOffice office(folder, std::move(contacts), std::move(operator_domain));
  office.next_ = count_lines(folder / "arrivals.jsonl") + 1;
  return office;
}

bool PostOffice::is_operator(const std::string& address) const {
  return address.ends_with("@" + operator_domain_);
}

fs::path PostOffice::folder_of(const std::string& address) const {
  if (!is_operator(address)) return folder_ / "inbox" / address;
  return folder_ / (address.starts_with("archive@") ? "archive" : "operator") / "new";
}

bool PostOffice::accepts(const std::string& address) const {
  if (!is_plain_address(address)) return false;
  if (is_operator(address)) return true;
  const auto found = contacts_.find(address);
  return found != contacts_.end() && found->second.behaviour != "refused";
}

bool PostOffice::keep(const Envelope& envelope) {
  const std::string number = fmt::format("{:06}", next_);
  const std::string now = read_file(folder_ / "now", 64).value_or("");
  json::array to;
  for (const std::string& address : envelope.to) {
    const fs::path folder = folder_of(address);
    std::error_code error;
    fs::create_directories(folder, error);
    const std::string name = is_operator(address) ? "notice." + number : number + ".eml";
    if (error || !write_file(folder / name, envelope.message)) return false;
    to.emplace_back(address);
  }
  const json::object arrival = {
      {"number", number}, {"time", now.substr(0, now.find('\n'))}, {"from", envelope.from}, {"to", to}};
  if (!append_synced(folder_ / "arrivals.jsonl", json::serialize(arrival) + "\n")) return false;
  ++next_;
  return true;
}

Result<std::size_t> PostOffice::let_contacts_answer(Timestamp until) {
  const fs::path done_file = folder_ / "answered";
  const std::set<std::string> done = lines_of(done_file);
  std::ifstream arrivals(folder_ / "arrivals.jsonl");
  std::size_t count = 0;
  for (std::string line; std::getline(arrivals, line);) {
    const json::object arrival = json::parse(line).as_object();
    const auto time = parse_time(text_of(arrival, "time"));
    if (!time)
      return fail("an arrival without a time", (folder_ / "arrivals.jsonl").string(), "was 'now' written?");
    for (const json::value& to : arrival.at("to").as_array()) {
      const std::string address(to.as_string());
      const auto contact = contacts_.find(address);
      const std::string number = text_of(arrival, "number");
      const std::string mark = fmt::format("{} {}", number, address);
      if (contact == contacts_.end() || done.contains(mark)) continue;
      const Timestamp when = *time + contact->second.delay;
      if (when > until) continue;
      if (const auto said = answer(number, address, text_of(arrival, "from"), contact->second, when); !said)
        return std::unexpected(said.error());
      if (!append_synced(done_file, mark + "\n")) return fail("can't be written", done_file.string());
      ++count;
    }
  }
  return count;
}

Result<void> PostOffice::answer(const std::string& number, const std::string& from, const std::string& to,
                                const MailContact& contact, Timestamp when) {
  const auto message = read_file(folder_ / "inbox" / from / (number + ".eml"));
  if (!message) return std::unexpected(message.error());
  const std::string reply = reply_of(contact.behaviour, original_of(*message), from, to, when);
  if (!reply.empty()) return deliver_to_operator(number + "." + from, reply);
  if (contact.behaviour == "opens-page") return note_action(*message, "page-opened", number, when);
  if (contact.behaviour != "asks-help") return {};
  if (const auto opened = note_action(*message, "page-opened", number, when); !opened) return opened;
  return note_action(*message, "need-help", number, when);
}

Result<void> PostOffice::deliver_to_operator(const std::string& number, const std::string& message) const {
  return write_file(folder_ / "operator" / "new" / ("reply." + number), message);
}

Result<void> PostOffice::note_action(const std::string& message, const std::string& kind,
                                     const std::string& number, Timestamp when) const {
  const std::string case_number = case_number_in(original_of(message).subject);
  if (case_number.empty()) return {};
  const json::object statement = {{"time", to_iso8601(when)},   {"received", to_iso8601(when)},
                                  {"source", "victim"},         {"kind", kind},
                                  {"subject_kind", "case"},     {"subject", case_number},
                                  {"key", kind + " " + number}, {"content", json::object()}};
  if (append_synced(folder_ / "actions.jsonl", json::serialize(statement) + "\n")) return {};
  return fail("can't be written", (folder_ / "actions.jsonl").string());
}

}  // namespace afterpatch::range
