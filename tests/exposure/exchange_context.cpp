#include "exposure/exchange_context.h"

#include <stdexcept>

namespace afterpatch::exposure {
namespace {

template <typename T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
  return std::move(*result);
}

ProbeContext load() {
  const std::filesystem::path folder = std::string(AFTERPATCH_SOURCE_DIR) + "/knowledge/products/exchange";
  ProbeContext context;
  context.plan = need(knowledge::ProbePlan::load(folder));
  context.product = need(knowledge::Product::load(folder));
  context.signs = std::make_shared<const SignReader>(need(SignReader::make(context.plan)));
  context.cves = {"CVE-2021-26855", "CVE-2021-26857", "CVE-2021-26858", "CVE-2021-27065"};
  return context;
}

}  // namespace

const ProbeContext& exchange_context() {
  static const ProbeContext context = load();
  return context;
}

HttpAnswer answer_with(unsigned status, std::vector<std::pair<std::string, std::string>> headers,
                       std::string body) {
  HttpAnswer answer;
  answer.status = status;
  answer.headers = std::move(headers);
  answer.body = std::move(body);
  return answer;
}

HttpAnswer exchange_answer(unsigned status, const std::string& version, const std::string& body) {
  HttpAnswer answer = answer_with(status, {{"server", "Microsoft-IIS/10.0"}, {"x-feserver", "EX01"}}, body);
  if (!version.empty()) answer.headers.emplace_back("x-owa-version", version);
  return answer;
}

HttpAnswer logon_page(const std::string& update, const std::string& version) {
  return exchange_answer(
      200, version,
      "<!-- OwaPage = ASP.auth_logon_aspx -->\n<link rel=\"shortcut icon\" href=\"/owa/auth/" + update +
          "/themes/resources/favicon.ico\">\n<link href=\"/owa/auth/" + update +
          "/themes/resources/logon.css\">");
}

HttpAnswer manifest(const std::string& build) {
  return exchange_answer(
      200, "",
      "<assemblyIdentity name=\"microsoft.exchange.ediscovery.exporttool.application\" version=\"" + build +
          "\" publicKeyToken=\"b1d1a6c45aa418ce\" />");
}

}  // namespace afterpatch::exposure
