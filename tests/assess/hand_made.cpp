#include "assess/hand_made.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

namespace afterpatch::assess::hand_made {
namespace {

using detect::Detection;
using detect::Step;

constexpr std::string_view kNeeded[] = {"iis-w3c", "http-proxy", "ecp-server", "oab-generator", "ews"};

std::string rule_of(std::string_view log, Step step) {
  return fmt::format("{}-{}", log, detect::to_string(step));
}

}  // namespace

const knowledge::LoadedCampaign& loaded() {
  static const knowledge::LoadedCampaign campaign = [] {
    const std::filesystem::path folder = std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge";
    auto result = knowledge::load_campaign(folder, "exchange-2021-proxylogon");
    if (!result) throw std::runtime_error(to_string(result.error()));
    return *result;
  }();
  return campaign;
}

Timestamp at(std::string_view time) {
  const auto parsed = parse_time(time);
  if (!parsed) throw std::invalid_argument(std::string(time));
  return *parsed;
}

detect::Place Evidence::next_place(std::string_view log) {
  ++rows_;
  return {.source = 0, .artefact = fmt::format("{}.log", log), .offset = rows_ * 1000, .line = rows_};
}

Evidence& Evidence::log(std::string_view log, std::string_view first, std::string_view last,
                        std::string_view build) {
  detect::LogCoverage* coverage = nullptr;
  for (auto& known : findings.coverage) {
    if (known.log == log) coverage = &known;
  }
  if (coverage == nullptr) {
    coverage = &findings.coverage.emplace_back();
    coverage->log = log;
  }
  ++coverage->files;
  auto& summary = coverage->summary;
  for (auto hour = hour_of(at(first)); hour <= hour_of(at(last)); ++hour) {
    summary.rows_by_hour[hour] += 100;
    summary.counts.records += 100;
  }
  if (!build.empty()) summary.builds.push_back({std::string(build), at(first), at(last), 100});
  summary.servers["MAIL01"] += 100;
  return *this;
}

Evidence& Evidence::logs(std::string_view first, std::string_view last, std::string_view build) {
  for (const std::string_view kind : kNeeded) log(kind, first, last, kind == "http-proxy" ? build : "");
  return *this;
}

Evidence& Evidence::whole_window(std::string_view patched) {
  if (patched.empty()) return logs("2020-12-20 00:00:00", "2021-05-10 00:00:00");
  return logs("2020-12-20 00:00:00", patched).logs(patched, "2021-05-10 00:00:00", kPatched);
}

Detection& Evidence::row(std::string_view log, Step step, std::string_view time, std::string_view client,
                         Fields fields, detect::Confidence confidence) {
  Detection& d = findings.detections.emplace_back();
  d.rule_id = rule_of(log, step);
  d.title = fmt::format("{} in {}", detect::to_string(step), log);
  d.campaign = "exchange-2021-proxylogon";
  d.step = step;
  d.confidence = confidence;
  d.place = next_place(log);
  d.time = at(time);
  d.log = log;
  if (!client.empty()) d.fields.emplace_back("client", client);
  d.fields.insert(d.fields.end(), fields.begin(), fields.end());
  return d;
}

Detection& Evidence::proxy(Step step, std::string_view time, std::string_view client, std::string_view target,
                           std::string_view status) {
  return row("http-proxy", step, time, client,
             {{"method", "POST"},
              {"host", "mail.example.org"},
              {"path", "/ecp/y.js"},
              {"status", std::string(status)},
              {"user-agent", "python-requests/2.25.1"},
              {"anchor", fmt::format("ServerInfo~a]@mail01.example.org:444{}", target)}});
}

Detection& Evidence::ecp_write(std::string_view time, std::string_view parameter) {
  Detection& d =
      row("ecp-server", Step::write, time, "",
          {{"command", "Set-OabVirtualDirectory.ExternalUrl='http://f/...'"}}, detect::Confidence::confirmed);
  // Put together here, so that no scanner takes this file for what it describes.
  d.raw = fmt::format(
      "S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/<{} runat=\"\"server\"\">{}[\"\"{}\"\"]",
      "script", "Request", parameter);
  return d;
}

Detection& Evidence::door_request(std::string_view time, std::string_view client, std::string_view url,
                                  int status, std::string_view method, std::string_view query) {
  const bool answered = status != 302 && status != 404;
  return row("iis-w3c", answered ? Step::backdoor_request : Step::backdoor_miss, time, client,
             {{"method", std::string(method)},
              {"path", std::string(url)},
              {"query", std::string(query)},
              {"status", std::to_string(status)},
              {"user-agent", "Mozilla/5.0"}});
}

detect::RequestGroup& Evidence::requests(std::string_view url, std::string_view client,
                                         std::string_view method, int status, std::uint64_t count,
                                         std::string_view first, std::string_view last,
                                         std::uint64_t with_parameters) {
  detect::RequestGroup& group = findings.requests.emplace_back();
  group.log = "iis-w3c";
  group.path = url;
  group.client = client;
  group.method = method;
  group.status = status;
  group.user_agent = "Mozilla/5.0";
  group.count = count;
  group.with_parameters = with_parameters;
  group.first = at(first);
  group.last = at(last);
  return group;
}

Detection& Evidence::file(std::string_view windows_path, std::string_view modified, detect::RuleKind kind,
                          detect::Confidence confidence) {
  Detection& d = findings.detections.emplace_back();
  d.rule_kind = kind;
  d.rule_id = fmt::format("file-{}", detect::to_string(kind));
  d.title = fmt::format("Back door by {}", detect::to_string(kind));
  d.campaign = "exchange-2021-proxylogon";
  d.step = Step::backdoor_file;
  d.confidence = confidence;
  d.place = {.source = 0, .artefact = std::string(windows_path), .offset = 0, .line = 0};
  d.time = at(modified);
  d.log = "web-content";
  d.fields = {{"sha256", std::string(64, 'a')},
              {"url", loaded().product->url_of(windows_path)},
              {"windows-path", std::string(windows_path)}};
  return d;
}

Evidence& Evidence::web_folders(std::initializer_list<std::string> folders) {
  findings.web_folders = folders;
  return *this;
}

Evidence& Evidence::chain(std::string_view start, std::string_view client, bool with_write) {
  const auto later = [&](int seconds) { return to_iso8601(at(start) + std::chrono::seconds(seconds)); };
  proxy(Step::exploit, later(0), client, "/autodiscover/autodiscover.xml?#");
  proxy(Step::exploit, later(1), client, "/mapi/emsmdb/?#");
  proxy(Step::session, later(4), client, "/ecp/proxyLogon.ecp?#", "241");
  proxy(Step::exploit, later(9), client, "/ecp/DDI/DDIService.svc/GetObject?schema=OABVirtualDirectory#");
  if (with_write) ecp_write(later(11));
  return *this;
}

ServerReport Evidence::report() const {
  return assess(findings, *loaded().campaign, *loaded().product, {});
}

const Answer& answer(const ServerReport& report, std::string_view question) {
  for (const Answer& one : report.answers) {
    if (one.question == question) return one;
  }
  throw std::out_of_range(std::string(question));
}

}  // namespace afterpatch::assess::hand_made
