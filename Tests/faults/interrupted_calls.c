// To be preloaded: every second call of each function below fails, with EINTR or with EAGAIN for madvise, before it does
// anything. Programs that try again do not notice.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

// A new count for each function; a race of threads only moves the failures.
#define FAILS_EVERY_SECOND_TIME(error) \
  do { \
    static unsigned calls; \
    if (++calls % 2 == 1) { \
      errno = error; \
      return -1; \
    } \
  } while (0)

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int fsync(int file) { FAILS_EVERY_SECOND_TIME(EINTR); return REAL(fsync)(file); }

int flock(int file, int operation) { FAILS_EVERY_SECOND_TIME(EINTR); return REAL(flock)(file, operation); }

ssize_t read(int file, void *bytes, size_t count) { FAILS_EVERY_SECOND_TIME(EINTR); return REAL(read)(file, bytes, count); }

ssize_t write(int file, const void *bytes, size_t count)
{
  FAILS_EVERY_SECOND_TIME(EINTR);
  return REAL(write)(file, bytes, count);
}

ssize_t pread(int file, void *bytes, size_t count, off_t offset)
{
  FAILS_EVERY_SECOND_TIME(EINTR);
  return REAL(pread)(file, bytes, count, offset);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset)
{
  FAILS_EVERY_SECOND_TIME(EINTR);
  return REAL(pwrite)(file, bytes, count, offset);
}

int poll(struct pollfd *requests, nfds_t count, int milliseconds)
{
  FAILS_EVERY_SECOND_TIME(EINTR);
  return REAL(poll)(requests, count, milliseconds);
}

pid_t waitpid(pid_t process, int *status, int options)
{
  FAILS_EVERY_SECOND_TIME(EINTR);
  return REAL(waitpid)(process, status, options);
}

int statvfs(const char *path, struct statvfs *status) { FAILS_EVERY_SECOND_TIME(EINTR); return REAL(statvfs)(path, status); }

// Always, unlike the others: whoever waits for another answer waits forever.
int madvise(void *address, size_t count, int advice)
{
  if (advice == 22 /* MADV_POPULATE_READ */) {
    errno = EAGAIN;
    return -1;
  }
  return REAL(madvise)(address, count, advice);
}
