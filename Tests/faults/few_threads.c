// To be preloaded: pthread_create fails with EAGAIN after MAX_THREADS threads.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

int pthread_create(
  pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
  static int count;
  int (*const create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) =
    dlsym(RTLD_NEXT, "pthread_create");
  if (__atomic_fetch_add(&count, 1, __ATOMIC_SEQ_CST) >= atoi(getenv("MAX_THREADS"))) return EAGAIN;
  return create(thread, attributes, start, argument);
}
