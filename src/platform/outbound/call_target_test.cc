#include "platform/outbound/call_target.h"

#include <gtest/gtest.h>

#include "platform/functions/grants.h"

namespace rockpool::platform {
namespace {

using engine::OutgoingRequest;

// A request as a guest words it; nobody answers it.
class WordedRequest final : public OutgoingRequest {
 public:
  WordedRequest(Way way, std::string scheme, std::string authority, std::string path)
      : way_(way),
        scheme_(std::move(scheme)),
        authority_(std::move(authority)),
        path_(std::move(path)) {}

  Way way() const override { return way_; }
  std::string_view method() const override { return "GET"; }
  std::string_view scheme() const override { return scheme_; }
  std::string_view authority() const override { return authority_; }
  std::string_view path_with_query() const override { return path_; }
  const std::vector<std::pair<std::string, std::string>>& headers() const override {
    return headers_;
  }
  engine::BodySource* body() override { return nullptr; }
  std::uint64_t max_answer_bytes() const override { return 0; }
  void on_abandoned(std::function<void()>) override {}
  void begin(const engine::AnswerHead&, Voice) override {}
  Task<void> write(std::string_view) override { co_return Result<void>{}; }
  void write_last(std::string_view) override {}
  void finish() override {}
  void fail(ErrorCode) override {}

 private:
  const Way way_;
  const std::string scheme_;
  const std::string authority_;
  const std::string path_;
  const std::vector<std::pair<std::string, std::string>> headers_;
};

Result<CallTarget> by_http(std::string scheme, std::string authority, std::string path) {
  return call_target(WordedRequest(OutgoingRequest::Way::Http, std::move(scheme),
                                   std::move(authority), std::move(path)));
}

Result<CallTarget> by_name(std::string name) {
  return call_target(WordedRequest(OutgoingRequest::Way::Call, "", std::move(name), ""));
}

FunctionName name_of(std::string_view text) {
  return FunctionName::parse(text).value();
}

TEST(CallTarget, IsTheFirstLabelOfAnInternalHost) {
  for (std::string_view host :
       {"other.rockpool.internal", "other.rockpool.internal:80", "OTHER.Rockpool.Internal"}) {
    auto target = by_http("http", std::string(host), "/a/b?x=/../");

    ASSERT_TRUE(target) << host;
    EXPECT_EQ(target->name.text(), "other");
    EXPECT_EQ(target->path_with_query, "/a/b?x=/../");
  }
}

TEST(CallTarget, IsNoOtherHost) {
  for (std::string_view host :
       {"", "other", "rockpool.internal", "other.rockpool.internal.test", "127.0.0.1",
        "other.rockpool.internal:81", "other.rockpool.internal.", "user@other.test"}) {
    auto target = by_http("http", std::string(host), "/");

    ASSERT_FALSE(target) << host;
    EXPECT_EQ(target.error().code(), ErrorCode::CallDenied) << host;
  }
  EXPECT_EQ(by_http("https", "other.rockpool.internal", "/").error().code(), ErrorCode::CallDenied);
}

TEST(CallTarget, HasANameThatAFunctionCanHave) {
  for (std::string_view host : {".rockpool.internal", "a.b.rockpool.internal",
                                "-a.rockpool.internal", "user@other.rockpool.internal"}) {
    auto target = by_http("http", std::string(host), "/");

    ASSERT_FALSE(target) << host;
    EXPECT_EQ(target.error().code(), ErrorCode::FunctionNotFound) << host;
  }
}

TEST(CallTarget, HasAPathWithoutSurprises) {
  EXPECT_EQ(by_http("http", "other.rockpool.internal", "?x=1")->path_with_query, "/?x=1");
  for (std::string_view path : {"/a/../b", "/a b", "/a#b", "/a\r\nb", "/\xc3\xa9"}) {
    auto target = by_http("http", "other.rockpool.internal", std::string(path));

    ASSERT_FALSE(target) << path;
    EXPECT_EQ(target.error().code(), ErrorCode::BadRequest) << path;
  }
}

TEST(CallTarget, OfRockpoolCallIsANameAndAPath) {
  EXPECT_EQ(by_name("sum")->path_with_query, "/");
  EXPECT_EQ(by_name("sum/add?x=1")->name.text(), "sum");
  EXPECT_EQ(by_name("sum/add?x=1")->path_with_query, "/add?x=1");
  EXPECT_EQ(by_name("sum?x=1")->path_with_query, "/?x=1");
  EXPECT_EQ(by_name("other.rockpool.internal").error().code(), ErrorCode::FunctionNotFound);
  EXPECT_EQ(by_name("").error().code(), ErrorCode::FunctionNotFound);
}

TEST(Grants, AllowTheNamesTheyListAndNoOthers) {
  Grants grants{.call = {"other", "api-*"}};

  EXPECT_TRUE(may_call(grants, name_of("other")));
  EXPECT_TRUE(may_call(grants, name_of("api-1")));
  EXPECT_FALSE(may_call(grants, name_of("others")));
  EXPECT_FALSE(may_call(grants, name_of("api")));
  EXPECT_FALSE(may_call(Grants(), name_of("other")));
  EXPECT_TRUE(may_call(Grants{.call = {"*"}}, name_of("other")));
}

}  // namespace
}  // namespace rockpool::platform
