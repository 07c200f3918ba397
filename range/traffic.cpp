#include "range/traffic.h"

#include <fmt/format.h>

#include <array>

#include "range/clients.h"
#include "range/ecp_log.h"

namespace afterpatch::range {
namespace {

constexpr std::array<int, 24> kWorkday = {2,  1,  1,  1,  2,  4,  9,  20, 34, 38, 36, 32,
                                          26, 33, 36, 34, 30, 20, 12, 8,  7,  6,  4,  3};

bool weekend(Timestamp time) {
  const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(time));
  return day == std::chrono::Saturday || day == std::chrono::Sunday;
}

// Draws the requests of one hour.
class Hour {
 public:
  Hour(const Server& server, Random random, Timestamp start, Events& events)
      : clients_(server, random.fork("clients")),
        server_(server),
        random_(random),
        start_(start),
        events_(events) {}

  void add_probes(int count);
  void add_people(int count);
  void add_crawler();
  void add_remote_shell(bool office);
  void add_discovery(double expected);

 private:
  using Draw = void (Hour::*)(const User&);

  void give(Request request, std::int64_t after_ms = 0);
  void challenge(const Request& answered);
  void active_sync(const User& user);
  void outlook(const User& user);
  void web_services(const User& user);
  void web_mail(const User& user);
  void address_book(const User& user);
  void discover(const User& user);
  void old_outlook(const User& user);
  void settings(const User& user);
  void shell(const User& user);
  void cmdlet(const std::string& user, const std::string& sid, std::string_view name,
              std::string_view parameters);

  Clients clients_;
  const Server& server_;
  Random random_;
  Timestamp start_;
  Events& events_;
  Timestamp now_{};
  int given_ = 0;
};

void Hour::give(Request request, std::int64_t after_ms) {
  request.end = now_ + std::chrono::milliseconds(after_ms + request.duration_ms);
  ++given_;
  if (request.end < start_ + std::chrono::hours(1)) events_.requests.push_back(std::move(request));
}

// Every NTLM or Kerberos logon is asked for credentials first.
void Hour::challenge(const Request& answered) {
  Request asked = answered;
  asked.id = random_.guid();
  asked.user.clear();
  asked.status = 401;
  asked.substatus = 1;
  asked.win32_status = 2148074254U;
  asked.backend_status = 0;
  asked.duration_ms = random_.between(0, 3);
  asked.request_bytes = 0;
  asked.response_bytes = 0;
  for (auto* text : {&asked.anchor, &asked.routing_hint, &asked.routing_type, &asked.target_server,
                     &asked.target_version, &asked.backend_cookie, &asked.soap_action, &asked.mailbox}) {
    text->clear();
  }
  give(std::move(asked));
}

void Hour::active_sync(const User& user) {
  give(clients_.active_sync(user));
}

void Hour::outlook(const User& user) {
  const Request request = clients_.outlook(user);
  if (random_.chance(40)) challenge(request);
  give(request, 12);
}

void Hour::web_services(const User& user) {
  const Request request = clients_.web_services(user);
  if (random_.chance(50)) challenge(request);
  give(request, 9);
}

void Hour::web_mail(const User& user) {
  for (Request& request : clients_.web_mail(user)) give(std::move(request), random_.between(0, 4000));
}

void Hour::address_book(const User& user) {
  give(clients_.address_book(user));
}

void Hour::discover(const User& user) {
  const Request request = clients_.discover(user);
  challenge(request);
  give(request, 15);
}

void Hour::old_outlook(const User& user) {
  give(clients_.old_outlook(user));
}

void Hour::settings(const User& user) {
  Request request = clients_.settings(user);
  const Timestamp done = now_ + std::chrono::milliseconds(request.duration_ms - 2);
  events_.commands.push_back({done, random_.between(8, 90), random_.guid(), "Get-InboxRule",
                              request.stem + "?" + request.query, ""});
  give(std::move(request));
}

void Hour::shell(const User&) {
  give(clients_.remote_shell());
}

// At few rows a day an hour sees only a handful of protocols, or the tree would consist of file headers.
void Hour::add_people(int count) {
  static constexpr std::array<Draw, 14> kDraws = {
      &Hour::active_sync,  &Hour::active_sync,  &Hour::active_sync,  &Hour::outlook,  &Hour::outlook,
      &Hour::outlook,      &Hour::web_services, &Hour::web_services, &Hour::web_mail, &Hour::web_mail,
      &Hour::address_book, &Hour::discover,     &Hour::old_outlook,  &Hour::settings};
  std::array<Draw, 5> now_in_use{};
  for (Draw& draw : now_in_use) draw = random_.pick(kDraws);
  const auto kinds = std::min<std::size_t>(
      count > 200 ? kDraws.size() : 2 + static_cast<std::size_t>(count) / 8, kDraws.size());
  for (given_ = 0; given_ < count;) {
    now_ = start_ + std::chrono::milliseconds(random_.between(0, 3590000));
    const Draw draw = kinds > now_in_use.size() ? random_.pick(kDraws)
                                                : now_in_use[static_cast<std::size_t>(random_.below(kinds))];
    (this->*draw)(random_.pick(server_.users));
  }
}

void Hour::add_probes(int count) {
  const auto first = static_cast<std::uint64_t>(hour_of(start_));
  for (int i = 0; i < count; ++i) {
    now_ = start_ + std::chrono::seconds(3600 * i / count) +
           std::chrono::milliseconds(random_.between(0, 60000));
    give(clients_.probe(count > 20 ? random_.next() : first));
  }
  now_ = start_ + std::chrono::milliseconds(random_.between(60000, 3500000));
  events_.commands.push_back({now_, random_.between(8, 60), random_.guid(), "Get-InboxRule",
                              "/ecp/RulesEditor/InboxRules.svc/GetList?msExchEcpCanary=" + random_.guid(),
                              ""});
  if (hour_of(start_) % 7 == 0) shell(server_.administrator());
}

// Exchange tests its own PowerShell all the time; the administrator uses it in office hours.
void Hour::add_remote_shell(bool office) {
  now_ = start_ + std::chrono::milliseconds(random_.between(60000, 3500000));
  const Request test = clients_.remote_shell();
  give(test);
  cmdlet(test.shell_user.substr(server_.netbios.size() + 1), server_.users.front().sid, "Test-ServiceHealth",
         "");
  if (!office || !random_.chance(25)) return;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kUsual = {
      {{"Get-Mailbox", "-ResultSize \"Unlimited\""},
       {"Get-MailboxDatabase", "-Status \"True\""},
       {"Get-Queue", ""},
       {"Set-Mailbox", "-Identity \"room.4\" -HiddenFromAddressListsEnabled \"True\""},
       {"Get-MailboxStatistics", "-Identity \"room.4\""}}};
  now_ = start_ + std::chrono::milliseconds(random_.between(60000, 3400000));
  const auto count = random_.between(1, 3);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto& [name, parameters] = random_.pick(kUsual);
    give(clients_.administrator_shell());
    cmdlet(server_.administrator().name, server_.administrator().sid, name, parameters);
    now_ += std::chrono::milliseconds(random_.between(3000, 50000));
  }
}

