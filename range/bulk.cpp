#include "range/bulk.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "range/clients.h"
#include "range/doors.h"
#include "range/http_proxy_log.h"
#include "range/iis_log.h"
#include "range/intruder.h"
#include "range/text_format.h"

namespace afterpatch::range {
namespace {

constexpr std::size_t kTemplates = 4096;
constexpr std::size_t kBuffer = 1U << 20U;
constexpr std::int64_t kRowsPerDay = 425'000;  // IIS front end of a customer's server (ExchangeLogReport)
constexpr Timestamp kStart = std::chrono::sys_days(std::chrono::year(2021) / 2 / 20);

// A row made beforehand and the places in it that change: times by their length in the log, ids of 36 digits.
struct Template {
  std::string row;
  std::vector<std::size_t> times;
  std::vector<std::size_t> ids;
};

bool looks_like_id(std::string_view text) {
  return text.size() >= 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-' &&
         text[14] == '4';
}

// A date and time of `kStart`'s day stand wherever the template has one: each has the same length as what
// replaces it.
void find_places(Template& made, std::string_view date) {
  const std::string_view row = made.row;
  for (std::size_t at = row.find(date); at != std::string_view::npos; at = row.find(date, at + 1))
    made.times.push_back(at);
  for (std::size_t at = 0; at + 36 <= row.size(); ++at) {
    if (looks_like_id(row.substr(at, 36))) made.ids.push_back(at);
  }
}

// Asked for credentials first, as every NTLM and Kerberos logon is.
Request challenge(Request request) {
  request.user.clear();
  request.anchor.clear();
  request.status = 401;
  request.substatus = 1;
  request.win32_status = 2148074254U;
  request.backend_status = 0;
  return request;
}

// About half of a real server's rows are its own probes and anonymous challenges.
Request everyday_request(Clients& clients, const Server& server, Random& random) {
  const User& user = random.pick(server.users);
  const auto draw = random.below(20);
  if (draw < 3) return clients.active_sync(user);
  if (draw < 5) return clients.outlook(user);
  if (draw < 6) return clients.web_services(user);
  if (draw < 8) return clients.web_mail(user).back();
  if (draw < 9) return clients.discover(user);
  if (draw < 10) return clients.old_outlook(user);
  if (draw < 12) return challenge(clients.outlook(user));
  if (draw < 15) return challenge(clients.web_services(user));
  return clients.probe(random.next());
}

class Templates {
 public:
  Templates(BulkLog log, std::uint64_t seed)
      : log_(log), random_(Random(seed).fork("bulk")), server_(make_server(random_.fork("server"), true)) {
    server_.balancer.clear();
    server_.iis_layout = "iis-default";
    add_everyday();
    add_attacks();
  }

  std::vector<Template> everyday;
  std::vector<Template> attacks;

  std::string header() const {
    const LogLayout& layout = log_layout(log_ == BulkLog::iis ? "iis-default" : server_.kind.http_proxy);
    if (log_ == BulkLog::iis) {
      return fmt::format(
          "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2021-02-20 "
          "00:00:00\r\n#Fields: {}\r\n",
          layout.fields);
    }
    return fmt::format(
        "{}\r\n#Software: Microsoft Exchange Server\r\n#Version: {}\r\n#Log-type: HttpProxy Logs\r\n#Date: "
        "2021-02-20T00:00:00.000Z\r\n#Fields: {}\r\n",
        layout.fields, server_.kind.vulnerable.padded(), layout.fields);
  }

 private:
  void add(std::vector<Template>& to, Request request) {
    if (log_ == BulkLog::http_proxy && request.app == App::none) return;
    request.duration_ms = std::min<std::int64_t>(request.duration_ms, 900);
    request.end = kStart + std::chrono::hours(12) + std::chrono::milliseconds(random_.between(0, 999));
    Template made;
    if (log_ == BulkLog::iis) {
      append_front_end_row(made.row, request, server_);
    } else {
      append_http_proxy_row(made.row, request, server_);
    }
    made.row += "\r\n";
    find_places(made, "2021-02-20");
    to.push_back(std::move(made));
  }

