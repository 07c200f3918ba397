// Nobody is told twice, nobody wrong is told, nobody is forgotten: simulated countries whose notices go out
// to a mail server on loopback, held against their truth. AFTERPATCH_SEEDS says how many (default 2).
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "app/command_line.h"
#include "base/text.h"
#include "range/country/country.h"
#include "range/country/write_country.h"
#include "range/mail/mail_server.h"
#include "range/mail/post_office.h"
#include "store/store.h"

namespace afterpatch::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kServers = 250;
constexpr int kDays = 15;
constexpr std::string_view kOperator = "csirt.example";

std::string content_of(const fs::path& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}

void write(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

struct Arrival {
  std::string recipient;
  std::string message_id;
  std::string body;
};

std::string message_id_in(const std::string& message) {
  constexpr std::string_view kName = "\nmessage-id:";
  const std::size_t at = to_lower_ascii(message).find(kName);
  if (at == std::string::npos) return {};
  const std::size_t start = at + kName.size();
  return std::string(trim(std::string_view(message).substr(start, message.find('\n', start) - start)));
}

// The days of one country, as scripts/demo-response plays them, with letters and calls left undone.
class Response {
 public:
  explicit Response(std::uint64_t seed) : country_(range::make_country(settings(seed))) {
    std::string name = testing::TempDir() + "/notify-country-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~Response() {
    server_.reset();
    unsetenv("AFTERPATCH_NOW");
    fs::remove_all(folder_);
  }

  void play() {
    ASSERT_TRUE(range::write_country(country_, folder_ / "country"));
    fs::create_directory(folder_ / "mail");
    ASSERT_NO_FATAL_FAILURE(set_clock(0));
    office_.emplace(need(open_office()));
    server_ = need(range::MailServer::start(0, *office_));
    write_settings();
    ASSERT_NO_FATAL_FAILURE(done({"constituency", "import", folder_ / "country" / "constituency.csv"}));
    for (int day = 0; day < kDays; ++day) ASSERT_NO_FATAL_FAILURE(play_day(day)) << "day " << day;
    server_.reset();
  }

  const range::Country& country() const { return country_; }
  std::string store() const { return folder_ / "country.db"; }

  // Notices only, not what went to the operator's archive.
  std::vector<Arrival> arrivals() const {
    std::vector<Arrival> out;
    std::ifstream lines(folder_ / "mail" / "arrivals.jsonl");
    for (std::string line; std::getline(lines, line);) {
      const auto arrival = boost::json::parse(line).as_object();
      for (const auto& to : arrival.at("to").as_array()) {
        const std::string recipient(to.as_string());
        if (recipient.ends_with(kOperator)) continue;
        const std::string number(arrival.at("number").as_string());
        const std::string message = content_of(folder_ / "mail" / "inbox" / recipient / (number + ".eml"));
        out.push_back({recipient, message_id_in(message), body_of(message)});
      }
    }
    return out;
  }

 private:
  static range::CountrySettings settings(std::uint64_t seed) {
    range::CountrySettings out;
    out.seed = seed;
    out.servers = kServers;
    out.days = kDays;
    return out;
  }

  template <typename T>
  static T need(Result<T> result) {
    EXPECT_TRUE(result) << to_string(result.error());
    return std::move(*result);
  }

  static std::string body_of(const std::string& message) {
    const std::size_t end = message.find("\r\n\r\n");
    return end == std::string::npos ? message : message.substr(end);
  }

  Result<range::PostOffice> open_office() const {
    auto contacts = range::read_contacts(folder_ / "country" / "answers.csv");
    if (!contacts) return std::unexpected(contacts.error());
    return range::PostOffice::open(folder_ / "mail", std::move(*contacts), std::string(kOperator));
  }

  void write_settings() const {
    write(folder_ / "secret", "sixteen bytes or more\n");
    write(folder_ / "notify.yaml", fmt::format(R"(agency:
  name: CERT Example
  phone: "+999 1 234567"
  verify_page: https://csirt.example/verify
  mail: notices@csirt.example
  postal: [CERT Example, Street 1, 12345 Town]
link_base: https://csirt.example/v/
secret_file: secret
smtp: {{host: 127.0.0.1, port: {}, tls: none}}
returns: {{address: returns@csirt.example, maildir: mail/operator}}
archive: {{address: archive@csirt.example, maildir: mail/archive}}
sending: {{messages_a_minute: 60000, a_minute_to_one_domain: 60000, archive_grace_seconds: 2}}
)",
                                               server_->port()));
  }

  Timestamp morning(int day) const {
    return range::start_of(country_.settings, day) + std::chrono::hours(22);  // when the day's scan is done
  }

  void set_clock(int day) const {
    const std::string now = to_iso8601(morning(day));
    setenv("AFTERPATCH_NOW", now.c_str(), 1);
    write(folder_ / "mail" / "now", now + "\n");
  }

  void play_day(int day) {
    set_clock(day);
    done({"scan", "import", folder_ / "country" / fmt::format("scan-day-{:02}.jsonl", day)});
    take_hunts(day);
    let_contacts_answer(day);
    done({"constituency", "attribute"});
    done({"notify", "returns", "--config", config()});
    done({"notify", "plan", "--config", config()});
    done({"notify", "approve", "--all", "--by", "test"});
    done({"notify", "send", "--config", config(), "--no-progress"});
  }

  void take_hunts(int day) {
    std::string lines;
    for (const range::HuntAnswer& hunt : country_.hunts) {
      if (hunt.received <= morning(day) && (day == 0 || hunt.received > morning(day - 1)))
        lines += range::hunt_statement(country_, hunt) + "\n";
    }
    import(lines, "hunts.jsonl");
  }

  void let_contacts_answer(int day) {
    ASSERT_TRUE(need(open_office()).let_contacts_answer(morning(day)));
    const fs::path actions = folder_ / "mail" / "actions.jsonl";
    if (fs::exists(actions)) import(content_of(actions), "actions.jsonl");
  }

  void import(const std::string& lines, const std::string& name) {
    if (lines.empty()) return;
    write(folder_ / name, lines);
    done({"store", "import", folder_ / name});
  }

  std::string config() const { return folder_ / "notify.yaml"; }

  void done(std::vector<std::string> arguments) const {
    const std::string what = fmt::format("{} {}", arguments[0], arguments[1]);
    arguments.insert(arguments.end(), {"--store", store()});
    std::ostringstream out, err;
    ASSERT_EQ(run(arguments, out, err), 0) << what << ": " << err.str();
  }

  range::Country country_;
  fs::path folder_;
  std::optional<range::PostOffice> office_;
  std::unique_ptr<range::MailServer> server_;
};

