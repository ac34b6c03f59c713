// What Swift's Glibc module does not show: macros, and declarations behind _GNU_SOURCE.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <sys/mman.h>

// The value for every architecture that Swift runs on (asm-generic/fcntl.h, arm and arm64 included).
enum {
  CLinux_O_TMPFILE = 020000000 | O_DIRECTORY,
  // Linux 5.14.
  CLinux_MADV_POPULATE_READ = 22,
};

#include <stdio.h>

/// renameat2 with RENAME_EXCHANGE.
static inline int CLinux_exchange(const char *first, const char *second) {
  return renameat2(AT_FDCWD, first, AT_FDCWD, second, 2);
}

/// renameat2 with RENAME_NOREPLACE.
static inline int CLinux_rename_new(const char *source, const char *name) {
  return renameat2(AT_FDCWD, source, AT_FDCWD, name, 1);
}

#include <signal.h>

// Reasons for SIGBUS that come with the address that was touched.
enum {
  CLinux_BUS_ADRERR = BUS_ADRERR,
  CLinux_BUS_OBJERR = BUS_OBJERR,
  CLinux_BUS_MCEERR_AR = BUS_MCEERR_AR,
};

/// memfd_create: an unnamed file in memory, not inherited by other programs; -1 if there can be none.
static inline int CLinux_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

/// mremap: a mapping of memory becomes larger or smaller, and may move with its pages; NULL if that fails.
static inline void *CLinux_resize_mapping(void *start, size_t before, size_t after) {
  void *moved = mremap(start, before, after, MREMAP_MAYMOVE);
  return moved == MAP_FAILED ? NULL : moved;
}

#include <sys/prctl.h>
#include <unistd.h>

/// Lets this process be killed when the thread ends that started it.
static inline int CLinux_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

/// The variables of the environment.
static inline char **CLinux_environment(void) { return environ; }

#include <pthread.h>

/// pthread_setattr_default_np: the stacks of threads that are started without attributes.
static inline int CLinux_set_default_thread_attributes(const pthread_attr_t *attributes) {
  return pthread_setattr_default_np(attributes);
}

#include <malloc.h>

/// Lets all threads share one heap.
static inline void CLinux_use_one_heap(void) { mallopt(M_ARENA_MAX, 1); }

#include <sched.h>
#include <stdint.h>

/// Sets the bits of the processors, of the first 1024, on which the calling thread may run; 0 on success.
static inline int CLinux_allowed_processors(uint64_t words[16]) {
  return sched_getaffinity(0, 16 * sizeof(uint64_t), (cpu_set_t *)words);
}
