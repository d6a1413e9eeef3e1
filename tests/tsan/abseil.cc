// Debian's Abseil is built without ThreadSanitizer, which therefore does not know that an absl::Mutex orders anything.
// The linker sends our calls of its locks (cmake/ThreadSanitizer.cmake) through these functions, which tell it.
//
// What runs between a `pre` and its `post` is not checked: so neither are Await's conditions, which another thread may
// evaluate while it unlocks.
#include <sanitizer/tsan_interface.h>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"

// REAL declares the function of Abseil with this mangled name, WRAP defines what is called instead.
#define REAL(name) __asm__("__real_" PLEXUS_ABSL_MANGLED name)
#define WRAP(name) __asm__("__wrap_" PLEXUS_ABSL_MANGLED name)
#define REAL_CONST(name) __asm__("__real_" PLEXUS_ABSL_MANGLED_CONST name)
#define WRAP_CONST(name) __asm__("__wrap_" PLEXUS_ABSL_MANGLED_CONST name)

extern "C" {

void RealDestroy(absl::Mutex* mutex) REAL("5MutexD1Ev");
void Destroy(absl::Mutex* mutex) WRAP("5MutexD1Ev");
void Destroy(absl::Mutex* mutex) {
  __tsan_mutex_destroy(mutex, __tsan_mutex_not_static);
  RealDestroy(mutex);
}

void RealLock(absl::Mutex* mutex) REAL("5Mutex4LockEv");
void Lock(absl::Mutex* mutex) WRAP("5Mutex4LockEv");
void Lock(absl::Mutex* mutex) {
  __tsan_mutex_pre_lock(mutex, 0);
  RealLock(mutex);
  __tsan_mutex_post_lock(mutex, 0, 0);
}

bool RealTryLock(absl::Mutex* mutex) REAL("5Mutex7TryLockEv");
bool TryLock(absl::Mutex* mutex) WRAP("5Mutex7TryLockEv");
bool TryLock(absl::Mutex* mutex) {
  __tsan_mutex_pre_lock(mutex, __tsan_mutex_try_lock);
  const bool locked = RealTryLock(mutex);
  __tsan_mutex_post_lock(mutex, locked ? __tsan_mutex_try_lock : __tsan_mutex_try_lock_failed, 0);
  return locked;
}

void RealUnlock(absl::Mutex* mutex) REAL("5Mutex6UnlockEv");
void Unlock(absl::Mutex* mutex) WRAP("5Mutex6UnlockEv");
void Unlock(absl::Mutex* mutex) {
  __tsan_mutex_pre_unlock(mutex, 0);
  RealUnlock(mutex);
  __tsan_mutex_post_unlock(mutex, 0);
}

void RealReaderLock(absl::Mutex* mutex) REAL("5Mutex10ReaderLockEv");
void ReaderLock(absl::Mutex* mutex) WRAP("5Mutex10ReaderLockEv");
void ReaderLock(absl::Mutex* mutex) {
  __tsan_mutex_pre_lock(mutex, __tsan_mutex_read_lock);
  RealReaderLock(mutex);
  __tsan_mutex_post_lock(mutex, __tsan_mutex_read_lock, 0);
}

void RealReaderUnlock(absl::Mutex* mutex) REAL("5Mutex12ReaderUnlockEv");
void ReaderUnlock(absl::Mutex* mutex) WRAP("5Mutex12ReaderUnlockEv");
void ReaderUnlock(absl::Mutex* mutex) {
  __tsan_mutex_pre_unlock(mutex, __tsan_mutex_read_lock);
  RealReaderUnlock(mutex);
  __tsan_mutex_post_unlock(mutex, __tsan_mutex_read_lock);
}

}  // extern "C"

namespace {

// Around a wait, which gives the mutex up and takes it again.
class Waiting {
 public:
  explicit Waiting(absl::Mutex* mutex) : mutex_(mutex) {
    __tsan_mutex_pre_unlock(mutex_, 0);
    __tsan_mutex_post_unlock(mutex_, 0);
    __tsan_mutex_pre_lock(mutex_, 0);
  }
  ~Waiting() { __tsan_mutex_post_lock(mutex_, 0, 0); }

 private:
  absl::Mutex* const mutex_;
};

}  // namespace

extern "C" {

void RealAwait(absl::Mutex* mutex, const absl::Condition& condition) REAL("5Mutex5AwaitERKNS0_9ConditionE");
void Await(absl::Mutex* mutex, const absl::Condition& condition) WRAP("5Mutex5AwaitERKNS0_9ConditionE");
void Await(absl::Mutex* mutex, const absl::Condition& condition) {
  Waiting waiting(mutex);
  RealAwait(mutex, condition);
}

void RealWait(absl::CondVar* condition, absl::Mutex* mutex) REAL("7CondVar4WaitEPNS0_5MutexE");
void Wait(absl::CondVar* condition, absl::Mutex* mutex) WRAP("7CondVar4WaitEPNS0_5MutexE");
void Wait(absl::CondVar* condition, absl::Mutex* mutex) {
  Waiting waiting(mutex);
  RealWait(condition, mutex);
}

bool RealWaitUntil(absl::CondVar* condition, absl::Mutex* mutex, absl::Time deadline)
    REAL("7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE");
bool WaitUntil(absl::CondVar* condition, absl::Mutex* mutex, absl::Time deadline)
    WRAP("7CondVar16WaitWithDeadlineEPNS0_5MutexENS0_4TimeE");
bool WaitUntil(absl::CondVar* condition, absl::Mutex* mutex, absl::Time deadline) {
  Waiting waiting(mutex);
  return RealWaitUntil(condition, mutex, deadline);
}

void RealNotify(absl::Notification* notification) REAL("12Notification6NotifyEv");
void Notify(absl::Notification* notification) WRAP("12Notification6NotifyEv");
void Notify(absl::Notification* notification) {
  __tsan_release(notification);
  RealNotify(notification);
}

void RealAwaitNotification(const absl::Notification* notification) REAL_CONST("12Notification19WaitForNotificationEv");
void AwaitNotification(const absl::Notification* notification) WRAP_CONST("12Notification19WaitForNotificationEv");
void AwaitNotification(const absl::Notification* notification) {
  RealAwaitNotification(notification);
  __tsan_acquire(const_cast<absl::Notification*>(notification));
}

}  // extern "C"
