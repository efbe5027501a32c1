#include "json/object_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rockpool::json {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(ObjectReader, ReadsFieldsByNameAndType) {
  auto document = *parse(R"({"name": "hello", "count": 3, "change": -1, "share": 1, "on": true,
      "routes": ["/a", "/b"], "env": {"B": "2", "A": "1"}, "any": [1]})");
  auto reader = *ObjectReader::open(document);

  EXPECT_EQ(*reader.required<std::string>("name"), "hello");
  EXPECT_EQ(*reader.required<std::uint64_t>("count"), 3U);
  EXPECT_EQ(*reader.required<std::int64_t>("change"), -1);
  EXPECT_EQ(*reader.required<double>("share"), 1.0);
  EXPECT_EQ(*reader.required<bool>("on"), true);
  EXPECT_THAT(*reader.required<std::vector<std::string>>("routes"), ElementsAre("/a", "/b"));
  EXPECT_THAT(*reader.required<StringMap>("env"), ElementsAre(Pair("B", "2"), Pair("A", "1")));
  EXPECT_EQ(dump(**reader.required<const Value*>("any")), "[1]");
  EXPECT_TRUE(reader.finish());
}

TEST(ObjectReader, AbsentAndNullFieldsAreEmpty) {
  auto document = *parse(R"({"a": null})");
  auto reader = *ObjectReader::open(document);

  EXPECT_EQ(*reader.optional<std::string>("a"), std::nullopt);
  EXPECT_EQ(*reader.optional<std::string>("b"), std::nullopt);
  EXPECT_THAT(reader.required<std::string>("b").error().message(), HasSubstr("'b' is missing"));
  EXPECT_TRUE(reader.finish());
}

TEST(ObjectReader, ErrorsNameThePathOfTheField) {
  auto document = *parse(R"({"limits": {"wall": 5}, "routes": ["/a", 2], "env": {"K": false}})");
  auto reader = *ObjectReader::open(document);
  auto limits = *reader.required<ObjectReader>("limits");

  auto wall = limits.required<std::string>("wall");
  auto routes = reader.required<std::vector<std::string>>("routes");
  auto env = reader.required<StringMap>("env");

  EXPECT_EQ(wall.error().code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(wall.error().message(), "'limits.wall' has to be a string, not number");
  EXPECT_THAT(routes.error().message(), HasSubstr("'routes[1]'"));
  EXPECT_THAT(env.error().message(), HasSubstr("'env.K'"));
}

TEST(ObjectReader, IntegersOutOfRangeAreOfTheWrongType) {
  auto document = *parse(R"({"negative": -1, "large": 9223372036854775808, "half": 0.5})");
  auto reader = *ObjectReader::open(document);

  EXPECT_FALSE(reader.required<std::uint64_t>("negative"));
  EXPECT_FALSE(reader.required<std::int64_t>("large"));
  EXPECT_FALSE(reader.required<std::int64_t>("half"));
  EXPECT_TRUE(reader.required<std::uint64_t>("large"));
}

TEST(ObjectReader, AnUnknownFieldIsNamedWithTheNearestKnown) {
  auto document = *parse(R"({"limits": {"wal": "5s"}, "zzz": 1})");
  auto reader = *ObjectReader::open(document);
  auto limits = *reader.required<ObjectReader>("limits");
  (void)limits.optional<std::string>("wall");  // makes it known
  (void)limits.optional<std::string>("memory");

  auto near = limits.finish();
  auto far = reader.finish();

  EXPECT_EQ(near.error().code(), ErrorCode::UnknownField);
  EXPECT_EQ(near.error().message(), "there is no field 'limits.wal'; did you mean 'wall'?");
  EXPECT_EQ(far.error().message(), "there is no field 'zzz'; known fields are limits");
}

TEST(ObjectReader, OnlyObjectsAreOpened) {
  auto document = *parse("[1]");

  EXPECT_EQ(ObjectReader::open(document).error().message(),
            "the document has to be an object, not array");
}

}  // namespace
}  // namespace rockpool::json
