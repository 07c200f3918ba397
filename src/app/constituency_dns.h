// Reverse names and mail exchangers, asked of name servers at a steady rate; only where the operator asks for
// it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/network.h"
#include "constituency/looked_up.h"

namespace afterpatch::app {

struct DnsOptions {
  bool ask = false;
  std::string resolver;    // "192.0.2.53:5353"; empty: those of the system
  double per_second = 20;  // lookups that begin; a name's addresses are two questions
};

// Not thread-safe.
class NameQuestions {
 public:
  virtual ~NameQuestions() = default;
  // Fails if no name server can be set up.
  static Result<std::unique_ptr<NameQuestions>> open(const DnsOptions& options);

  // In the order of `addresses`, as host_name() gives them; empty where there is none or nobody answered.
  virtual std::vector<std::string> reverse_names(const std::vector<Address>& addresses) = 0;
  // In the order of `domains`. Absent: nobody answered, or not of all exchangers; then it is not known where
  // the mail goes.
  virtual std::vector<std::optional<constituency::MailExchangers>> mail_exchangers(
      const std::vector<std::string>& domains) = 0;
};

}  // namespace afterpatch::app
