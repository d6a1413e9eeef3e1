# Every third-party library, all of them Debian 12 packages, as one target with a plain name.
# The list of packages is in deploy/packages.txt.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(absl REQUIRED)
include(AbslStringView)
if(PLEXUS_SANITIZE STREQUAL "thread")
  include(ThreadSanitizer)
endif()
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(GTest REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
find_package(benchmark QUIET)

# The prefixes matter: pkg_check_modules(re2 …) would set re2_FOUND and break gRPC's second configure.
pkg_check_modules(PC_PQXX REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(PC_HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(PC_SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(PC_ARGON2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(PC_CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(PC_RE2 REQUIRED IMPORTED_TARGET re2)

find_program(PROTOC protoc REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

add_library(dep_asio INTERFACE)
target_link_libraries(dep_asio INTERFACE Boost::headers Threads::Threads)
add_library(dep_json INTERFACE)
target_link_libraries(dep_json INTERFACE Boost::json)
add_library(dep_absl INTERFACE)
target_link_libraries(dep_absl INTERFACE absl::status absl::statusor absl::strings absl::time absl::flat_hash_map
  absl::flat_hash_set absl::btree absl::synchronization absl::cord absl::inlined_vector absl::cleanup)
