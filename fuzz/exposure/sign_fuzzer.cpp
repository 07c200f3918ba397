// From the bytes of a response to a record: whatever a server says, the plan asks no more than it may, of no
// other path, and what is written can be read back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exposure/host_plan.h"
#include "knowledge/catalogue.h"

using namespace afterpatch;
using namespace afterpatch::exposure;

namespace {

const ProbeContext& context() {
  static const ProbeContext made = [] {
    const auto folder = *knowledge::find_knowledge({}) / "products" / "exchange";
    ProbeContext loaded;
    loaded.plan = *knowledge::ProbePlan::load(folder);
    loaded.product = *knowledge::Product::load(folder);
    loaded.signs = std::make_shared<const SignReader>(std::move(*SignReader::make(loaded.plan)));
    loaded.cves = {"CVE-2021-26855"};
    return loaded;
  }();
  return made;
}

bool is_planned(const std::string& path) {
  for (const auto& probe : context().plan->probes) {
    if (probe.path == path) return true;
  }
  for (const std::string& followed : context().plan->follow) {
    if (followed == path) return true;
  }
  return false;
}

Visit visit_of(std::string_view bytes) {
  ResponseReader reader(context().plan->body_bytes);
  if (reader.feed(bytes) == ResponseReader::State::more) reader.end();
  Visit visit;
  visit.connected = true;
  visit.tls = TlsFacts{"TLSv1.2", {"mail.example.org"}, ""};
  HttpAnswer answer = reader.take();
  if (answer.status != 0) visit.answer = std::move(answer);
  return visit;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HostPlan plan(context(), *parse_address("192.0.2.7"), {});
  unsigned requests = 0;
  while (const auto request = plan.next()) {
    if (++requests > context().plan->requests || !is_planned(request->path)) std::abort();
    if (!request->name.empty() && request->name != "mail.example.org") std::abort();
    const auto part = bytes.substr(0, bytes.find('\xff'));
    bytes.remove_prefix(std::min(bytes.size(), part.size() + 1));
    plan.take(*request, visit_of(part));
  }
  HostRecord record;
  record.address = *parse_address("192.0.2.7");
  record.time = *parse_time("2021-03-05");
  plan.finish(record);
  const std::string line = to_json_line(record);
  const auto read = parse_json_line(line);
  if (!read || to_json_line(*read) != line || line.find('\n') != std::string::npos) std::abort();
  return 0;
}
