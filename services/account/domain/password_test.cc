#include "services/account/domain/password.h"

#include <gtest/gtest.h>

#include "common/base/matrix_error.h"

namespace plexus::account {
namespace {

TEST(Password, VerifiesAgainstItsOwnHashOnly) {
  absl::StatusOr<std::string> hash = HashPassword("correct horse", kCheapCost);
  ASSERT_TRUE(hash.ok()) << hash.status();
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << *hash;
  EXPECT_TRUE(VerifyPassword("correct horse", *hash, kCheapCost));
  EXPECT_FALSE(VerifyPassword("correct horse ", *hash, kCheapCost));
  EXPECT_FALSE(VerifyPassword("", *hash, kCheapCost));
}

TEST(Password, IsSaltedAnew) { EXPECT_NE(*HashPassword("x", kCheapCost), *HashPassword("x", kCheapCost)); }

TEST(Password, HashOfAnotherCostStillVerifies) {
  absl::StatusOr<std::string> hash = HashPassword("x", PasswordCost{16, 2});
  EXPECT_TRUE(VerifyPassword("x", *hash, kCheapCost));
}

TEST(Password, NothingMatchesAnEmptyOrForeignHash) {
  EXPECT_FALSE(VerifyPassword("", "", kCheapCost));
  EXPECT_FALSE(VerifyPassword("x", "x", kCheapCost));
  EXPECT_FALSE(VerifyPassword("x", "$argon2id$nonsense", kCheapCost));
}

TEST(Password, RulesForNewOnes) {
  EXPECT_TRUE(CheckNewPassword("a").ok());
  EXPECT_TRUE(CheckNewPassword(std::string(512, 'a')).ok());
  EXPECT_EQ(FromStatus(CheckNewPassword("")).errcode, "M_WEAK_PASSWORD");
  EXPECT_EQ(FromStatus(CheckNewPassword(std::string(513, 'a'))).errcode, "M_INVALID_PARAM");
}

}  // namespace
}  // namespace plexus::account
