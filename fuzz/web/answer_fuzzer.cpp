// Requests of any kind, from anybody: the first byte says who asks, the first line the method and target,
// then header lines, then the body. Whatever comes is answered, never with an error of ours (500), and always
// with the headers that keep a browser safe.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "store/store.h"
#include "web/application.h"
#include "web/secret.h"
#include "web/shared.h"
#include "web/sign_in.h"

namespace {

using namespace afterpatch;

// A store with nothing but who may ask: in memory, if there is such a folder.
struct World {
  World() {
    std::string folder =
        std::filesystem::exists("/dev/shm") ? "/dev/shm/request-fuzz-XXXXXX" : "/tmp/request-fuzz-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) std::abort();
    settings.store = folder + "/store.db";
    settings.uploads = folder + "/uploads";
    std::filesystem::create_directories(settings.uploads);
    store = std::move(*store::Store::open(settings.store));
    for (const char* name : {"viewer", "analyst", "operator", "admin"}) {
      (void)store->accounts().put_account({name, *store::parse_role(name), "-", now, false});
      (void)store->accounts().begin_session(
          {web::digest_of(name), name, "192.0.2.1", now, now, now + std::chrono::hours(12)});
    }
    (void)store->cases().put_token(
        {web::digest_of("token"), "AP-1", now, now + std::chrono::hours(12), false});
    shared = std::make_unique<web::Shared>(settings);
    shared->set_mark("1");
    application = std::make_unique<web::Application>(*shared, web::all_routes());
  }

  web::Settings settings;
  Timestamp now = *parse_time("2021-03-10T12:00:00Z");
  std::unique_ptr<store::Store> store;
  std::unique_ptr<web::Shared> shared;
  std::unique_ptr<web::Application> application;
};

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

void sign_in(web::Request& request, std::uint8_t who) {
  constexpr std::string_view kSessions[] = {"viewer", "analyst", "operator", "admin"};
  if (who % 6 == 5) request.headers.emplace_back("Authorization", "Bearer token");
  if (who % 6 >= 4) return;
  const std::string session(kSessions[who % 6]);
  request.headers.emplace_back("Cookie", std::string(web::kSessionCookie) + "=" + session);
  if (who >= 128) request.headers.emplace_back("X-CSRF-Token", web::csrf_token(session));
}

constexpr web::Method kMethods[] = {web::Method::get, web::Method::head, web::Method::post,
                                    web::Method::patch, web::Method::delete_method};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size < 3) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  auto target = web::parse_target(take_line(text));
  if (!target) return 0;
  web::Request request;
  request.method = kMethods[data[1] % std::size(kMethods)];
  request.target = std::move(*target);
  request.address = "192.0.2.1";
  sign_in(request, data[0]);
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) break;
    request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  request.body = text.substr(0, world.application->body_limit(request.method, request.target));
  const web::Response answer = world.application->answer(request, *world.store, world.now);
  if (answer.status == 500) std::abort();
  if (web::header_of(answer.headers, "x-content-type-options") != "nosniff") std::abort();
  if (web::header_of(answer.headers, "content-security-policy").empty()) std::abort();
  return 0;
}
