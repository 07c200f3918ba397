#include "exposure/host_plan.h"

#include <algorithm>

#include "base/escape.h"
#include "base/text.h"
#include "exposure/judgement.h"
#include "exposure/special_ranges.h"
#include "exposure/target.h"

namespace afterpatch::exposure {
namespace {

using knowledge::AskWhen;
using knowledge::Probe;

constexpr std::size_t kShownLocation = 120;

bool is_redirect(unsigned status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool any_build(const std::vector<AnswerFacts>& answers) {
  return std::ranges::any_of(answers, [](const AnswerFacts& answer) { return answer.build.has_value(); });
}
bool any_own(const std::vector<AnswerFacts>& answers) {
  return std::ranges::any_of(answers, &AnswerFacts::self_hosted);
}
bool any_at_least(const std::vector<AnswerFacts>& answers) {
  return std::ranges::any_of(answers, [](const AnswerFacts& answer) { return answer.at_least.has_value(); });
}

// "*.example.org" covers one label.
bool covers(const std::string& certificate_name, std::string_view host) {
  if (!certificate_name.starts_with("*.")) return certificate_name == host;
  const auto dot = host.find('.');
  return dot != std::string_view::npos && host.substr(dot) == std::string_view(certificate_name).substr(1);
}

std::string first_label(const std::string& name) {
  return name.substr(0, name.find('.'));
}

}  // namespace

std::string followed_path(std::string_view location, const std::vector<std::string>& follow,
                          std::string& host) {
  host.clear();
  location = location.substr(0, location.find_first_of("?#"));
  if (starts_with_ignoring_case(location, "https://")) location.remove_prefix(6);
  if (location.starts_with("//")) {
    location.remove_prefix(2);
    const auto slash = std::min(location.find('/'), location.size());
    host = to_lower_ascii(location.substr(0, slash));
    location.remove_prefix(slash);
    if (host.empty()) return {};
  }
  for (const std::string& path : follow) {
    if (equals_ignoring_case(location, path) || equals_ignoring_case(std::string(location) + "/", path))
      return path;
  }
  return {};
}

std::string best_name(const std::vector<std::string>& names, const std::vector<std::string>& names_first) {
  std::vector<std::string> whole;
  for (const std::string& name : names) {
    if (!name.starts_with("*.")) whole.push_back(name);
  }
  for (const std::string& label : names_first) {
    const auto found = std::ranges::find(whole, label, first_label);
    if (found != whole.end()) return *found;
  }
  return whole.empty() ? std::string() : whole.front();
}

HostPlan::HostPlan(const ProbeContext& context, const Address& address, std::string name)
    : context_(context),
      address_(address),
      name_(std::move(name)),
      tried_name_(!name_.empty()),
      existence_(*context.plan, *context.product, context.existence_probes) {}

std::size_t HostPlan::bytes_left() const {
  return context_.plan->bytes - std::min<std::size_t>(bytes_, context_.plan->bytes);
}

bool HostPlan::wants(const Probe& probe) const {
  switch (probe.ask) {
    case AskWhen::always:
      return true;
    case AskWhen::no_build:
      return !any_build(answers_) && !any_at_least(answers_);
    case AskWhen::own_no_build:
      return any_own(answers_) && !any_build(answers_);
  }
  return false;
}

std::optional<Request> HostPlan::next() {
  if (gave_up_ || bytes_left() == 0) return std::nullopt;
  if (!plan_is_done_) {
    if (auto request = planned_request()) return request;
    plan_is_done_ = true;
  }
  return existence_request();
}

// Whether knowing the build would change what is said of the host.
bool HostPlan::is_ambiguous() const {
  HostRecord record;
  judge(answers_, *context_.product, context_.cves, record);
  return record.exposure == BuildStatus::build_ambiguous;
}

std::optional<Request> HostPlan::existence_request() {
  if (context_.existence_probes == 0 || !is_ambiguous()) return std::nullopt;
  std::optional<knowledge::Build> lowest;
  for (const AnswerFacts& answer : answers_) {
    const auto& update = answer.update ? answer.update : answer.at_least;
    if (update) lowest = std::min(*update, lowest.value_or(*update));
  }
  if (!lowest) return std::nullopt;
  return existence_.next(*lowest, name_);
}

std::optional<Request> HostPlan::planned_request() {
  if (requests_ >= context_.plan->requests) return std::nullopt;
  std::optional<Request> request;
  if (redirect_) {
    request = std::exchange(redirect_, std::nullopt);
  } else if (const auto named = named_request()) {
    request = named;
  }
  while (!request && next_probe_ < context_.plan->probes.size()) {
    const Probe& probe = context_.plan->probes[next_probe_++];
    if (wants(probe)) request = Request{probe.id, probe.path, name_};
  }
  if (!request) request = sample();
  if (request) ++requests_;
  return request;
}

// Asked by its address a server shows its default site, which need not be Exchange.
std::optional<Request> HostPlan::named_request() {
  const bool shows_nothing =
      !answers_.empty() && std::ranges::none_of(answers_, [](const AnswerFacts& answer) {
        return answer.self_hosted || answer.online || answer.sends_online;
      });
  if (tried_name_ || !shows_nothing || !tls_) return std::nullopt;
  tried_name_ = true;
  const std::string name = best_name(tls_->names, context_.plan->names_first);
  if (name.empty()) return std::nullopt;
  name_ = name;
  return Request{context_.plan->probes.front().id, context_.plan->probes.front().path, name_};
}

// The same question on one more connection: behind a balancer another server may answer it.
std::optional<Request> HostPlan::sample() {
  if (telling_path_.empty() || telling_answers_ >= context_.plan->samples) return std::nullopt;
  return Request{telling_probe_, telling_path_, name_};
}

void HostPlan::note_error(const std::optional<ProbeError>& error) {
  if (error && std::ranges::find(errors_, *error) == errors_.end()) errors_.push_back(*error);
}

void HostPlan::take(const Request& request, const Visit& visit) {
  bytes_ += visit.bytes;
  reached_ = reached_ || visit.connected;
  if (visit.tls && !tls_) tls_ = visit.tls;
  note_error(visit.error);
  if (!visit.answer || visit.answer->status == 0) {
    gave_up_ = answers_.empty() || plan_is_done_;  // a host that does not talk is not asked again
    return;
  }
  if (plan_is_done_) {
    if (auto facts = existence_.take(visit.answer->status)) answers_.push_back(std::move(*facts));
    return;
  }
  AnswerFacts facts = context_.signs->read(request.probe, *visit.answer);
  const bool tells =
      facts.build || facts.at_least || (facts.update && !any_at_least(answers_) && !any_build(answers_));
  if (facts.self_hosted && request.path != telling_path_ && (tells || telling_path_.empty())) {
    telling_path_ = request.path;
    telling_probe_ = request.probe;
    telling_answers_ = 0;
  }
  if (request.path == telling_path_) ++telling_answers_;
  const bool done = facts.build.has_value() || facts.online || facts.sends_online;
  answers_.push_back(std::move(facts));
  if (is_redirect(visit.answer->status) && !done) read_redirect(request, *visit.answer);
}

void HostPlan::read_redirect(const Request& request, const HttpAnswer& answer) {
  const auto locations = answer.values("location");
  if (locations.empty()) return;
  std::string host;
  const std::string path = followed_path(locations.front(), context_.plan->follow, host);
  std::string name = request.name;
  if (path.empty() || !is_same_host(host, name)) {
    notes_.push_back({request.probe, "redirects elsewhere, not followed: " +
                                         escape_terminal(locations.front(), kShownLocation)});
    return;
  }
  if (path == request.path || redirects_ >= kMostRedirects) return;
  ++redirects_;
  redirect_ = Request{request.probe, path, name};
}

// The address itself, the name it was asked by, a name in its own certificate, or an inside address, which
// such servers send when they don't know by which name they were asked. The request goes to the same address
// in any case; `name` becomes the name to ask for.
bool HostPlan::is_same_host(std::string_view host, std::string& name) const {
  if (host.empty()) return true;
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && !host.ends_with(']')) host = host.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (const auto address = parse_address(host))
    return *address == address_ || special_ranges().contains(*address);
  if (host == name) return true;
  const auto host_as_name = host_name(host);
  const bool certified =
      host_as_name && tls_ && std::ranges::any_of(tls_->names, [&](const std::string& known) {
        return covers(known, *host_as_name);
      });
  if (certified) name = *host_as_name;
  return certified;
}

void HostPlan::finish(HostRecord& record) {
  record.name = name_;
  record.reached = reached_;
  record.tls = tls_;
  record.evidence = notes_;
  record.errors = errors_;
  if (const auto silence = existence_.silence()) record.evidence.push_back(*silence);
  judge(answers_, *context_.product, context_.cves, record);
}

}  // namespace afterpatch::exposure
