// Preloaded: a file system without what the environment names.
//   NO_LOCKS=ERRNO        flock fails with that number
//   NO_UNNAMED=1          no O_TMPFILE
//   NO_LINKS=1            no hard links
//   NO_POPULATE=1         no MADV_POPULATE_READ, as before Linux 5.14
//   NO_DIRECTORY_SYNC=1   fsync of a folder fails with EIO
//   INTERRUPTED=1         every second flock and fsync is interrupted by a signal
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL(number) do { errno = (number); return -1; } while (0)

static int interrupted(void)
{
  static int count;
  return getenv("INTERRUPTED") && __atomic_fetch_add(&count, 1, __ATOMIC_SEQ_CST) % 2 == 0;
}

int flock(int descriptor, int operation)
{
  if (interrupted()) FAIL(EINTR);
  const char *number = getenv("NO_LOCKS");
  if (number) FAIL(atoi(number));
  static int (*real)(int, int);
  if (!real) real = dlsym(RTLD_NEXT, "flock");
  return real(descriptor, operation);
}

int fsync(int descriptor)
{
  if (interrupted()) FAIL(EINTR);
  struct stat status;
  if (getenv("NO_DIRECTORY_SYNC") && fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) FAIL(EIO);
  return REAL(fsync)(descriptor);
}

int linkat(int source_folder, const char *source, int folder, const char *name, int flags)
{
  if (getenv("NO_LINKS")) FAIL(EPERM);
  return REAL(linkat)(source_folder, source, folder, name, flags);
}

int madvise(void *address, size_t length, int advice)
{
  if (getenv("NO_POPULATE") && advice == 22) FAIL(EINVAL);
  return REAL(madvise)(address, length, advice);
}

#define OPEN(name)                                                                      \
  int name(const char *path, int flags, ...)                                            \
  {                                                                                     \
    mode_t mode = 0;                                                                    \
    if (getenv("NO_UNNAMED") && (flags & O_TMPFILE) == O_TMPFILE) FAIL(EOPNOTSUPP);     \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                \
      va_list arguments;                                                                \
      va_start(arguments, flags);                                                       \
      mode = va_arg(arguments, mode_t);                                                 \
      va_end(arguments);                                                                \
    }                                                                                   \
    return ((int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name))(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
