# Tells ThreadSanitizer what the locks of Debian's Abseil do: tests/tsan/abseil.cc says how. The names that the linker
# wraps are made with the inline namespace of this Abseil, "debian3".
file(STRINGS ${ABSL_INCLUDE_DIR}/absl/base/options.h inline_namespace
  REGEX "^#define ABSL_OPTION_INLINE_NAMESPACE_NAME ")
string(REGEX REPLACE "^.* " "" inline_namespace "${inline_namespace}")
string(LENGTH "${inline_namespace}" length)
set(mangled 4absl${length}${inline_namespace})

add_library(plexus_tsan STATIC ${CMAKE_SOURCE_DIR}/tests/tsan/abseil.cc)
target_link_libraries(plexus_tsan PRIVATE absl::synchronization)
target_compile_definitions(plexus_tsan PRIVATE
  PLEXUS_ABSL_MANGLED="_ZN${mangled}" PLEXUS_ABSL_MANGLED_CONST="_ZNK${mangled}")

foreach(function 5MutexD1Ev 5Mutex4LockEv 5Mutex7TryLockEv 5Mutex6UnlockEv 5Mutex10ReaderLockEv
    5Mutex12ReaderUnlockEv 5Mutex5AwaitERKNS0_9ConditionE 7CondVar4WaitEPNS0_5MutexE
    7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE 12Notification6NotifyEv)
  target_link_options(plexus_flags_generated INTERFACE -Wl,--wrap=_ZN${mangled}${function})
endforeach()
target_link_options(plexus_flags_generated INTERFACE -Wl,--wrap=_ZNK${mangled}12Notification19WaitForNotificationEv)
target_link_libraries(plexus_flags_generated INTERFACE plexus_tsan)
