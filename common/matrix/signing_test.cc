#include "common/matrix/signing.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "common/json/access.h"
#include "common/json/canonical.h"
#include "common/json/parse.h"
#include "common/matrix/base64.h"
#include "common/matrix/event_hash.h"

namespace plexus::matrix {
namespace {

json::Object Vectors() {
  std::ifstream file("tests/vectors/signing.json");
  std::stringstream text;
  text << file.rdbuf();
  return json::ParseObject(text.str()).value();
}

SigningKey VectorKey(const json::Object& vectors) {
  return SigningKey::FromSeed(*json::GetString(vectors, "key_version"),
                              *Base64Decode(*json::GetString(vectors, "seed")))
      .value();
}

std::string Text(const json::Value& value) { return json::Canonical(value).value(); }

TEST(SigningTest, SignsJsonAsTheSpecificationDoes) {
  const json::Object vectors = Vectors();
  const SigningKey key = VectorKey(vectors);
  ASSERT_EQ(json::GetArray(vectors, "json")->size(), 2u);
  for (const json::Value& vector : *json::GetArray(vectors, "json")) {
    json::Object object = *json::GetObject(vector.get_object(), "input");
    ASSERT_TRUE(SignJson(object, "domain", key).ok());
    EXPECT_EQ(Text(object), Text(*json::Find(vector.get_object(), "signed")));
    EXPECT_TRUE(VerifyJson(object, "domain", "ed25519:1", key.public_key()).ok());
  }
}

TEST(SigningTest, HashesAndSignsEventsAsTheSpecificationDoes) {
  const json::Object vectors = Vectors();
  const SigningKey key = VectorKey(vectors);
  ASSERT_EQ(json::GetArray(vectors, "events")->size(), 2u);
  for (const json::Value& vector : *json::GetArray(vectors, "events")) {
    json::Object event = *json::GetObject(vector.get_object(), "input");
    // The vectors are of the first room versions.
    ASSERT_TRUE(HashAndSign(event, *FindRoomVersion("1"), "domain", key).ok());
    EXPECT_EQ(Text(event), Text(*json::Find(vector.get_object(), "signed")));
  }
}

TEST(SigningTest, KeepsOtherSignaturesAndIgnoresUnsigned) {
  const SigningKey ours = SigningKey::Generate();
  const SigningKey theirs = SigningKey::Generate();
  json::Object object = json::ParseObject(R"({"a":1,"unsigned":{"age":1}})").value();
  ASSERT_TRUE(SignJson(object, "theirs", theirs).ok());
  ASSERT_TRUE(SignJson(object, "ours", ours).ok());
  object["unsigned"] = 5;
  EXPECT_TRUE(VerifyJson(object, "theirs", theirs.key_id(), theirs.public_key()).ok());
  EXPECT_TRUE(VerifyJson(object, "ours", ours.key_id(), ours.public_key()).ok());
  EXPECT_FALSE(VerifyJson(object, "ours", ours.key_id(), theirs.public_key()).ok());
  EXPECT_FALSE(VerifyJson(object, "others", ours.key_id(), ours.public_key()).ok());
  object["a"] = 2;
  EXPECT_FALSE(VerifyJson(object, "ours", ours.key_id(), ours.public_key()).ok());
}

TEST(SigningTest, KeyFilesReadBack) {
  const SigningKey key = SigningKey::Generate();
  const SigningKey again = SigningKey::Parse(key.Print()).value();
  EXPECT_EQ(again.key_id(), key.key_id());
  EXPECT_EQ(again.public_key_base64(), key.public_key_base64());
  EXPECT_EQ(again.Sign("x"), key.Sign("x"));
}

TEST(SigningTest, RefusesBadKeysWithoutRepeatingThem) {
  for (std::string_view text :
       {"", "ed25519 1", "rsa 1 YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1", "ed25519 1 SECRET", "ed25519 1 !!!!",
        "ed25519 a:b YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1"}) {
    const absl::Status status = SigningKey::Parse(text).status();
    EXPECT_FALSE(status.ok()) << text;
    EXPECT_EQ(status.ToString().find("SECRET"), std::string::npos);
  }
}

TEST(Base64Test, AgreesWithTheSpecificationsExamples) {
  const std::pair<std::string_view, std::string_view> examples[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : examples) {
    EXPECT_EQ(Base64Encode(bytes), text);
    EXPECT_EQ(Base64Decode(text), bytes);
  }
  EXPECT_EQ(Base64UrlEncode("\xfb\xff"), "-_8");
  EXPECT_EQ(Base64UrlDecode("-_8"), "\xfb\xff");
  EXPECT_EQ(Base64Decode("Zg=="), "f");
  EXPECT_FALSE(Base64Decode("Z"));
  EXPECT_FALSE(Base64Decode("Zm 9v"));
  EXPECT_FALSE(Base64Decode("-_8"));
}

}  // namespace
}  // namespace plexus::matrix