// What the truth allows.
class Truth {
 public:
  explicit Truth(const range::Country& country) {
    for (const range::Organisation& one : country.organisations) {
      for (const range::Contact& contact : one.contacts)
        contacts_.insert({one.id, to_lower_ascii(contact.value)});
    }
    std::set<std::size_t> hit;
    for (const range::Hit& each : country.hits) hit.insert(each.server);
    for (std::size_t i = 0; i < country.servers.size(); ++i) {
      const range::CountryServer& server = country.servers[i];
      const bool was_open = !server.patched || *server.patched > country.settings.start;
      owner_[server.address] = server.owner;
      hosts_[server.address] = server.hosted_by;
      if (was_open || hit.contains(i)) to_tell_.insert(server.address);
    }
  }

  bool is_contact(const std::string& organisation, const std::string& recipient) const {
    return contacts_.contains({organisation, recipient});
  }
  // The provider in whose network the server stands, whom the contact ladder asks after the owner's own.
  bool hosts(const std::string& address, const std::string& recipient) const {
    const auto found = hosts_.find(address);
    return found != hosts_.end() && is_contact(found->second, recipient);
  }
  bool is_theirs(const std::string& address, const std::string& organisation) const {
    const auto found = owner_.find(address);
    return found != owner_.end() && found->second == organisation;
  }
  bool must_be_told_of(const std::string& address) const { return to_tell_.contains(address); }

