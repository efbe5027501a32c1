#include "base/public_key.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace rockpool {
namespace {

// Made by `openssl ecparam -name prime256v1 -genkey`, the signature by `openssl dgst -sha256
// -sign`.
constexpr std::string_view kKey = R"(-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExT6Z9yJRCKY9+0Fuqwijsll3urCx
rATs2Bw9YrXRJf0dV28oOxXCNOpD/dPl8HXFrSvTYrN5/rILsvh/u4awUg==
-----END PUBLIC KEY-----
)";
constexpr std::string_view kSignature =
    "MEUCIQCFNekMm0wq50Ju6EUK2kZRFKFqYzuWtoIlBAd535yz+QIgSrsZKMmEtgmYeo5QM8nVtXrp2iZd"
    "Kg3qGLCGbvwLUjc=";
// On another curve.
constexpr std::string_view kOtherCurve = R"(-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEh2yNadPTHiOCuDxkMnHvYB4UjCJchZoU
59XAX4NbgJ5c0JqY/TpiEHulbU/Kw0nXtfLGA46ApnMcR6XitEOtptyoWVGjE0Mc
geT317RNbLJsINw1QDZLPIgHp21NRu+I
-----END PUBLIC KEY-----
)";

std::string signature() {
  return base64_decode(kSignature).value_or("");
}

TEST(PublicKey, VerifiesWhatItsOwnerSigned) {
  auto key = PublicKey::parse(kKey);

  ASSERT_TRUE(key) << key.error().message();
  EXPECT_TRUE(key->verifies("signed by its owner", signature()));
}

TEST(PublicKey, RefusesAnotherMessageOrSignature) {
  auto key = PublicKey::parse(kKey);
  ASSERT_TRUE(key);

  std::string changed = signature();
  changed.back() = static_cast<char>(changed.back() ^ 1);

  EXPECT_FALSE(key->verifies("signed by somebody", signature()));
  EXPECT_FALSE(key->verifies("signed by its owner", changed));
  EXPECT_FALSE(key->verifies("signed by its owner", ""));
  EXPECT_FALSE(key->verifies("signed by its owner", "no DER"));
}

TEST(PublicKey, RefusesTextThatIsNoKeyOfItsKind) {
  for (std::string_view text : {std::string_view("no key"), std::string_view(), kOtherCurve}) {
    auto key = PublicKey::parse(text);

    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code(), ErrorCode::InvalidArgument);
  }
}

}  // namespace
}  // namespace rockpool