  void add_everyday() {
    Clients clients(server_, random_.fork("clients"));
    while (everyday.size() < kTemplates) add(everyday, everyday_request(clients, server_, random_));
  }

  void add_attacks() {
    Story story(server_, Calendar(kStart, 10), random_.fork("story"));
    for (int i = 0; i < 4; ++i) {
      Intruder intruder(story, fmt::format("203.0.113.{}", 10 + i), make_tool(random_),
                        random_.fork("intruder", static_cast<std::uint64_t>(i)));
      const int door = intruder.plant(kStart + std::chrono::hours(20));
      use_door(story, door, random_, intruder.client(), kStart + std::chrono::hours(40), 2);
    }
    for (Request& request : story.events.requests) add(attacks, request);
  }

  BulkLog log_;
  Random random_;
  Server server_;
};

// Keeps the text of the current second, so that a row costs a copy and not a conversion.
class Clock {
 public:
  explicit Clock(char separator) : separator_(separator) {}

  // "2021-02-20 12:00:00" or with a T.
  std::string_view at(std::uint64_t row) {
    const auto second = static_cast<std::int64_t>(row) * 86'400 / kRowsPerDay;
    if (second != second_) {
      second_ = second;
      text_.clear();
      append_date_time(text_, kStart + std::chrono::seconds(second));
      text_[10] = separator_;
    }
    return text_;
  }

 private:
  char separator_;
  std::int64_t second_ = -1;
  std::string text_;
};

// Fills the last twelve digits of an id: enough to make each one new.
void write_id(char* place, std::uint64_t bits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int i = 0; i < 12; ++i, bits >>= 4U) place[24 + i] = kDigits[bits & 15U];
  for (int i = 0; i < 4; ++i, bits >>= 4U) place[i] = kDigits[bits & 15U];
}

class BulkWriter {
 public:
  BulkWriter(const BulkRequest& request, const Templates& templates)
      : request_(request),
        templates_(templates),
        random_(Random(request.seed).fork("rows")),
        clock_(request.log == BulkLog::iis ? ' ' : 'T') {
    buffer_ = templates.header();
    buffer_.reserve(kBuffer + (64U << 10U));
    report_.bytes = buffer_.size();
  }

  Result<BulkReport> write() {
    std::ofstream out(request_.file, std::ios::binary | std::ios::trunc);
    while (out && (report_.bytes < request_.bytes || report_.attack_rows < request_.attack_rows)) {
      add_row();
      if (buffer_.size() >= kBuffer) flush(out);
    }
    flush(out);
    out.close();
    if (!out) return fail("can't write", request_.file.string(), "is the disk full?");
    return report_;
  }

 private:
  void flush(std::ofstream& out) {
    out.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    buffer_.clear();
  }

  bool attack_is_due() const {
    if (report_.attack_rows >= request_.attack_rows) return false;
    const double due = static_cast<double>(request_.bytes) *
                       (static_cast<double>(report_.attack_rows) + 0.5) /
                       static_cast<double>(request_.attack_rows);
    return static_cast<double>(report_.bytes) >= due;
  }

  void add_row() {
    const bool attack = attack_is_due();
    const auto& from = attack ? templates_.attacks : templates_.everyday;
    const std::uint64_t bits = random_.next();
    const Template& chosen =
        from[static_cast<std::size_t>(attack ? report_.attack_rows % from.size() : bits % from.size())];
    const std::size_t start = buffer_.size();
    buffer_ += chosen.row;
    const std::string_view now = clock_.at(report_.rows);
    for (const std::size_t at : chosen.times) now.copy(&buffer_[start + at], now.size());
    std::uint64_t id = random_.next();
    for (const std::size_t at : chosen.ids) write_id(&buffer_[start + at], id++);
    report_.bytes += chosen.row.size();
    report_.attack_rows += attack ? 1 : 0;
    ++report_.rows;
  }

  const BulkRequest& request_;
  const Templates& templates_;
  Random random_;
  Clock clock_;
  std::string buffer_;
  BulkReport report_;
};

}  // namespace

Result<BulkReport> write_bulk_log(const BulkRequest& request) {
  const Templates templates(request.log, request.seed);
  return BulkWriter(request, templates).write();
}

}  // namespace afterpatch::range