 private:
  std::set<std::pair<std::string, std::string>> contacts_;
  std::map<std::string, std::string> owner_, hosts_;
  std::set<std::string> to_tell_;
};

// Notices of all cases by the id of their message.
std::map<std::string, store::NoticeRow> notices_in(store::Store& store) {
  std::map<std::string, store::NoticeRow> out;
  std::vector<std::string> numbers;
  EXPECT_TRUE(store.cases().for_each([&](const store::CaseRow& row) { numbers.push_back(row.number); }));
  for (const std::string& number : numbers) {
    const auto notices = store.cases().notices_of(number).value();
    for (const store::NoticeRow& notice : notices) {
      if (!notice.message_id.empty()) out.emplace(notice.message_id, notice);
    }
  }
  return out;
}

void expect_right_recipient(const Arrival& arrival, const store::NoticeRow& notice, store::Store& store,
                            const Truth& truth) {
  EXPECT_EQ(to_lower_ascii(notice.recipient), arrival.recipient) << notice.id;
  const auto row = store.cases().victim_case(notice.case_number).value();
  ASSERT_TRUE(row) << notice.id;
  const auto servers = store.cases().servers_of(notice.case_number).value();
  EXPECT_FALSE(servers.empty()) << notice.case_number;
  EXPECT_TRUE(truth.is_contact(row->organisation, arrival.recipient) ||
              std::ranges::any_of(servers,
                                  [&](const store::CaseServer& server) {
                                    return truth.hosts(server.address, arrival.recipient);
                                  }))
      << notice.id << " of " << row->organisation << " went to " << arrival.recipient;
  for (const store::CaseServer& server : servers) {
    EXPECT_TRUE(truth.is_theirs(server.address, row->organisation)) << server.address;
    EXPECT_TRUE(truth.must_be_told_of(server.address)) << server.address;
  }
}

std::uint64_t seeds() {
  const char* given = std::getenv("AFTERPATCH_SEEDS");
  return given == nullptr ? 2 : std::strtoull(given, nullptr, 10);
}

class NotifyCountry : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, NotifyCountry, testing::Range<std::uint64_t>(1, seeds() + 1));

TEST_P(NotifyCountry, EveryoneIsToldOnceAndNobodyElse) {
  Response response(GetParam());
  ASSERT_NO_FATAL_FAILURE(response.play());
  const Truth truth(response.country());
  const auto store = store::Store::open(response.store()).value();
  const auto notices = notices_in(*store);
  const std::vector<Arrival> arrivals = response.arrivals();
  std::set<std::string> arrived;
  std::set<std::pair<std::string, std::string>> read;
  for (const Arrival& arrival : arrivals) {
    const auto notice = notices.find(arrival.message_id);
    ASSERT_NE(notice, notices.end()) << "nobody planned " << arrival.message_id;
    EXPECT_TRUE(arrived.insert(arrival.message_id).second) << notice->second.id << " arrived twice";
    EXPECT_TRUE(read.insert({arrival.recipient, arrival.body}).second)
        << arrival.recipient << " read it twice";
    expect_right_recipient(arrival, notice->second, *store, truth);
  }
  for (const auto& [id, notice] : notices) {
    const bool is_out = notice.state == "sent" || notice.state == "delivered";
    EXPECT_TRUE(!is_out || arrived.contains(id)) << notice.id << " never arrived";
  }
  EXPECT_GT(arrivals.size(), kServers / 10);
  fmt::print("seed {}: {} notices arrived\n", GetParam(), arrivals.size());
}

}  // namespace
}  // namespace afterpatch::app
