#include "registry/puller.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "async/run.h"
#include "async/task_group.h"

namespace rockpool::registry {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

Puller::Options options(std::chrono::milliseconds timeout) {
  Puller::Options made;
  made.find_access = [](const std::string&) { return Access(); };
  made.timeout = timeout;
  return made;
}

// Takes connections and never says a word.
class SilentRegistry {
 public:
  explicit SilentRegistry(asio::io_context& context)
      : acceptor_(context, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}

  ImageReference image() const {
    return {.host = "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()),
            .repository = "r"};
  }

  asio::awaitable<void> accept() { caller_ = co_await acceptor_.async_accept(asio::use_awaitable); }

 private:
  Tcp::acceptor acceptor_;
  std::optional<Tcp::socket> caller_;
};

Task<void> stop_when_called(SilentRegistry& registry, async::TaskGroup& group) {
  co_await registry.accept();
  group.stop();
  co_await group.wait();
  co_return Result<void>{};
}

Task<void> note_outcome(Puller& puller, ImageReference image, std::optional<ErrorCode>& outcome) {
  co_await asio::this_coro::throw_if_cancelled(false);
  std::string no_key;
  OnPull untold;
  auto pulled = co_await puller.pull(std::move(image), std::move(no_key), std::move(untold));
  if (!pulled) outcome = pulled.error().code();
  co_return Result<void>{};
}

TEST(Puller, EndsAPullWithItsCaller) {
  asio::io_context context{1};
  Puller puller(options(std::chrono::minutes(5)));
  SilentRegistry registry(context);
  async::TaskGroup callers("callers", context.get_executor(),
                           [](const std::string&, const Error&) {});
  std::optional<ErrorCode> outcome;
  callers.spawn(note_outcome(puller, registry.image(), outcome));

  auto stopped = async::run(context, stop_when_called(registry, callers));

  EXPECT_TRUE(stopped);
  EXPECT_EQ(outcome, ErrorCode::Cancelled);
}

TEST(Puller, GivesUpARegistryThatSaysNothing) {
  asio::io_context context{1};
  Puller puller(options(std::chrono::milliseconds(50)));
  SilentRegistry registry(context);
  std::optional<ErrorCode> outcome;

  auto ended = async::run(context, note_outcome(puller, registry.image(), outcome));

  EXPECT_TRUE(ended);
  EXPECT_EQ(outcome, ErrorCode::RegistryError);
}

TEST(Puller, TellsWhyARegistryCantBeReached) {
  Puller::Options refusing = options(std::chrono::minutes(1));
  refusing.find_access = [](const std::string& host) -> Result<Access> {
    return fail(ErrorCode::InvalidArgument, "no password for " + host);
  };
  Puller puller(std::move(refusing));
  ImageReference image{.host = "h", .repository = "r"};

  auto pulled = async::run(puller.pull(image, "", {}));

  ASSERT_FALSE(pulled);
  EXPECT_EQ(pulled.error().message(), "no password for h");
}

}  // namespace
}  // namespace rockpool::registry
