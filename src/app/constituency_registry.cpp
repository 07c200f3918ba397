#include "app/constituency_registry.h"

#include <fmt/format.h>

#include "app/version.h"
#include "base/file.h"
#include "constituency/organisation.h"

namespace afterpatch::app {
namespace {

Result<std::string> agent_of(const RegistryOptions& options) {
  const bool says_who =
      constituency::web_address(options.contact) || constituency::mail_address(options.contact);
  if ((options.ask || options.visit) && !options.allow_internal && !says_who) {
    return fail("nobody says who asks", "--contact",
                "whoever is asked wants to know: give your https:// address or mail address");
  }
  return fmt::format("Afterpatch/{} ({})", kVersion, options.contact.empty() ? "test" : options.contact);
}

}  // namespace

Result<std::unique_ptr<Registry>> Registry::open(const RegistryOptions& options,
                                                 const constituency::PublicSuffixes& suffixes) {
  const auto agent = agent_of(options);
  if (!agent) return std::unexpected(agent.error());
  std::unique_ptr<Registry> registry(new Registry);
  registry->options_ = options;
  constituency::WebSettings web;
  web.user_agent = *agent;
  web.proxy = options.proxy;
  web.ca_file = options.ca_file;
  web.allow_plain_http = web.allow_internal = options.allow_internal;
  registry->door_ = constituency::make_web_door(std::move(web));
  if (!options.cache.empty()) {
    auto cache = constituency::RdapCache::open(options.cache, suffixes);
    if (!cache) return std::unexpected(cache.error());
    registry->cache_ = std::move(*cache);
  }
  if (const auto loaded = registry->load_bootstrap(options); !loaded) return std::unexpected(loaded.error());
  constituency::RdapSettings settings;
  settings.interval = std::chrono::milliseconds(static_cast<std::int64_t>(1000 / options.per_second));
  registry->client_ = std::make_unique<constituency::RdapClient>(
      *registry->door_, registry->bootstrap_, registry->cache_, registry->clock_, settings);
  return registry;
}

Result<void> Registry::load_bootstrap(const RegistryOptions& options) {
  for (const std::string& file : options.bootstrap) {
    const auto text = read_file(file, constituency::kMostBootstrapBytes);
    if (!text) return std::unexpected(text.error());
    if (const auto added = bootstrap_.add(*text, file); !added) return added;
  }
  return options.ask && options.bootstrap.empty() ? bootstrap_.fetch(*door_) : Result<void>();
}

Result<const constituency::RdapEntry*> Registry::network_of(const Address& address) {
  if (options_.ask && client_->counts().asked < options_.limit) return client_->network_of(address);
  return cache_.find(address);
}

Result<const constituency::RdapEntry*> Registry::as_of(std::uint32_t number) {
  if (options_.ask && client_->counts().asked < options_.limit) return client_->as_of(number);
  return cache_.find_as(number);
}

}  // namespace afterpatch::app
