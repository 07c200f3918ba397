// The country's mail server on loopback: one for all organisations and for the operator, so that a demo and
// tests need no other.
#pragma once

#include <cstdint>
#include <memory>

#include "base/error.h"
#include "range/mail/post_office.h"

namespace afterpatch::range {

class MailServer {
 public:
  // Listens on 127.0.0.1 when it returns; port 0: any free one. `office` must outlive it.
  static Result<std::unique_ptr<MailServer>> start(std::uint16_t port, PostOffice& office);
  virtual ~MailServer() = default;  // closes every connection
  virtual std::uint16_t port() const = 0;
};

}  // namespace afterpatch::range
