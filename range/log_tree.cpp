#include "range/log_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "range/ecp_log.h"
#include "range/http_proxy_log.h"
#include "range/iis_log.h"
#include "range/rps_log.h"
#include "range/text_format.h"

namespace afterpatch::range {
namespace {

constexpr std::size_t kBuffer = 256U << 10U;

// Last access and last change, as the system calls want them.
std::array<timespec, 2> both_times(Timestamp time) {
  const auto since_epoch = time.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const timespec moment{seconds.count(), std::chrono::nanoseconds(since_epoch - seconds).count()};
  return {moment, moment};
}

// Exchange names the component's cumulative update here, also after a security update (research: real headers
// do so).
std::string software_block(const Server& server, const LogLayout& layout, std::string_view version,
                           Timestamp time) {
  std::string date;
  append_time_ms(date, time);
  return fmt::format(
      "{}#Software: Microsoft Exchange Server\r\n#Version: {}\r\n#Log-type: {}\r\n#Date: {}\r\n#Fields: "
      "{}\r\n",
      server.byte_order_mark ? "\xef\xbb\xbf" : "", version, layout.log_type, date, layout.fields);
}

// HttpProxy and EWS files begin with the bare column line, before the comment block.
std::string plain_first_header(const Server& server, const LogLayout& layout, Timestamp time) {
  std::string block = software_block(server, layout, server.kind.vulnerable.padded(), time);
  if (!server.byte_order_mark) return layout.fields + "\r\n" + block;
  return "\xef\xbb\xbf" + layout.fields + "\r\n" + block.substr(3);
}

std::string iis_header(const Server& server, const std::string& layout, Timestamp time) {
  std::string date;
  append_date_time(date, time);
  return fmt::format(
      "#Software: Microsoft Internet Information Services {}\r\n#Version: 1.0\r\n#Date: {}\r\n#Fields: "
      "{}\r\n",
      server.kind.iis, date, log_layout(layout).fields);
}

}  // namespace

Result<void> set_modified(const std::filesystem::path& file, Timestamp time) {
  if (utimensat(AT_FDCWD, file.c_str(), both_times(time).data(), 0) != 0)
    return fail("can't set the file's time", file.string());
  return {};
}

void RollingLog::append(const std::filesystem::path& file, std::uint64_t epoch, const std::string& header,
                        const std::string& row, Timestamp time) {
  if (file != file_) {
    if (const auto closed = close(); !closed) error_ = closed.error();
    if (file.parent_path() != folder_) {
      folder_ = file.parent_path();
      std::error_code ignored;  // a folder that can't be made shows when the file is opened
      std::filesystem::create_directories(folder_, ignored);
    }
    file_ = file;
    buffer_ = header;
  } else if (epoch != epoch_) {
    buffer_ += header;
  }
  epoch_ = epoch;
  buffer_ += row;
  buffer_ += "\r\n";
  last_row_ = row.size() + 2;
  last_time_ = time;
  if (buffer_.size() >= kBuffer) flush();
}

void RollingLog::cut_last_line() {
  if (buffer_.size() >= last_row_) buffer_.resize(buffer_.size() - last_row_ * 2 / 3);
}

RollingLog::~RollingLog() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void RollingLog::flush() {
  if (descriptor_ < 0) descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  std::string_view rest = buffer_;
  while (descriptor_ >= 0 && !rest.empty()) {
    const auto written = ::write(descriptor_, rest.data(), rest.size());
    if (written <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (!rest.empty()) error_ = Error{"can't write", file_.string(), "is the disk full?"};
  buffer_.clear();
}

Result<void> RollingLog::close() {
  if (!file_.empty()) flush();
  if (descriptor_ >= 0) {
    const auto times = both_times(last_time_);
    if (futimens(descriptor_, times.data()) != 0)
      error_ = Error{"can't set the file's time", file_.string(), ""};
    if (::close(descriptor_) != 0) error_ = Error{"can't write", file_.string(), "is the disk full?"};
    descriptor_ = -1;
  }
  file_.clear();
  if (error_) return std::unexpected(*error_);
  return {};
}

std::filesystem::path exchange_folder() {
  return "Program Files/Microsoft/Exchange Server/V15";
}

LogTree::LogTree(std::filesystem::path drive, const Server& server, std::vector<Gap> gaps, Random random)
    : drive_(std::move(drive)),
      server_(server),
      gaps_(std::move(gaps)),
      random_(random),
      shell_ids_(random.fork("remote shell")) {}

void LogTree::write(const Request& request) {
  if (!in_gap(gaps_, "iis-w3c", request.end)) {
    Request as_iis_says = request;
    as_iis_says.end += clock_of("iis-w3c");
    write_front_end(as_iis_says);
    if (request.backend_status != 0) write_back_end(as_iis_says);
  }
  const bool logged = request.app != App::none && !request.lost_in_http_proxy;
  if (logged && !in_gap(gaps_, "http-proxy", request.end)) write_http_proxy(request);
  if (!request.soap_action.empty() && request.backend_status != 0) write_ews(request);
  if (!request.shell_user.empty() && request.backend_status != 0) write_remote_shell(request);
}

std::chrono::seconds LogTree::clock_of(const std::string& log) const {
  const auto found = clocks_.find(log);
  return found == clocks_.end() ? std::chrono::seconds{0} : found->second;
}

void LogTree::write_front_end(const Request& request) {
  const std::string& layout = server_.iis_layout_at(request.end);
  const std::uint64_t epoch = restarts_until(request.end) * 2 + (layout == server_.iis_layout ? 0 : 1);
  row_.clear();
  append_front_end_row(row_, request, server_);
  front_.append(iis_file("W3SVC1", request.end), epoch, iis_header(server_, layout, request.end), row_,
                request.end);
}

void LogTree::write_back_end(const Request& request) {
  row_.clear();
  append_back_end_row(row_, request, server_);
  back_.append(iis_file("W3SVC2", request.end), restarts_until(request.end),
               iis_header(server_, "iis-default", request.end), row_, request.end);
}

void LogTree::write_http_proxy(const Request& request) {
  const auto file = drive_ / exchange_folder() / "Logging/HttpProxy" / folder_of(request.app) /
                    fmt::format("HttpProxy_{}-{}.LOG", compact_hour(request.end), part_of_hour(request.end));
  row_.clear();
  append_http_proxy_row(row_, request, server_);
  http_proxy_[request.app].append(
      file, 0, plain_first_header(server_, log_layout(server_.kind.http_proxy), request.end), row_,
      request.end);
  saw_build(request.end);
}

void LogTree::write_ews(const Request& request) {
  const auto file = drive_ / exchange_folder() / "Logging/Ews" /
                    fmt::format("Ews_{}-{}.LOG", compact_hour(request.end), part_of_hour(request.end));
  row_.clear();
  append_ews_row(row_, request, server_);
  ews_.append(file, 0, plain_first_header(server_, log_layout(server_.kind.ews), request.end), row_,
              request.end);
  saw_build(request.end);
}

std::filesystem::path LogTree::remote_shell_file(std::string_view kind, Timestamp time) const {
  return drive_ / exchange_folder() / "Logging/CmdletInfra/Powershell-Proxy" / kind /
         fmt::format("Rps_{}_{}-{}.LOG", kind, compact_hour(time), part_of_hour(time));
}

void LogTree::write_remote_shell(const Request& request) {
  row_.clear();
  append_rps_http_row(row_, request, server_, shell_ids_);
  shell_requests_.append(remote_shell_file("Http", request.end), 0,
                         plain_first_header(server_, log_layout("rps-http"), request.end), row_, request.end);
  saw_build(request.end);
}

void LogTree::write(const ShellCmdlet& cmdlet) {
  row_.clear();
  append_rps_cmdlet_row(row_, cmdlet, server_, shell_ids_);
  shell_cmdlets_.append(remote_shell_file("Cmdlet", cmdlet.time), 0,
                        plain_first_header(server_, log_layout("rps-cmdlet"), cmdlet.time), row_,
                        cmdlet.time);
  saw_build(cmdlet.time);
}

void LogTree::write(const EcpCommand& happened) {
  if (in_gap(gaps_, "ecp-server", happened.time)) return;
  EcpCommand command = happened;
  command.time += clock_of("ecp-server");
  const auto folder = drive_ / exchange_folder() / "Logging/ECP";
  const std::string date = compact_date(command.time);
  row_.clear();
  append_ecp_server_row(row_, command, server_, random_);
  ecp_.append(folder / "Server" / fmt::format("ECPServer{}-1.LOG", date), 0,
              software_block(server_, log_layout("ecp-server"), "15.0.0.0", command.time), row_,
              command.time);
  saw_build(command.time);
  row_.clear();
  append_ecp_activity_row(row_, command, server_, random_);
  const auto* layout = server_.kind.ews == "ews-72" ? "ecp-activity-2013" : "ecp-activity";
  activity_.append(
      folder / "Activity" / fmt::format("ECPActivity_{}_{}-1.LOG", 4000 + server_.name.size() * 97, date), 0,
      software_block(server_, log_layout(layout), "15.0.0.0", command.time), row_, command.time);
}

void LogTree::write_oab_generator(Timestamp time, const std::string& message) {
  const auto file = drive_ / exchange_folder() / "Logging/OABGeneratorLog" /
                    fmt::format("OABGeneratorLog_{}-1.LOG", compact_date(time));
  row_.clear();
  append_time_ms(row_, time);
  row_ += "," + server_.name + ",OABGenerator,";
  append_csv(row_, message);
  oab_.append(file, 0, software_block(server_, log_layout("oab-generator"), "15.0.0.0", time), row_, time);
}

Result<void> LogTree::close() {
  std::vector<RollingLog*> logs = {&front_, &back_,           &ews_,          &ecp_, &activity_,
                                   &oab_,   &shell_requests_, &shell_cmdlets_};
  for (auto& [app, log] : http_proxy_) logs.push_back(&log);
  for (RollingLog* log : logs) {
    if (const auto closed = log->close(); !closed) return closed;
  }
  return {};
}

std::filesystem::path LogTree::iis_file(std::string_view site, Timestamp time) const {
  return drive_ / "inetpub/logs/LogFiles" / site / fmt::format("u_ex{}.log", compact_date(time).substr(2));
}

std::uint64_t LogTree::restarts_until(Timestamp time) const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(server_.restarts, [&](Timestamp at) { return at <= time; }));
}

// Exchange counts the files of one hour; a restart begins the next one.
unsigned LogTree::part_of_hour(Timestamp time) const {
  return 1 + static_cast<unsigned>(std::ranges::count_if(
                 server_.restarts, [&](Timestamp at) { return at <= time && hour_of(at) == hour_of(time); }));
}

// A server changes its build at most once, but its logs are not written in one order of time.
void LogTree::saw_build(Timestamp time) {
  const std::string build = server_.build_at(time).text();
  auto span = std::ranges::find(builds_, build, &BuildSpan::build);
  if (span == builds_.end()) span = builds_.insert(span, {build, time, time});
  span->first = std::min(span->first, time);
  span->last = std::max(span->last, time);
}

}  // namespace afterpatch::range
