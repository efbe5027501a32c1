#include "dialects/wasmengine/reply.h"

#include <gtest/gtest.h>

namespace rockpool::dialects::wasmengine {
namespace {

TEST(Reply, SuccessIsAlwaysTheSameStatus) {
  auto reply = success("hello\n");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.text, "status code: 200, message: hello\n");
}

TEST(Reply, FailuresAreChainsOfCauses) {
  EXPECT_EQ(rejection(ErrorCode::GuestTrap, "failed").text,
            "Unhandled rejection: CustomReject(failed)");
  EXPECT_EQ(rejection(ErrorCode::GuestTrap, "failed", "first\nsecond").text,
            "Unhandled rejection: CustomReject(failed\n\nCaused by:\n    first\n    second)");
}

TEST(Reply, OnlyWhatMayPassIsUnavailable) {
  EXPECT_EQ(rejection(ErrorCode::Overloaded, "").status, 503);
  EXPECT_EQ(rejection(ErrorCode::Draining, "").status, 503);
  EXPECT_EQ(rejection(ErrorCode::LimitWall, "").status, 500);
}

TEST(Reply, PathsBelowFunctionAreAnswered) {
  EXPECT_EQ(unknown_path("/function/restart").status, 200);
  EXPECT_EQ(unknown_path("/function/restart").text, "404 Not Found\n");
  EXPECT_EQ(unknown_path("/functions").status, 404);
  EXPECT_EQ(unknown_path("/").status, 404);
}

}  // namespace
}  // namespace rockpool::dialects::wasmengine
