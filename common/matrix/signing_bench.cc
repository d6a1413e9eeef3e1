// What signatures cost.
#include <benchmark/benchmark.h>

#include <string>

#include "common/json/parse.h"
#include "common/matrix/signing.h"

namespace plexus::matrix {
namespace {

SigningKey Key() { return SigningKey::FromSeed("1", std::string(kEd25519SeedBytes, 's')).value(); }

void Sign(benchmark::State& state) {
  const SigningKey key = Key();
  const std::string message(static_cast<size_t>(state.range(0)), 'm');
  for (auto _ : state) benchmark::DoNotOptimize(key.Sign(message));
}
BENCHMARK(Sign)->Arg(256)->Arg(1024)->Arg(65'536);

void Verify(benchmark::State& state) {
  const SigningKey key = Key();
  const std::string message(static_cast<size_t>(state.range(0)), 'm');
  const std::string signature = key.Sign(message);
  for (auto _ : state) {
    if (!VerifySignature(message, signature, key.public_key())) state.SkipWithError("not verified");
  }
}
BENCHMARK(Verify)->Arg(1024);

void SignObject(benchmark::State& state) {
  const SigningKey key = Key();
  json::Object object = json::ParseObject(R"({"method":"PUT","uri":"/_matrix/federation/v1/send/1","origin":"one",
    "destination":"two","content":{"pdus":[],"edus":[]}})")
                            .value();
  for (auto _ : state) {
    if (!SignJson(object, "one", key).ok()) state.SkipWithError("not signed");
  }
}
BENCHMARK(SignObject);

}  // namespace
}  // namespace plexus::matrix
