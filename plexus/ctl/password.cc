#include "plexus/ctl/password.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

#include "absl/strings/str_cat.h"

namespace plexus {
namespace {

absl::StatusOr<std::string> AskPassword() {
  if (!isatty(STDIN_FILENO)) return UsageError("--password or --password-file is missing");
  std::fprintf(stderr, "Password: ");
  termios shown{};
  tcgetattr(STDIN_FILENO, &shown);
  termios hidden = shown;
  hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
  std::string password;
  std::getline(std::cin, password);
  tcsetattr(STDIN_FILENO, TCSANOW, &shown);
  std::fprintf(stderr, "\n");
  return password;
}

}  // namespace

absl::StatusOr<std::string> ReadPassword(const Arguments& arguments) {
  if (arguments.Has("password")) return arguments.Get("password");
  const std::string path = arguments.Get("password-file");
  if (path.empty()) return AskPassword();
  std::ifstream in(path);
  std::string password;
  if (!std::getline(in, password)) return absl::NotFoundError(absl::StrCat(path, " cannot be read, or is empty"));
  return password;
}

}  // namespace plexus
