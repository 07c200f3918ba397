#include "web/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <deque>
#include <optional>

#include <fmt/format.h>

#include "web/clock.h"
#include "web/forwarded.h"
#include "web/problem.h"

namespace afterpatch::web {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

template <typename T>
using Awaitable = asio::awaitable<T, Strand>;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable_t<Strand>{});

constexpr std::chrono::seconds kWriteTime{30};  // for one piece of an answer
constexpr std::size_t kPiece = 64U << 10U;
constexpr std::chrono::seconds kHeartbeat{15};
constexpr std::size_t kMostWaitingEvents = 64;

// Times out one step after the other; what is too slow ends with beast::error::timeout.
void allow(PlainStream& stream, std::chrono::milliseconds time) {
  stream.expires_after(time);
}

template <typename Stream>
class Connection {
 public:
  Connection(Stream stream, std::string address, ConnectionWorld& world)
      : stream_(std::move(stream)), address_(std::move(address)), world_(world) {}

  Awaitable<void> run() {
    if (!co_await begin()) co_return;
    while (!world_.stopping) {
      const bool more = co_await exchange();
      if (!more) break;
    }
    co_await end();
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  PlainStream& plain() { return beast::get_lowest_layer(stream_); }
  const Settings& settings() const { return world_.shared.settings; }

  Awaitable<bool> begin() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      allow(plain(), settings().header_time);
      const auto [error] = co_await stream_.async_handshake(asio::ssl::stream_base::server, kAwait);
      co_return !error;
    }
    co_return true;
  }

  Awaitable<void> end() {
    allow(plain(), std::chrono::seconds(2));
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      [[maybe_unused]] const auto [error] = co_await stream_.async_shutdown(kAwait);
    }
    error_code ignored;
    plain().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }

  // One request and its answer; false when the connection is to end.
  Awaitable<bool> exchange() {
    Parser parser;
    parser.header_limit(kMaxHeaderBytes);
    parser.body_limit(boost::none);  // known once the route is
    if (!co_await wait_for_request()) co_return false;
    const auto [head_error, head_bytes] = co_await http::async_read_header(stream_, buffer_, parser, kAwait);
    if (head_error) co_return co_await refuse_head(head_error);
    auto request = request_of(parser.get());
    if (!request) co_return co_await send_and_end(problem(400, request.error().what + "."), parser);
    if (auto refused = co_await read_body(parser, *request))
      co_return co_await send_and_end(std::move(*refused), parser);
    request->body = std::move(parser.get().body());
    const bool keep = parser.get().keep_alive() && !world_.stopping;
    const unsigned version = parser.get().version();
    const bool head = request->method == Method::head;
    co_return co_await answer(std::move(*request), head, version, keep);
  }

  // The time for a head counts from its first byte; before that a connection may be idle for longer.
  Awaitable<bool> wait_for_request() {
    if (buffer_.size() == 0) {
      allow(plain(), first_ ? settings().header_time : settings().idle_time);
      first_ = false;
      const auto [error, bytes] = co_await stream_.async_read_some(buffer_.prepare(4096), kAwait);
      if (error) co_return false;
      buffer_.commit(bytes);
    }
    allow(plain(), settings().header_time);
    co_return true;
  }

  Awaitable<bool> refuse_head(error_code error) {
    if (error == http::error::header_limit || error == http::error::buffer_overflow)
      co_return co_await send(problem(431, "The head of the request is too long."), false, 11, false);
    const bool malformed = error.category() == http::make_error_code(http::error::bad_method).category() &&
                           error != http::error::end_of_stream && error != http::error::partial_message;
    if (malformed) co_return co_await send(problem(400, "This is no HTTP request."), false, 11, false);
    co_return false;
  }

  Result<Request> request_of(const http::request<http::string_body>& message) const {
    auto target = parse_target(std::string_view(message.target().data(), message.target().size()));
    if (!target) return std::unexpected(Error{"The address has " + target.error().what, "", ""});
    Request request;
    request.method =
        parse_method(std::string_view(message.method_string().data(), message.method_string().size()));
    request.target = std::move(*target);
    for (const auto& field : message)
      request.headers.emplace_back(std::string_view(field.name_string().data(), field.name_string().size()),
                                   std::string_view(field.value().data(), field.value().size()));
    const Origin origin = origin_of(request.headers, address_, std::is_same_v<Stream, TlsStream>, settings());
    request.address = origin.address;
    request.secure = origin.secure;
    return request;
  }

  Awaitable<std::optional<Response>> read_body(Parser& parser, const Request& request) {
    if (parser.is_done()) co_return std::nullopt;
    const std::size_t limit = world_.application.body_limit(request.method, request.target);
    const auto length = parser.content_length();
    if (length && *length > limit)
      co_return problem(413, fmt::format("At most {} bytes are taken here.", limit));
    if (limit > Application::kSmallBody) {
      if (!length) co_return problem(411, "Say the length of the body.");
      auto refused = co_await on_worker([this, &request](store::Store& store) {
        return world_.application.refuse_early(request, store, current_time());
      });
      if (refused) co_return std::move(*refused);
    }
    parser.body_limit(limit);
    allow(plain(), settings().body_time + std::chrono::seconds(limit / settings().least_rate));
    if (http::token_list(parser.get()[http::field::expect]).exists("100-continue")) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto [error, bytes] = co_await asio::async_write(stream_, asio::buffer(kContinue), kAwait);
      if (error) co_return problem(400, "The request ended early.");
    }
    const auto [error, bytes] = co_await http::async_read(stream_, buffer_, parser, kAwait);
    if (error == http::error::body_limit)
      co_return problem(413, fmt::format("At most {} bytes are taken here.", limit));
    if (error) co_return problem(400, "The request ended early.");
    co_return std::nullopt;
  }

  // Runs `work` with a store on a worker's thread while this connection waits.
  template <typename Work>
  auto on_worker(Work work) -> Awaitable<decltype(work(std::declval<store::Store&>()))> {
    using Outcome = decltype(work(std::declval<store::Store&>()));
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<Strand>&,
                                            void(std::exception_ptr, Outcome)>(
        [this, work = std::move(work)](auto handler) mutable {
          asio::post(world_.workers.executor(),
                     [this, work = std::move(work), handler = std::move(handler)]() mutable {
                       std::optional<Outcome> outcome;
                       std::exception_ptr thrown;
                       try {
                         WorkerPool::Lease lease(world_.workers);
                         outcome.emplace(work(lease.store()));
                       } catch (...) {
                         thrown = std::current_exception();
                         outcome.emplace();
                       }
                       auto executor = asio::get_associated_executor(handler);
                       asio::post(executor, [handler = std::move(handler), thrown,
                                             outcome = std::move(*outcome)]() mutable {
                         handler(thrown, std::move(outcome));
                       });
                     });
        },
        kPlainAwait);
  }
  static constexpr asio::use_awaitable_t<Strand> kPlainAwait{};

  Awaitable<bool> answer(Request request, bool head, unsigned version, bool keep) {
    plain().expires_never();
    Response response = co_await on_worker([this, &request](store::Store& store) {
      return world_.application.answer(std::move(request), store, current_time());
    });
    if (response.events && !head) co_return co_await send_events(std::move(response));
    if (response.stream && !head) co_return co_await send_stream(std::move(response), version);
    co_return co_await send(std::move(response), head, version, keep);
  }

  static http::response<http::string_body> message_of(Response& response, unsigned version, bool keep) {
    http::response<http::string_body> message;
    message.version(version);
    message.result(response.status);
    message.reason(reason_phrase(response.status));
    if (!response.content_type.empty()) message.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) message.insert(name, value);
    message.keep_alive(keep);
    return message;
  }

  Awaitable<bool> send(Response response, bool head, unsigned version, bool keep) {
    auto message = message_of(response, version, keep);
    const bool bodiless = response.status == 204 || response.status == 304;
    const std::size_t length = response.body.size();
    if (!head && !bodiless) message.body() = std::move(response.body);
    if (!bodiless) message.content_length(length);
    http::response_serializer<http::string_body> serializer(message);
    if (head) serializer.split(true);
    allow(plain(), kWriteTime + std::chrono::seconds(length / settings().least_rate));
    const auto [error, bytes] = head ? co_await http::async_write_header(stream_, serializer, kAwait)
                                     : co_await http::async_write(stream_, serializer, kAwait);
    co_return !error && keep;
  }

  // For a request that was not read to its end: what follows can't be told from its body. The rest is read
  // for a moment, so that the client sees the answer and not a reset connection.
  Awaitable<bool> send_and_end(Response response, const Parser& parser) {
    if (header_of(response.headers, "content-security-policy").empty())
      add_security_headers(response, false, true);
    co_await send(std::move(response), false, parser.get().version() == 10 ? 10 : 11, false);
    error_code ignored;
    plain().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    std::size_t left = 1U << 20U;
    allow(plain(), std::chrono::seconds(2));
    while (left > 0) {
      buffer_.clear();
      const auto [error, bytes] = co_await plain().async_read_some(buffer_.prepare(16384), kAwait);
      if (error) break;
      left -= std::min(left, bytes);
    }
    co_return false;
  }

  Awaitable<bool> write(std::string bytes) {
    allow(plain(), kWriteTime);
    const auto [error, sent] = co_await asio::async_write(stream_, asio::buffer(bytes), kAwait);
    co_return !error;
  }

  Awaitable<bool> write_head(Response& response, unsigned version, bool chunked) {
    auto message = message_of(response, version, false);
    message.chunked(chunked);
    http::response_serializer<http::string_body> serializer(message);
    serializer.split(true);
    allow(plain(), kWriteTime);
    const auto [error, bytes] = co_await http::async_write_header(stream_, serializer, kAwait);
    co_return !error;
  }

  // Gathers small writes; each full piece is sent on the connection's strand while the worker waits.
  class Sink : public BodySink {
   public:
    Sink(Connection& connection, bool chunked) : connection_(connection), chunked_(chunked) {}
    bool write(std::string chunk) override {
      held_ += chunk;
      return held_.size() < kPiece ? alive_ : flush();
    }
    bool flush() {
      if (!alive_ || held_.empty()) return alive_;
      std::string piece = chunked_ ? fmt::format("{:x}\r\n", held_.size()) + held_ + "\r\n" : held_;
      held_.clear();
      auto sent = asio::co_spawn(connection_.plain().get_executor(), connection_.write(std::move(piece)),
                                 asio::use_future);
      // Once the network has ended nobody will answer.
      while (sent.wait_for(std::chrono::milliseconds(200)) != std::future_status::ready)
        if (connection_.world_.ended) return alive_ = false;
      return alive_ = sent.get();
    }

   private:
    Connection& connection_;
    bool chunked_;
    std::string held_;
    bool alive_ = true;
  };

  Awaitable<bool> send_stream(Response response, unsigned version) {
    if (!world_.workers.begin_long())
      co_return co_await send(problem(503, "Other long answers are under way. Try again in a minute."), false,
                              version, false);
    const bool chunked = version >= 11;
    bool good = co_await write_head(response, version, chunked);
    if (good) {
      good = co_await on_worker([this, &response, chunked](store::Store&) {
        Sink sink(*this, chunked);
        response.stream(sink);
        return sink.flush();
      });
    }
    world_.workers.end_long();
    if (good && chunked) co_await write("0\r\n\r\n");
    co_return false;
  }

  Awaitable<bool> still_allowed(const Response& response) {
    if (!response.still_allowed) co_return true;
    co_return co_await on_worker(
        [&response](store::Store& store) { return response.still_allowed(store, current_time()); });
  }

  // Events wait here until this connection has sent those before.
  struct Waiting {
    explicit Waiting(const Strand& strand) : timer(strand) {}
    asio::steady_timer timer;
    std::deque<std::string> texts;
  };

  Awaitable<bool> send_events(Response response) {
    response.content_type = "text/event-stream";
    if (!co_await write_head(response, 11, true)) co_return false;
    const Strand strand = plain().get_executor();
    auto waiting = std::make_shared<Waiting>(strand);
    const std::size_t number = world_.shared.events.listen([waiting, strand](const std::string& text) {
      asio::post(strand, [waiting, text] {
        if (waiting->texts.size() < kMostWaitingEvents) waiting->texts.push_back(text);
        waiting->timer.cancel();
      });
    });
    co_await follow_events(*waiting, response);
    world_.shared.events.forget(number);
    co_return false;
  }

  Awaitable<void> follow_events(Waiting& waiting, const Response& response) {
    while (!world_.stopping) {
      std::string text;
      for (; !waiting.texts.empty(); waiting.texts.pop_front()) text += waiting.texts.front();
      if (text.empty()) text = ": still here\n\n";
      const bool sent = co_await write(fmt::format("{:x}\r\n{}\r\n", text.size(), text));
      if (!sent || !co_await still_allowed(response)) co_return;
      plain().expires_never();
      if (!waiting.texts.empty()) continue;
      waiting.timer.expires_after(kHeartbeat);
      [[maybe_unused]] const auto [woken] = co_await waiting.timer.async_wait(kAwait);
    }
  }

  Stream stream_;
  std::string address_;
  ConnectionWorld& world_;
  beast::flat_buffer buffer_{kMaxHeaderBytes + kPiece};
  bool first_ = true;
};

template <typename Stream>
Awaitable<void> serve_any(Stream stream, std::string address, ConnectionWorld& world) {
  auto connection = std::make_unique<Connection<Stream>>(std::move(stream), std::move(address), world);
  try {
    co_await connection->run();
  } catch (const std::exception& error) {
    if (world.shared.log) world.shared.log(std::string("error: a connection ended: ") + error.what());
  }
}

}  // namespace

asio::awaitable<void, Strand> serve(PlainStream stream, std::string address, ConnectionWorld& world) {
  co_await serve_any(std::move(stream), std::move(address), world);
}

asio::awaitable<void, Strand> serve(TlsStream stream, std::string address, ConnectionWorld& world) {
  co_await serve_any(std::move(stream), std::move(address), world);
}

}  // namespace afterpatch::web
