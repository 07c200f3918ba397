#include "app/constituency_dns.h"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "constituency/domain_name.h"
#include "exposure/name_lookup.h"

namespace afterpatch::app {
namespace {

namespace asio = boost::asio;
using constituency::MailExchangers;
using exposure::NameLookup;

constexpr std::size_t kMostAtOnce = 64;  // under way; the rate is what holds back

asio::awaitable<std::string> reverse_name(NameLookup& lookup, Address address) {
  co_return co_await lookup.reverse_name({address.v6, address.high, address.low});
}

asio::awaitable<std::optional<MailExchangers>> exchangers_of(NameLookup& lookup, std::string domain) {
  MailExchangers mail{domain, {}};
  std::vector<std::string> names = co_await lookup.mail_exchangers(domain);
  if (names.empty()) names.push_back(domain);  // RFC 5321, section 5.1: then its address is its exchanger
  for (const std::string& name : names) {
    const auto addresses = co_await lookup.addresses(name);
    if (addresses.empty()) co_return std::nullopt;
    mail.exchangers.emplace(name, addresses);
  }
  co_return mail;
}

// Asks about all of `items`, some at once; answers stand in their order.
template <typename Answer, typename Item, typename Ask>
class Round {
 public:
  Round(asio::io_context& context, NameLookup& lookup, const std::vector<Item>& items, Ask ask)
      : context_(context), lookup_(lookup), items_(items), ask_(ask), answers_(items.size()) {}

  std::vector<Answer> run() {
    if (items_.empty()) return {};
    context_.restart();
    const auto guard = asio::make_work_guard(context_);
    running_ = std::min(items_.size(), kMostAtOnce);
    for (std::size_t i = 0, most = running_; i < most; ++i) asio::co_spawn(context_, work(), asio::detached);
    context_.run();
    return std::move(answers_);
  }

 private:
  asio::awaitable<void> work() {
    while (next_ < items_.size()) {
      const std::size_t mine = next_++;
      answers_[mine] = co_await ask_(lookup_, items_[mine]);
    }
    if (--running_ == 0) context_.stop();
  }

  asio::io_context& context_;
  NameLookup& lookup_;
  const std::vector<Item>& items_;
  Ask ask_;
  std::vector<Answer> answers_;
  std::size_t next_ = 0;
  std::size_t running_ = 0;
};

class AsioNameQuestions : public NameQuestions {
 public:
  Result<void> open(const DnsOptions& options) {
    auto lookup = NameLookup::make(context_, options.resolver, exposure::Rate{options.per_second});
    if (!lookup) return std::unexpected(lookup.error());
    lookup_ = std::move(*lookup);
    return {};
  }

  std::vector<std::string> reverse_names(const std::vector<Address>& addresses) override {
    return Round<std::string, Address, decltype(&reverse_name)>(context_, *lookup_, addresses, &reverse_name)
        .run();
  }

  std::vector<std::optional<MailExchangers>> mail_exchangers(
      const std::vector<std::string>& domains) override {
    return Round<std::optional<MailExchangers>, std::string, decltype(&exchangers_of)>(
               context_, *lookup_, domains, &exchangers_of)
        .run();
  }

 private:
  asio::io_context context_;
  std::unique_ptr<NameLookup> lookup_;  // ends before the context
};

}  // namespace

Result<std::unique_ptr<NameQuestions>> NameQuestions::open(const DnsOptions& options) {
  auto questions = std::make_unique<AsioNameQuestions>();
  if (const auto opened = questions->open(options); !opened) return std::unexpected(opened.error());
  return questions;
}

}  // namespace afterpatch::app
