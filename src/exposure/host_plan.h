// What a host is asked next, by what it has answered so far. Pure: the one place that decides what is ever
// sent.
//
// The rules: never more requests and bytes than the plan allows; every connection is a new one, so that
// several servers behind a balancer have a chance to show; a redirect is followed at most twice, only to the
// same host, only to a path of the plan, and never with its query; a host that shows nothing by its address
// is asked once more by the best name in its certificate.
//
// Example:
//   HostPlan plan(context, target_name);
//   while (const auto request = plan.next()) plan.take(*request, visit(address, *request));
//   plan.finish(record);
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exposure/existence_probes.h"
#include "exposure/host_record.h"
#include "exposure/sign_reader.h"
#include "exposure/visit.h"
#include "knowledge/probe_plan.h"
#include "knowledge/product.h"

namespace afterpatch::exposure {

inline constexpr unsigned kMostRedirects = 2;

// What all hosts of a scan share. Thread-safe.
struct ProbeContext {
  std::shared_ptr<const knowledge::ProbePlan> plan;
  std::shared_ptr<const knowledge::Product> product;
  std::shared_ptr<const SignReader> signs;
  std::vector<std::string> cves;
  unsigned existence_probes = 0;  // most requests of that kind a host, beside those of the plan
};

// Not thread-safe. `context` must outlive it.
class HostPlan {
 public:
  HostPlan(const ProbeContext& context, const Address& address, std::string name);

  std::optional<Request> next();
  void take(const Request& request, const Visit& visit);
  std::size_t bytes_left() const;

  // Fills everything but time, address and port.
  void finish(HostRecord& record);

 private:
  bool wants(const knowledge::Probe& probe) const;
  std::optional<Request> planned_request();
  std::optional<Request> existence_request();
  bool is_ambiguous() const;
  std::optional<Request> named_request();
  std::optional<Request> sample();
  void read_redirect(const Request& request, const HttpAnswer& answer);
  bool is_same_host(std::string_view host, std::string& name) const;
  void note_error(const std::optional<ProbeError>& error);

  const ProbeContext& context_;
  Address address_;
  std::string name_;  // asked for now
  bool tried_name_ = false;
  std::size_t next_probe_ = 0;
  unsigned requests_ = 0;
  unsigned redirects_ = 0;
  std::size_t bytes_ = 0;
  bool gave_up_ = false;
  std::optional<Request> redirect_;
  std::string telling_path_;  // whose answer named the most exact build
  unsigned telling_answers_ = 0;
  std::string telling_probe_;
  std::vector<AnswerFacts> answers_;
  ExistenceProbes existence_;
  bool plan_is_done_ = false;
  std::vector<ProbeError> errors_;
  std::vector<Evidence> notes_;
  std::optional<TlsFacts> tls_;
  bool reached_ = false;
};

// The path in `follow` that a Location leads to, without its query, as `follow` writes it; empty if it leads
// elsewhere. `host` becomes the host that it names, empty for a relative one. An unencrypted or odd target
// leads nowhere.
std::string followed_path(std::string_view location, const std::vector<std::string>& follow,
                          std::string& host);

// The name in a certificate that is most likely the mail server's, by first labels; empty if none is usable.
std::string best_name(const std::vector<std::string>& names, const std::vector<std::string>& names_first);

}  // namespace afterpatch::exposure
