// The secrets that the processes of an installation share, changeable while calls are under way.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plexus::rpc {

// The first is sent with each call, all of them are accepted. Copies share what they hold: Replace() on one reaches
// every channel and server that was given another. Thread-safe.
class Secrets {
 public:
  Secrets() : Secrets(std::vector<std::string>()) {}
  Secrets(std::initializer_list<std::string> secrets) : Secrets(std::vector<std::string>(secrets)) {}
  Secrets(std::vector<std::string> secrets);  // NOLINT(google-explicit-constructor): a list of secrets is Secrets

  // As they are now; never null.
  std::shared_ptr<const std::vector<std::string>> Get() const;
  void Replace(std::vector<std::string> secrets) const;

  bool empty() const { return Get()->empty(); }
  // Whether `secret` is one of them; true if there are none. Time depends on lengths only.
  bool Accept(std::string_view secret) const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace plexus::rpc
