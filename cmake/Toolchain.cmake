set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(PLEXUS_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, comma separated; empty for none")
option(PLEXUS_FUZZ "Build the libFuzzer targets under tests/fuzz (clang only)" OFF)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths relative to the checkout, so that another checkout of the same files finds everything in the cache.
  set(PLEXUS_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true ${CCACHE_PROGRAM})
  set(CMAKE_C_COMPILER_LAUNCHER ${PLEXUS_LAUNCHER})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PLEXUS_LAUNCHER})
endif()

# Flags of our own code only; generated code links plexus_flags_generated instead.
add_library(plexus_flags_generated INTERFACE)
add_library(plexus_flags INTERFACE)
target_link_libraries(plexus_flags INTERFACE plexus_flags_generated)
target_compile_options(plexus_flags INTERFACE -Wall -Wextra -Werror -Wno-unused-parameter
  -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these falsely inside coroutine frames and std::string at -O2.
  target_compile_options(plexus_flags INTERFACE -fcoroutines -Wno-maybe-uninitialized -Wno-restrict
    -Wno-dangling-pointer -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread -Wno-use-after-free
    -Wno-mismatched-new-delete)
else()
  target_compile_options(plexus_flags INTERFACE -Wthread-safety)
endif()

# One line table is enough for a sanitizer's stack; full debug information doubles the build.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
target_compile_definitions(plexus_flags_generated INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_VISIBILITY)
target_include_directories(plexus_flags_generated INTERFACE "${CMAKE_SOURCE_DIR}")

if(PLEXUS_SANITIZE)
  target_compile_options(plexus_flags_generated INTERFACE -fsanitize=${PLEXUS_SANITIZE}
    -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(plexus_flags_generated INTERFACE -fsanitize=${PLEXUS_SANITIZE})
  if(PLEXUS_SANITIZE MATCHES "undefined")
    # protobuf, grpc and asio are built without RTTI checks in mind: vptr and null reports there are not ours.
    target_compile_options(plexus_flags_generated INTERFACE -fno-sanitize=vptr,null,alignment,object-size)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      # clang before 17 cannot assemble a coroutine with it: "Cannot represent a difference across sections".
      target_compile_options(plexus_flags_generated INTERFACE -fno-sanitize=function)
    endif()
  endif()
endif()
if(PLEXUS_SANITIZE STREQUAL "thread")
  # Asio's fences only strengthen what its mutexes order already.
  target_compile_options(plexus_flags_generated INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
endif()
if(PLEXUS_FUZZ)
  target_compile_options(plexus_flags_generated INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  target_link_options(plexus_flags_generated INTERFACE -fuse-ld=mold)
endif()