void Hour::cmdlet(const std::string& user, const std::string& sid, std::string_view name,
                  std::string_view parameters) {
  events_.cmdlets.push_back({now_,
                             random_.between(8, 400),
                             random_.guid(),
                             user,
                             sid,
                             std::string(name),
                             std::string(parameters),
                             {}});
}

// `expected`: how many, on average.
void Hour::add_discovery(double expected) {
  const auto certain = static_cast<int>(expected);
  const auto percent = static_cast<unsigned>((expected - certain) * 100);
  const int count = certain + (random_.chance(percent) ? 1 : 0);
  for (int i = 0; i < count; ++i) {
    now_ = start_ + std::chrono::milliseconds(random_.between(0, 3500000));
    give(clients_.discover_json(random_.pick(server_.users)));
  }
}

void Hour::add_crawler() {
  now_ = start_ + std::chrono::milliseconds(random_.between(0, 3500000));
  for (Request& request : clients_.crawler()) give(std::move(request), random_.between(0, 9000));
}

}  // namespace

double share_of_day(Timestamp hour) {
  int sum = 0;
  for (const int weight : kWorkday) sum += weight;
  const auto in_day = static_cast<std::size_t>(hour_of(hour) % 24);
  const double share = static_cast<double>(kWorkday[in_day]) / static_cast<double>(sum);
  return weekend(hour) ? 0.2 / 24 + share * 0.1 : share;
}

Traffic::Traffic(const Server& server, Random random, TrafficOptions options)
    : server_(server), random_(random), options_(options) {}

void Traffic::add_hour(Timestamp hour, Events& events) const {
  Random random = random_.fork("hour", static_cast<std::uint64_t>(hour_of(hour)));
  const bool crawls = options_.crawlers && random.chance(12);
  Hour draw(server_, random.fork("draw"), hour, events);
  draw.add_probes(std::max(2, options_.rows_per_day / 96));
  draw.add_people(static_cast<int>(share_of_day(hour) * options_.rows_per_day * 0.75));
  if (crawls) draw.add_crawler();
  Hour newer(server_, random.fork("remote shell"), hour, events);
  newer.add_remote_shell(share_of_day(hour) > 0.05);
  newer.add_discovery(share_of_day(hour) * options_.rows_per_day * 0.04);
}

}  // namespace afterpatch::range
